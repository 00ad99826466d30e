#include "stream_parser.hpp"

#include <gtest/gtest.h>

#include "openclaw/provider.h"
#include "openclaw/testing/recording_sink.hpp"

namespace openclaw::anthropic {
namespace {

using testing::RecordingSink;

class StreamParserTest : public ::testing::Test {
 protected:
  std::optional<sdk::Failure> feed(std::initializer_list<const char*> events) {
    return sink.feed(parser, events);
  }
  sdk::ErrorMap errors{"anthropic", "https://x"};
  RecordingSink sink;
  StreamParser parser{errors};
  static constexpr const char* kStart =
      R"({"type":"message_start","message":{"type":"message","content":[],"usage":{"input_tokens":5,"cache_creation_input_tokens":2,"cache_read_input_tokens":3,"output_tokens":1}}})";
  static constexpr const char* kStop = R"({"type":"message_stop"})";
};

TEST_F(StreamParserTest, TakesAStreamApart) {
  EXPECT_FALSE(feed(
      {kStart,
       R"({"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":""}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"hm"}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"x"}})",
       R"({"type":"content_block_stop","index":0})", R"({"type":"ping"})",
       R"({"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}})",
       R"({"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"Hi"}})",
       R"({"type":"content_block_stop","index":1})",
       R"({"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":9}})"}));
  EXPECT_FALSE(parser.complete());
  EXPECT_FALSE(feed({kStop}));
  EXPECT_TRUE(parser.complete());
  EXPECT_EQ(
      sink.lines(),
      R"(usage {"prompt_tokens":10,"completion_tokens":1,"total_tokens":11,"prompt_tokens_details":{"cached_tokens":3}}
reasoning hm
text Hi
usage {"prompt_tokens":10,"completion_tokens":9,"total_tokens":19,"prompt_tokens_details":{"cached_tokens":3}}
finish stop
)");
}

TEST_F(StreamParserTest, NumbersToolCallsAmongThemselves) {
  EXPECT_FALSE(feed(
      {kStart,
       R"({"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"t1","name":"f","input":{}}})",
       R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":""}})",
       R"({"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\":1}"}})",
       R"({"type":"content_block_stop","index":1})",
       R"({"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"t2","name":"g","input":{"b":2}}})",
       R"({"type":"content_block_stop","index":2})",
       R"({"type":"message_delta","delta":{"stop_reason":"tool_use"}})", kStop}));
  EXPECT_NE(sink.lines().find(R"(tool_call {"arguments":"","id":"t1","index":0,"name":"f"}
tool_call {"arguments":"{\"a\":1}","index":0}
tool_call {"arguments":"","id":"t2","index":1,"name":"g"}
tool_call {"arguments":"{\"b\":2}","index":1}
finish tool_calls
)"),
            std::string::npos)
      << sink.lines();
}

TEST_F(StreamParserTest, MapsEachStopReason) {
  const std::pair<const char*, const char*> reasons[] = {
      {"end_turn", "stop"},       {"stop_sequence", "stop"},
      {"pause_turn", "stop"},     {"max_tokens", "length"},
      {"tool_use", "tool_calls"}, {"refusal", "content_filter"},
      {"something_new", "stop"},  {"model_context_window_exceeded", "length"}};
  for (const auto& [theirs, ours] : reasons) {
    StreamParser p{errors};
    RecordingSink s;
    EXPECT_FALSE(p.event("", kStart, s));
    const std::string delta =
        std::string(R"({"type":"message_delta","delta":{"stop_reason":")") + theirs + "\"}}";
    EXPECT_FALSE(p.event("", delta, s));
    EXPECT_FALSE(p.event("", kStop, s));
    EXPECT_NE(s.lines().find(std::string("finish ") + ours + "\n"), std::string::npos) << theirs;
  }
}

