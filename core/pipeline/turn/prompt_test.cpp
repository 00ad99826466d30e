#include "core/pipeline/turn/prompt.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace openclaw::pipeline {
namespace {

using nlohmann::json;

json body(const PromptParts& parts) {
  return json::parse(Prompt(parts).body("m\"odel"));
}

TEST(Prompt, HoldsInstructionsHistoryAndQuestionsInOrder) {
  History history;
  history.add({1, Role::user, 0, "one", {}});
  history.add({2, Role::assistant, 0, "two", {}});
  PromptParts parts{"be brief", &history, {"three", "four"}, {}, {}};
  const json j = body(parts);
  EXPECT_EQ(j["model"], "m\"odel");
  EXPECT_EQ(j["stream"], true);
  EXPECT_EQ(j["stream_options"]["include_usage"], true);
  ASSERT_EQ(j["messages"].size(), 5U);
  EXPECT_EQ(j["messages"][0], (json{{"role", "system"}, {"content", "be brief"}}));
  EXPECT_EQ(j["messages"][2], (json{{"role", "assistant"}, {"content", "two"}}));
  EXPECT_EQ(j["messages"][4], (json{{"role", "user"}, {"content", "four"}}));
}

TEST(Prompt, AClientsMessagesStandInsteadAndItsParametersAreAdded) {
  History history;
  history.add({1, Role::user, 0, "not this", {}});
  PromptParts parts{"be brief",
                    &history,
                    {"ignored"},
                    R"([{"role":"user","content":"mine"}])",
                    R"({"temperature":0.5})"};
  const json j = body(parts);
  ASSERT_EQ(j["messages"].size(), 2U);
  EXPECT_EQ(j["messages"][1]["content"], "mine");
  EXPECT_EQ(j["temperature"], 0.5);
}

TEST(Prompt, EmptyPartsStillMakeARequest) {
  EXPECT_EQ(body({{}, nullptr, {}, {}, {}})["messages"], json::array());
  EXPECT_EQ(body({"sys", nullptr, {}, "[]", "{}"})["messages"].size(), 1U);
}

TEST(Prompt, InvalidUtf8IsReplacedAndQuotesAreEscaped) {
  const json j = body({{}, nullptr, {"a\xff\"b"}, {}, {}});
  EXPECT_EQ(j["messages"][0]["content"], "a\xef\xbf\xbd\"b");
}

TEST(Prompt, EveryCharacterComesThroughAsItIs) {
  for (int c = 0; c < 128; ++c) {
    const std::string text = std::string(40, 'a') + static_cast<char>(c) + std::string(40, 'b');
    EXPECT_EQ(body({{}, nullptr, {text}, {}, {}})["messages"][0]["content"], text) << c;
  }
}

TEST(Prompt, AGroupsQuestionNamesItsWriter) {
  Inbound m;
  m.text = "hi";
  EXPECT_EQ(question_text(m, false), "hi");
  m.from.kind = ChatKind::group;
  m.from.sender_id = "u1";
  EXPECT_EQ(question_text(m, false), "u1: hi");
  m.sender_name = "Ada";
  EXPECT_EQ(question_text(m, false), "Ada: hi");
}

TEST(Prompt, AttachmentsAreMentioned) {
  Inbound m;
  m.attachments.push_back({"image/png", "cat.png", "ref", 1});
  EXPECT_EQ(question_text(m, false), "[image/png: cat.png]");
  m.text = "look";
  EXPECT_EQ(question_text(m, false), "look\n[image/png: cat.png]");
}

TEST(Prompt, AnAbbreviatedQuestionIsCutBetweenCharacters) {
  Inbound m;
  m.text = std::string(199, 'x');
  for (int i = 0; i < 100; ++i) m.text += "\xc3\xa4";
  EXPECT_EQ(question_text(m, true), std::string(199, 'x') + " […]");
  m.text = "short";
  EXPECT_EQ(question_text(m, true), "short");
}

}  // namespace
}  // namespace openclaw::pipeline
