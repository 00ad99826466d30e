#include "core/config/document.hpp"

#include <gtest/gtest.h>

#include <chrono>

#include "core/config/load_fixture.hpp"
#include "core/config/source.hpp"

namespace openclaw::config {
namespace {

std::string repeat(const std::string& text, std::size_t times) {
  std::string out;
  out.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) {
    out += text;
  }
  return out;
}

/// The loader must give one clear error, soon.
void expect_refused(const std::string& text, const std::string& message) {
  const auto start = std::chrono::steady_clock::now();
  const Loaded loaded = load_text(text);
  EXPECT_FALSE(loaded.config);
  EXPECT_NE(text_of(loaded.diagnostics).find(message), std::string::npos)
      << text_of(loaded.diagnostics).substr(0, 1000);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST(Document, RefusesAMillionBrackets) {
  expect_refused(repeat("[", 1000000), ":1:65: error: brackets are nested deeper than 64");
  expect_refused(repeat("{", 1000000), ":1:65: error: brackets are nested deeper than 64");
  expect_refused(repeat("[a,", 300000), "error: more than 50000 brackets");
  expect_refused(repeat("[a,", 40000), "error: values are nested deeper than 64");
  expect_refused(repeat("[{a: ", 20000), "error: values are nested deeper than 64");
}

TEST(Document, RefusesDeepIndentation) {
  std::string text;
  for (std::size_t i = 0; i < 1000; ++i) {
    text += std::string(i, ' ') + "a:\n";
  }
  expect_refused(text, ":65:65: error: values are nested deeper than 64");
  expect_refused(repeat("- ", 500000), "error: values are nested deeper than 64");
  expect_refused(repeat("? ", 500000), "error: ");
}

TEST(Document, RefusesAnAliasBomb) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 20; ++i) {
    const std::string last = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + last +
            repeat(", " + last, 8) + "]\n";
  }
  expect_refused(text, "error: more than 50000 values, those behind aliases counted");
  expect_refused("a: &a 1\nb: [*a" + repeat(", *a", 1000) + "]\n", "error: more than 1000 aliases");
  expect_refused("a: &a [*a]\n", "error: an alias inside the value that it stands for");
}

TEST(Document, RefusesAliasesThatAddUpToDepth) {
  std::string text = "a0: &a0 [x]\n";
  for (int i = 1; i < 100; ++i) {
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [*a" + std::to_string(i - 1) +
            "]\n";
  }
  expect_refused(text, "error: values are nested deeper than 64");
}

TEST(Document, RefusesHugeFilesAndValues) {
  expect_refused(repeat("# nothing\n", 200000), "error: is larger than 1 MiB");
  expect_refused("a: [" + repeat("1,", 60000) + "]\n", "error: more than 50000 values");
  expect_refused("? " + repeat("k", 1000) + "\n: 1\n", "error: a key longer than 256 bytes");
}

TEST(Document, SurvivesALongValueUnderAPattern) {
  // The matcher of the standard library would overflow the stack.
  expect_refused(minimal + "channels: {telegram: {botToken: x, webhookSecret: " +
                     std::string(500000, 'a') + "}}\n",
                 "error: channels.telegram.webhookSecret: must be");
}

TEST(Document, ResolvesAliasesAndMergeKeys) {
  const Document document =
      parse_document("base: &base {a: 1, b: 2}\nuse: {<<: *base, b: 3}\nlist: [*base]\n", "f");
  ASSERT_TRUE(document.root);
  EXPECT_TRUE(document.diagnostics.empty());
  const Node& use = document.root->find("use")->value;
  ASSERT_EQ(use.entries.size(), 2U);
  EXPECT_EQ(use.find("b")->value.text, "3");
  EXPECT_EQ(use.find("a")->value.text, "1");
  EXPECT_EQ(document.root->find("list")->value.items.at(0).entries.size(), 2U);
}

TEST(Document, KnowsWhereEachValueIs) {
  const Document document = parse_document("a:\n  b: \"x\"\n  c: [1, two]\n", "f");
  const Node& a = document.root->find("a")->value;
  EXPECT_EQ(a.find("b")->key_mark, (Mark{2, 3}));
  EXPECT_EQ(a.find("b")->value.mark, (Mark{2, 6}));
  EXPECT_EQ(a.find("c")->value.items[1].mark, (Mark{3, 10}));
}

TEST(Source, TellsUtf8FromOtherBytes) {
  for (const char* good :
       {"", "abc", "\xC3\xA9", "\xE2\x82\xAC", "\xF0\x9F\x98\x80", "\xF4\x8F\xBF\xBF"}) {
    EXPECT_TRUE(is_utf8(good)) << good;
  }
  for (const char* bad : {"\x80", "\xC0\x80", "\xC3", "\xE0\x80\x80", "\xED\xA0\x80",
                          "\xF0\x80\x80\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "a\xFFz"}) {
    EXPECT_FALSE(is_utf8(bad)) << bad;
  }
}

}  // namespace
}  // namespace openclaw::config