TEST_F(StreamParserTest, PingsAreNoProgressButThinkingIs) {
  EXPECT_FALSE(feed({kStart}));
  EXPECT_FALSE(parser.event("ping", R"({"type": "ping"})", sink));
  EXPECT_EQ(sink.progress_count(), 0);
  EXPECT_FALSE(feed(
      {R"({"type":"content_block_start","index":0,"content_block":{"type":"redacted_thinking","data":"x"}})"}));
  EXPECT_EQ(sink.progress_count(), 1);
}

TEST_F(StreamParserTest, AnErrorAfterStatus200Fails) {
  EXPECT_FALSE(feed({kStart}));
  const auto failure = parser.event(
      "error", R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})",
      sink);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code, OC_E_RATE);
  EXPECT_NE(failure->flags & OC_EF_RETRY, 0U);
  EXPECT_NE(failure->message.find("Overloaded"), std::string::npos);
}

TEST_F(StreamParserTest, IgnoresWhatItDoesNotKnow) {
  EXPECT_FALSE(feed(
      {R"({"type":"new_event","x":1})", kStart,
       R"({"type":"content_block_start","index":0,"content_block":{"type":"server_tool_use","id":"s","name":"web_search","input":{}}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"input_json_delta","partial_json":"{}"}})",
       R"({"type":"content_block_delta","index":0,"delta":{"type":"new_delta"}})",
       R"({"type":"content_block_stop","index":0})", kStop}));
  EXPECT_EQ(sink.lines().find("tool_call"), std::string::npos);
}

TEST_F(StreamParserTest, RefusesEventsOutOfOrder) {
  const char* delta =
      R"({"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"x"}})";
  EXPECT_TRUE(feed({delta}));
  EXPECT_TRUE(feed({kStop}));
  EXPECT_FALSE(feed({kStart}));
  EXPECT_TRUE(feed({delta}));
  EXPECT_TRUE(feed({R"({"type":"content_block_stop","index":0})"}));
  EXPECT_TRUE(feed({kStart}));
  EXPECT_FALSE(parser.complete());
}

TEST_F(StreamParserTest, OnlyMessageStopEndsAnAnswer) {
  EXPECT_FALSE(feed({kStart, R"({"type":"message_delta","delta":{"stop_reason":"end_turn"}})"}));
  const auto failure = parser.end(false, sink);
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->code, OC_E_NET);
  EXPECT_NE(failure->flags & OC_EF_RETRY, 0U);
}

TEST_F(StreamParserTest, ReadsAWholeMessage) {
  EXPECT_FALSE(parser.whole(
      R"({"type":"message","role":"assistant","content":[{"type":"thinking","thinking":"t","signature":"s"},
      {"type":"text","text":"A"},{"type":"tool_use","id":"i","name":"f","input":{"a":1}}],"stop_reason":"tool_use",
      "usage":{"input_tokens":1,"output_tokens":2}})",
      sink));
  EXPECT_EQ(sink.lines(),
            R"(reasoning t
text A
tool_call {"arguments":"{\"a\":1}","id":"i","index":0,"name":"f"}
usage {"prompt_tokens":1,"completion_tokens":2,"total_tokens":3,"prompt_tokens_details":{"cached_tokens":0}}
finish tool_calls
)");
}

TEST_F(StreamParserTest, RefusesAWholeBodyThatIsNoMessage) {
  for (const char* body : {"", "<html>", "[]", "{}", R"({"type":"message"})"}) {
    EXPECT_TRUE(parser.whole(body, sink)) << body;
  }
  EXPECT_EQ(
      parser
          .whole(R"({"type":"error","error":{"type":"authentication_error","message":"x"}})", sink)
          ->code,
      OC_E_AUTH);
  EXPECT_EQ(sink.lines(), "");
}

TEST_F(StreamParserTest, SurvivesFieldsOfTheWrongType) {
  EXPECT_FALSE(feed({R"({"type":"message_start","message":7})",
                     R"({"type":"content_block_start","index":"x","content_block":3})",
                     R"({"type":"content_block_delta","index":-1,"delta":[]})",
                     R"({"type":"message_delta","delta":null,"usage":[1]})", R"({"type":5})"}));
  EXPECT_TRUE(feed({"7"}));
}

}  // namespace
}  // namespace openclaw::anthropic
