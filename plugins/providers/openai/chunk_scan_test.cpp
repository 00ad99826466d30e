#include "chunk_scan.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>

namespace openclaw::openai {
namespace {

TEST(ChunkScan, SeesTextInADelta) {
  const auto s = scan_chunk(
      R"({"id":"x","choices":[{"index":0,"delta":{"content":"a\"}"},"finish_reason":null}],"usage":null})");
  EXPECT_TRUE(s.object);
  EXPECT_TRUE(s.choices);
  EXPECT_TRUE(s.delta);
  EXPECT_FALSE(s.finished);
  EXPECT_FALSE(s.error);
}

TEST(ChunkScan, SeesAFinishReason) {
  EXPECT_TRUE(
      scan_chunk(R"({ "choices" : [ { "delta" : {} , "finish_reason" : "stop" } ] })").finished);
}

TEST(ChunkScan, TakesRolesAndEmptyTextsForNoProgress) {
  EXPECT_FALSE(scan_chunk(R"({"choices":[{"delta":{"role":"assistant","content":""}}]})").delta);
  EXPECT_FALSE(scan_chunk(R"({"choices":[{"delta":{"content":null,"tool_calls":[]}}]})").delta);
  EXPECT_TRUE(scan_chunk(R"({"choices":[{"delta":{"tool_calls":[{"index":0}]}}]})").delta);
}

TEST(ChunkScan, SeesOnlyATopLevelError) {
  EXPECT_TRUE(scan_chunk(R"({"error":{"message":"x"}})").error);
  EXPECT_TRUE(scan_chunk(R"({"error": "x"})").error);
  EXPECT_FALSE(scan_chunk(R"({"error": null})").error);
  EXPECT_FALSE(scan_chunk(R"({"choices":[{"delta":{"content":"\"error\":1","error":1}}]})").error);
  EXPECT_FALSE(scan_chunk(R"({"a":"error","b":["error"]})").error);
}

TEST(ChunkScan, KnowsAnObjectThatIsNotWhole) {
  const std::string text =
      R"({"choices":[{"delta":{"content":"\\\" [ {"},"finish_reason":"stop","n":[1,-2.5e3,true]}]})";
  ASSERT_TRUE(scan_chunk(text).object);
  for (std::size_t n = 0; n < text.size(); ++n) {
    EXPECT_FALSE(scan_chunk(text.substr(0, n)).object) << n;
  }
  for (const char* wrong : {"", " ", "[1]", "1", "{]", "{[}]", "{}}", "{} x", "null"}) {
    EXPECT_FALSE(scan_chunk(wrong).object) << wrong;
  }
}

TEST(ChunkScan, RefusesDeepNesting) {
  std::string deep = "{\"a\":";
  for (int i = 0; i < 100'000; ++i) deep += '[';
  EXPECT_FALSE(scan_chunk(deep).object);
}

TEST(ChunkScan, AcceptsWhateverAJsonParserAccepts) {
  const auto seed = std::random_device{}();
  std::mt19937 random(seed);
  const std::vector<std::string> words = {
      "{",     "}", "[",        "]",  ",",  ":",         "1",           "null", "\"error\"",
      "\"a\"", " ", "\"\\\"\"", "{}", "[]", "\"delta\"", "\"choices\"", "true"};
  int objects = 0;
  for (int round = 0; round < 200'000; ++round) {
    std::string text = "{";
    const std::size_t n = random() % 12;
    for (std::size_t i = 0; i < n; ++i) text += words[random() % words.size()];
    const auto scan = scan_chunk(text);
    const auto parsed = nlohmann::json::parse(text, nullptr, false);
    if (parsed.is_discarded()) continue;
    ++objects;
    ASSERT_TRUE(scan.object) << text << " seed " << seed;
    ASSERT_EQ(scan.choices, parsed.contains("choices")) << text << " seed " << seed;
  }
  EXPECT_GT(objects, 100);
}

}  // namespace
}  // namespace openclaw::openai
