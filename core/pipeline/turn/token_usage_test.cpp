#include "core/pipeline/turn/token_usage.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

TEST(TokenUsage, IsKeptInAnAnswersMetaAndReadBack) {
  const auto usage = token_usage_from(
      R"({"prompt_tokens":10,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":8}})");
  ASSERT_TRUE(usage);
  const std::string meta = answer_meta("m", "t1", usage);
  EXPECT_EQ(meta, R"({"model":"m","turn":"t1","usage":)"
                  R"({"completion_tokens":2,"prompt_tokens":10}})");
  const auto back = token_usage_of(meta);
  ASSERT_TRUE(back);
  EXPECT_EQ(back->prompt, 10U);
  EXPECT_EQ(back->completion, 2U);
}

TEST(TokenUsage, OneOfTheTwoIsEnough) {
  const auto usage = token_usage_from(R"({"prompt_tokens":"many","completion_tokens":7})");
  ASSERT_TRUE(usage);
  EXPECT_EQ(usage->prompt, 0U);
  EXPECT_EQ(usage->completion, 7U);
}

TEST(TokenUsage, WhatIsNoCountIsNotTaken) {
  const std::string long_one = R"({"prompt_tokens":1,"x":")" + std::string(32U << 10U, 'x') + "\"}";
  for (const std::string& text :
       {std::string(), std::string("{"), std::string("[1]"), std::string(R"({"prompt_tokens":-4})"),
        std::string(R"({"prompt_tokens":1.5})"), std::string(R"({"prompt_tokens":1e30})"),
        std::string(R"({"prompt_tokens":18446744073709551615})"),
        std::string(R"({"prompt_tokens":1000000001})"), long_one}) {
    EXPECT_FALSE(token_usage_from(text)) << text.substr(0, 60);
  }
  EXPECT_EQ(answer_meta("m", "t1", std::nullopt), R"({"model":"m","turn":"t1"})");
}

TEST(TokenUsage, AMetaWithoutOneHasNone) {
  for (const char* meta : {"", "\"usage\"", R"({"usage":[]})", R"({"note":"\"usage\""})",
                           R"({"usage":{"prompt_tokens":-4}})"}) {
    EXPECT_FALSE(token_usage_of(meta)) << meta;
  }
}

}  // namespace
}  // namespace openclaw::pipeline
