#include "core/pipeline/turn/usage_totals.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

HistoryEntry said(Role role, std::string_view text, std::string_view meta = {}) {
  return {0, role, 0, text, meta};
}

TEST(UsageTotals, AddsUpMessagesAndTokens) {
  UsageTotals totals;
  totals.add(said(Role::user, "hello"));
  totals.add(said(Role::assistant, "hi",
                  R"({"model":"m","usage":{"prompt_tokens":10,)"
                  R"("completion_tokens":2,"total_tokens":12}})"));
  totals.add(said(Role::user, "more"));
  totals.add(
      said(Role::assistant, "ok", R"({"usage":{"prompt_tokens":20,"completion_tokens":3}})"));
  EXPECT_EQ(totals.text(), "Messages: 2 asked, 2 answered, 13 bytes\nTokens: 30 read, 5 written");
}

TEST(UsageTotals, SaysOfHowManyAnswersTheTokensAreKnown) {
  UsageTotals totals;
  totals.add(said(Role::assistant, "a", R"({"model":"m"})"));
  EXPECT_EQ(totals.text(), "Messages: 0 asked, 1 answered, 1 bytes\nTokens: not known");
  totals.add(said(Role::assistant, "b", R"({"usage":{"completion_tokens":7}})"));
  EXPECT_EQ(totals.text(),
            "Messages: 0 asked, 2 answered, 2 bytes\nTokens: 0 read, 7 written, known for 1 of the "
            "answers");
}

TEST(UsageTotals, AnEmptyConversationIsCalledSo) {
  EXPECT_EQ(UsageTotals().text(), "This conversation is empty.");
}

TEST(UsageTotals, WhatIsNoUsageIsNotCounted) {
  UsageTotals totals;
  for (const char* meta : {"\"usage\"", R"({"usage":[]})", R"({"usage":{"prompt_tokens":-4}})",
                           R"({"usage":{"prompt_tokens":"9"}})", R"({"note":"\"usage\""})"}) {
    totals.add(said(Role::assistant, "a", meta));
  }
  totals.add(said(Role::system, std::string(2048, 's')));
  EXPECT_EQ(totals.text(), "Messages: 0 asked, 5 answered, 2 KiB\nTokens: not known");
}

}  // namespace
}  // namespace openclaw::pipeline
