#include "last_question.hpp"

#include <gtest/gtest.h>

namespace openclaw::echo {
namespace {

TEST(LastQuestion, IsTheLastUserMessage) {
  EXPECT_EQ(last_question(R"({"messages":[
    {"role":"system","content":"s"},{"role":"user","content":"first"},
    {"role":"assistant","content":"a"},{"content":"second","role":"user"},
    {"role":"assistant","content":"b"}],"model":"m"})"),
            "second");
}

TEST(LastQuestion, JoinsTheTextPartsOnly) {
  EXPECT_EQ(last_question(R"({"messages":[{"role":"user","content":[
    {"type":"text","text":"x"},{"type":"image_url","image_url":{"url":"u","text":"no"}},
    {"text":"y","type":"text"},{"type":"note","text":"no"}]}]})"),
            "xy");
}

TEST(LastQuestion, IsEmptyWhereNobodyAsks) {
  for (const char* body :
       {"{}", R"({"messages":"user"})", R"({"messages":[]})",
        R"({"messages":[{"role":"assistant","content":"a"}]})", R"({"messages":[{"role":"user"}]})",
        R"({"messages":[{"role":"user","content":[]}]})"}) {
    EXPECT_EQ(last_question(body), "") << body;
  }
}

TEST(LastQuestion, DoesNotMistakeDeeperOrOtherKeys) {
  EXPECT_EQ(last_question(R"({"other":[{"role":"user","content":"no"}],
    "messages":[{"role":"user","content":"yes","extra":{"role":"x","content":"no"}},
                {"tool_calls":[{"role":"user","content":"no"}],"role":"assistant"}],
    "tools":[{"messages":[{"role":"user","content":"no"}]}]})"),
            "yes");
}

TEST(LastQuestion, RefusesWhatIsNoObject) {
  for (const char* body : {"", "[1]", "\"text\"", "7", "null", R"({"messages":[)", "{} {}"}) {
    EXPECT_EQ(last_question(body), std::nullopt) << body;
  }
}

}  // namespace
}  // namespace openclaw::echo
