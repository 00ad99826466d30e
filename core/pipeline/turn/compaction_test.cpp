#include "core/pipeline/turn/compaction.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/pipeline/testing/history_of.hpp"
#include "core/pipeline/turn/prompt.hpp"

namespace openclaw::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

/// Question, answer, question ..., from id 1.
std::vector<TranscriptEntry> talk(std::size_t entries, std::size_t bytes = 4) {
  std::vector<TranscriptEntry> out;
  for (std::size_t i = 0; i < entries; ++i) {
    std::string text = std::to_string(i + 1) + "#";
    text.resize(std::max(bytes, text.size()), '.');
    out.push_back({i + 1, i % 2 == 0 ? Role::user : Role::assistant, 0, text, {}});
  }
  return out;
}

void append(std::vector<TranscriptEntry>& history, TranscriptEntry entry) {
  entry.id = history.empty() ? 1 : history.back().id + 1;
  history.push_back(std::move(entry));
}

/// What the model is shown of it.
std::vector<std::uint64_t> shown_ids(const std::vector<TranscriptEntry>& entries) {
  const History history = history_of(entries);
  std::vector<std::uint64_t> out;
  for (const auto* e : folded(history)) out.push_back(e->id);
  return out;
}

TEST(Compaction, KeepsTheNewestWithinTheTokens) {
  const auto history = talk(10, 400);  // 104 tokens each
  const Compaction c(history_of(history), {.tokens = 430, .entries = 100});
  EXPECT_EQ(c.covered(), 6U);
  EXPECT_THAT(c.question(), HasSubstr("User: 1#"));
  EXPECT_THAT(c.question(), HasSubstr("Assistant: 6#"));
  EXPECT_THAT(c.question(), Not(HasSubstr("7#")));
}

TEST(Compaction, KeepsTheNewestWithinTheirNumber) {
  EXPECT_EQ(Compaction(history_of(talk(10)), {.tokens = 20'000, .entries = 4}).covered(), 6U);
}

TEST(Compaction, WhatIsKeptBeginsWithAQuestion) {
  EXPECT_EQ(Compaction(history_of(talk(10)), {.tokens = 20'000, .entries = 5}).covered(), 6U);
  EXPECT_EQ(Compaction(history_of(talk(10)), {.tokens = 20'000, .entries = 1}).covered(), 10U);
}

TEST(Compaction, AShortConversationIsLeftAlone) {
  EXPECT_FALSE(Compaction({}, {}).worthwhile());
  EXPECT_FALSE(Compaction(history_of(talk(25)), {}).worthwhile());
  auto from_answer = talk(3);
  from_answer.erase(from_answer.begin());  // the window may begin anywhere
  EXPECT_FALSE(Compaction(history_of(from_answer), {}).worthwhile());
}

TEST(Compaction, TheSummaryStandsBeforeWhatIsKeptAndWhatCameMeanwhile) {
  auto history = talk(6);
  const Compaction c(history_of(history), {.tokens = 20'000, .entries = 2});
  append(history, {0, Role::user, 0, "meanwhile", {}});
  append(history, {0, Role::assistant, 0, "answered", {}});
  append(history, c.summary("they spoke", 1));
  append(history, {0, Role::user, 0, "later", {}});
  EXPECT_THAT(shown_ids(history), ElementsAre(9, 5, 6, 7, 8, 10));
  EXPECT_EQ(history[8].role, Role::system);
  EXPECT_EQ(history[8].text, "Summary of the conversation before:\nthey spoke");
}

TEST(Compaction, ALaterOneCoversTheEarlier) {
  auto history = talk(6);
  append(history,
         Compaction(history_of(history), {.tokens = 20'000, .entries = 2}).summary("first", 1));
  const Compaction nothing(history_of(history), {.tokens = 20'000, .entries = 2});
  EXPECT_FALSE(nothing.worthwhile());  // but for the summary itself
  append(history, {0, Role::user, 0, "more", {}});
  append(history, {0, Role::assistant, 0, "yes", {}});
  const Compaction second(history_of(history), {.tokens = 20'000, .entries = 2});
  EXPECT_EQ(second.covered(), 2U);
  EXPECT_EQ(second.question().find("Summary of the conversation before:\nfirst\n\nUser: 5#"), 0U);
  EXPECT_THAT(second.question(), Not(HasSubstr("4#")));
  append(history, second.summary("second", 2));
  EXPECT_THAT(shown_ids(history), ElementsAre(10, 8, 9));
}

TEST(Compaction, OfAPromptThatWasTooLongHalfIsKeptAtMost) {
  auto history = talk(8);
  const Compaction::Keep half{.tokens = 20'000, .entries = 25, .half_at_most = true};
  const Compaction c(history_of(history), half);
  EXPECT_EQ(c.covered(), 4U);
  append(history, c.summary("they spoke at length", 1));
  EXPECT_EQ(Compaction(history_of(history), half).covered(),
            2U);  // half of what the summary does not cover
  EXPECT_EQ(Compaction(history_of(talk(1)), half).covered(), 1U);
  EXPECT_FALSE(Compaction(history_of(talk(0)), half).worthwhile());
}

TEST(Compaction, APromptShowsTheSummaryFirst) {
  auto history = talk(4);
  append(history,
         Compaction(history_of(history), {.tokens = 20'000, .entries = 2}).summary("so far", 1));
  PromptParts parts;
  const History kept = history_of(history);
  parts.history = &kept;
  parts.questions = {"and now?"};
  EXPECT_THAT(
      Prompt(parts).body("m"),
      HasSubstr(R"("messages":[{"role":"system","content":"Summary of the conversation before:\nso)"
                R"( far"},{"role":"user","content":"3#.."},{"role":"assistant","content":"4#.."},)"
                R"({"role":"user","content":"and now?"}])"));
}

TEST(Compaction, OnlyTheGatewaysOwnEntriesAreSummaries) {
  auto history = talk(2);
  append(history, {0, Role::user, 0, "x", R"({"compacted":{"from":3}})"});
  for (const char* meta : {R"({"compacted":{"from":"3"}})", R"({"compacted":[]})", "\"compacted\"",
                           R"({"compacted":{"from":-3}})"}) {
    append(history, {0, Role::system, 0, "y", meta});
  }
  EXPECT_THAT(shown_ids(history), ElementsAre(1, 2, 3, 4, 5, 6, 7));
}

}  // namespace
}  // namespace openclaw::pipeline
