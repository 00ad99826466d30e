#include "core/pipeline/commands/model_choices.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

TEST(ModelChoices, AreOneForEachSession) {
  ModelChoices c;
  c.choose("a", "big");
  c.choose("b", "small");
  c.choose("a", "bigger");
  EXPECT_EQ(c.of("a"), "bigger");
  EXPECT_EQ(c.of("b"), "small");
  c.choose("a", "");
  EXPECT_EQ(c.of("a"), "");
  EXPECT_EQ(c.of("never"), "");
}

TEST(ModelChoices, AreBoundedAndTheOldestGoesFirst) {
  ModelChoices c;
  for (std::size_t i = 0; i < ModelChoices::kMaxSessions; ++i) c.choose(std::to_string(i), "m");
  c.choose("0", "again");  // made anew, so no longer the oldest
  c.choose("one more", "m");
  EXPECT_EQ(c.of("0"), "again");
  EXPECT_EQ(c.of("1"), "");
  EXPECT_EQ(c.of("2"), "m");
}

TEST(ModelChoices, SurviveARestartInTheirOrder) {
  ModelChoices before, after;
  for (std::size_t i = 0; i < ModelChoices::kMaxSessions; ++i)
    before.choose(std::to_string(i), "m");
  ASSERT_FALSE(after.restore(before.serialise()).has_error());
  EXPECT_EQ(after.serialise(), before.serialise());
  after.choose("one more", "m");
  EXPECT_EQ(after.of("0"), "");
  EXPECT_EQ(after.of("1"), "m");
}

TEST(ModelChoices, StayAsTheyAreWhenTheStoredOnesAreBroken) {
  for (const char* text :
       {"", "[]", "{}", R"({"version":2,"models":[]})", R"({"version":1,"models":[{}]})",
        R"({"version":1,"models":[{"session":"","model":"m"}]})",
        R"({"version":1,"models":[{"session":"s","model":"a b"}]})",
        R"({"version":1,"models":[{"session":"s","model":7}]})"}) {
    ModelChoices c;
    c.choose("a", "m");
    EXPECT_TRUE(c.restore(text).has_error()) << text;
    EXPECT_EQ(c.of("a"), "m");
  }
}

TEST(ModelChoices, TakeNamesOnly) {
  EXPECT_TRUE(ModelChoices::is_name("meta-llama/Llama-3.3-70B:free"));
  EXPECT_TRUE(ModelChoices::is_name(std::string(256, 'm')));
  for (const std::string& text : {std::string(), std::string("a b"), std::string("a\nb"),
                                  std::string("a\x7f"), std::string(257, 'm')})
    EXPECT_FALSE(ModelChoices::is_name(text)) << text;
}

}  // namespace
}  // namespace openclaw::pipeline
