#include "stream_parser.hpp"

#include <gtest/gtest.h>

#include "openclaw/provider.h"
#include "openclaw/testing/recording_sink.hpp"

namespace openclaw::openai {
namespace {

using testing::RecordingSink;

class StreamParserTest : public ::testing::Test {
 protected:
  std::optional<sdk::Failure> feed(std::initializer_list<const char*> events) {
    return sink.feed(parser, events);
  }
  sdk::ErrorMap errors{"openai", "https://x/v1"};
  RecordingSink sink;
  StreamParser parser{errors, false};
  StreamParser raw{errors, true};
};

TEST_F(StreamParserTest, TakesAStreamApart) {
  EXPECT_FALSE(feed(
      {R"({"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]})",
       R"({"choices":[{"index":0,"delta":{"reasoning_content":"hm"},"finish_reason":null}]})",
       R"({"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}],"usage":null})",
       R"({"choices":[{"index":0,"delta":{},"finish_reason":"length"}]})",
       R"({"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":1}}})",
       "[DONE]"}));
  EXPECT_TRUE(parser.complete());
  EXPECT_EQ(
      sink.lines(),
      "reasoning hm\n"
      "text Hi\n"
      R"(usage {"prompt_tokens":3,"completion_tokens":2,"total_tokens":5,"prompt_tokens_details":{"cached_tokens":1}})"
      "\nfinish length\n");
}

TEST_F(StreamParserTest, PassesToolCallFragmentsOn) {
  EXPECT_FALSE(feed(
      {R"({"choices":[{"delta":{"tool_calls":[{"index":1,"id":"c1","function":{"name":"f","arguments":""}}]}}]})",
       R"({"choices":[{"delta":{"tool_calls":[{"index":1,"function":{"arguments":"{\"a\""}}]}}]})",
       R"({"choices":[{"delta":{},"finish_reason":"tool_calls"}]})", "[DONE]"}));
  EXPECT_EQ(sink.lines(),
            "tool_call {\"arguments\":\"\",\"id\":\"c1\",\"index\":1,\"name\":\"f\"}\n"
            "tool_call {\"arguments\":\"{\\\"a\\\"\",\"index\":1}\n"
            "finish tool_calls\n");
}

TEST_F(StreamParserTest, NumbersToolCallsThatHaveNoIndex) {
  EXPECT_FALSE(feed(
      {R"({"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"}]})"}));
  EXPECT_NE(sink.lines().find(R"("id":"a","index":0)"), std::string::npos);
  EXPECT_NE(sink.lines().find(R"("id":"b","index":1)"), std::string::npos);
}

TEST_F(StreamParserTest, PassesRawChunksOnUnchanged) {
  const char* chunk = R"({"x": 1.0,  "choices":[{"delta":{"content":"A"}}]})";
  EXPECT_FALSE(raw.event("", chunk, sink));
  EXPECT_FALSE(raw.event("", "[DONE]", sink));
  EXPECT_TRUE(raw.complete());
  EXPECT_EQ(sink.lines(), std::string("raw ") + chunk + "\n");
}

TEST_F(StreamParserTest, AnErrorInTheStreamFailsIt) {
  for (StreamParser* p : {&parser, &raw}) {
    const auto failure = p->event(
        "", R"({"error":{"message":"The server had an error","type":"server_error"}})", sink);
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->code, OC_E_NET);
    EXPECT_NE(failure->flags & OC_EF_RETRY, 0U);
  }
  const auto named = parser.event("error", R"({"message":"x","code":"rate_limit_exceeded"})", sink);
  ASSERT_TRUE(named);
  EXPECT_EQ(named->code, OC_E_RATE);
}

TEST_F(StreamParserTest, AServerThatOmitsDoneIsCompleteAfterItsFinishReason) {
  EXPECT_FALSE(feed({R"({"choices":[{"delta":{"content":"A"},"finish_reason":"stop"}]})"}));
  EXPECT_FALSE(parser.complete());
  EXPECT_FALSE(parser.end(false, sink));
  EXPECT_EQ(sink.lines(), "text A\nfinish stop\n");
}

TEST_F(StreamParserTest, ABodyThatEndsInsideAnEventIsCutOff) {
  EXPECT_FALSE(feed({R"({"choices":[{"delta":{"content":"A"},"finish_reason":"stop"}]})"}));
  ASSERT_TRUE(parser.end(true, sink));
}

TEST_F(StreamParserTest, DoneWithoutAChunkIsCutOff) {
  const auto failure = parser.event("", "[DONE]", sink);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code, OC_E_NET);
}

TEST_F(StreamParserTest, IgnoresUnknownEventsAndOtherChoices) {
  EXPECT_FALSE(feed(
      {R"({"object":"something.new"})",
       R"({"choices":[{"index":1,"delta":{"content":"B"},"finish_reason":"length"}]})",
       R"({"choices":[{"index":0,"delta":{"content":"A"},"finish_reason":"stop"}]})", "[DONE]"}));
  EXPECT_EQ(sink.lines(), "text A\nfinish stop\n");
}

TEST_F(StreamParserTest, ReadsAWholeCompletion) {
  EXPECT_FALSE(parser.whole(
      R"({"choices":[{"index":0,"message":{"role":"assistant","content":"A","tool_calls":[
      {"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],
      "usage":{"prompt_tokens":1,"completion_tokens":2,"total_tokens":3}})",
      sink));
  EXPECT_EQ(sink.lines(),
            "text A\ntool_call {\"arguments\":\"{}\",\"id\":\"c\",\"index\":0,\"name\":\"f\"}\n"
            "usage {\"prompt_tokens\":1,\"completion_tokens\":2,\"total_tokens\":3}\n"
            "finish tool_calls\n");
}

TEST_F(StreamParserTest, RefusesAWholeBodyThatIsNoCompletion) {
  for (const char* body : {"", "[]", "<html>", R"({"choices":[)", R"({"object":"x"})"}) {
    EXPECT_TRUE(raw.whole(body, sink)) << body;
    EXPECT_TRUE(parser.whole(body, sink)) << body;
  }
  EXPECT_TRUE(parser.whole(R"({"choices":[]})", sink));
  EXPECT_EQ(raw.whole(R"({"error":{"type":"authentication_error","message":"x"}})", sink)->code,
            OC_E_AUTH);
  EXPECT_EQ(sink.lines(), "");
}

TEST_F(StreamParserTest, SurvivesFieldsOfTheWrongType) {
  EXPECT_FALSE(feed(
      {R"({"choices":[1,{"delta":5},{"index":"x","delta":{"content":{"a":1},"tool_calls":[3,{"index":-1,"function":7}]}}],"usage":3})",
       R"({"choices":"x"})"}));
}

}  // namespace
}  // namespace openclaw::openai
