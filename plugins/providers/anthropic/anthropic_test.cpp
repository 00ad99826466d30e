#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "openclaw/testing/provider_contract.hpp"
#include "openclaw/testing/provider_fixture.hpp"

namespace openclaw::testing {
namespace {

const std::string kRequest =
    R"({"model":"claude","stream":true,"messages":[{"role":"user","content":"hi"}]})";

// Recorded from the API; ids shortened.
const std::string kFirst =
    R"(event: message_start
data: {"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","content":[],"model":"claude","stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":25,"output_tokens":1}}}

event: content_block_start
data: {"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}

)";
const std::string kRest =
    R"(event: ping
data: {"type": "ping"}

event: content_block_delta
data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Grüß"}}

event: content_block_stop
data: {"type":"content_block_stop","index":0}

event: content_block_start
data: {"type":"content_block_start","index":1,"content_block":{"type":"tool_use","id":"toolu_1","name":"f","input":{}}}

event: content_block_delta
data: {"type":"content_block_delta","index":1,"delta":{"type":"input_json_delta","partial_json":"{\"a\": 1}"}}

event: content_block_stop
data: {"type":"content_block_stop","index":1}

event: message_delta
data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"output_tokens":15}}

)";
const std::string kStop = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n";

ProviderCase contract() {
  // The terminal event is whole with its last brace.
  return {oc_plugin_entry_1(0)->api,
          "anthropic",
          R"({"apiKey":"${secret:apiKey}","name":"anthropic","model":"claude"})",
          OC_CHAT_STREAM | OC_CHAT_ACCEPT_RAW,
          kRequest,
          kFirst + kRest + kStop,
          kFirst.size() + kRest.size() + kStop.size() - 2,
          kFirst,
          "event: ping\ndata: {\"type\": \"ping\"}\n\n: comment\n\n",
          R"({"type":"message","content":[{"type":"text","text":"A"}],"stop_reason":"end_turn",)"
          R"("usage":{"input_tokens":1,"output_tokens":2}})"};
}
INSTANTIATE_TEST_SUITE_P(Anthropic, ProviderContract, ::testing::Values(contract()));

class AnthropicTest : public ProviderFixture {};

TEST_F(AnthropicTest, SendsTheKeyAsAPlaceholderAndTheVersion) {
  create(
      R"({"apiKey":"${secret:apiKey}","proxy":"http://p:1","maxTokens":7,"headers":{"anthropic-beta":"b"}})");
  host.chat(kRequest, OC_CHAT_STREAM, "claude-x");
  const auto& call = *host.last_http();
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "https://api.anthropic.com/v1/messages");
  EXPECT_EQ(call.proxy, "http://p:1");
  EXPECT_EQ(call.header("x-api-key"), "${secret:apiKey}");
  EXPECT_EQ(call.header("anthropic-version"), "2023-06-01");
  EXPECT_EQ(call.header("anthropic-beta"), "b");
  const auto body = nlohmann::json::parse(call.body);
  EXPECT_EQ(body["model"], "claude-x");
  EXPECT_EQ(body["max_tokens"], 7);
  EXPECT_EQ(body["stream"], true);
}

TEST_F(AnthropicTest, TakesABaseUrlWithOrWithoutItsVersion) {
  for (const char* url : {"http://h:1", "http://h:1/", "http://h:1/v1", "http://h:1/v1/"}) {
    FakeHost other;
    ASSERT_EQ(
        other.create(*oc_plugin_entry_1(0)->api, "a", std::string(R"({"baseUrl":")") + url + "\"}"),
        "");
    other.chat(kRequest, OC_CHAT_STREAM, "m");
    ASSERT_NE(other.last_http(), nullptr);
    EXPECT_EQ(other.last_http()->url, "http://h:1/v1/messages");
    EXPECT_EQ(other.last_http()->header("x-api-key"), "");
  }
}

TEST_F(AnthropicTest, WithoutAKeyItDoesNotAskAnthropic) {
  create(R"({"baseUrl":"https://api.anthropic.com/v1"})");
  const oc_op op = host.chat(kRequest, OC_CHAT_STREAM, "m");
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_AUTH);
  EXPECT_NE(failure(op)->message.find("ANTHROPIC_API_KEY"), std::string::npos);
  EXPECT_EQ(host.last_http(), nullptr);
}

TEST_F(AnthropicTest, ReadsAWholeAnswer) {
  create(with_key);
  const oc_op op = host.chat(kRequest, 0, "m");
  host.respond(
      host.last_http()->op, 200,
      R"({"type":"message","content":[{"type":"text","text":"A"}],"stop_reason":"max_tokens","usage":{"input_tokens":1,"output_tokens":2}})");
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_FALSE(host.completion(op)->failure);
  EXPECT_EQ(host.text(op), "A");
  EXPECT_EQ(host.emitted.back().data, "length");
}

TEST_F(AnthropicTest, MapsItsOwnRefusals) {
  create(with_key);
  const auto answer = [&](std::uint32_t status, const char* body) {
    const oc_op op = host.chat(kRequest, OC_CHAT_STREAM, "m");
    host.respond(host.last_http()->op, status, body);
    return host.completion(op)->failure.value_or(Failure{OC_OK, ""});
  };
  Failure f = answer(
      400,
      R"({"type":"error","error":{"type":"invalid_request_error","message":"prompt is too long: 210000 tokens > 200000 maximum"},"request_id":"req_1"})");
  EXPECT_NE(f.flags & OC_EF_LENGTH, 0U);
  f = answer(
      400,
      R"({"type":"error","error":{"type":"invalid_request_error","message":"Your credit balance is too low to access the Anthropic API."}})");
  EXPECT_NE(f.flags & OC_EF_BILLING, 0U);
  f = answer(529, R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})");
  EXPECT_EQ(f.code, OC_E_RATE);
  EXPECT_NE(f.flags & OC_EF_RETRY, 0U);
  f = answer(404,
             R"({"type":"error","error":{"type":"not_found_error","message":"model: claude-9"}})");
  EXPECT_EQ(f.code, OC_E_NOTFOUND);
  EXPECT_NE(f.message.find("providers[].model"), std::string::npos);
}

TEST_F(AnthropicTest, RefusesAWrongSection) {
  for (const char* config :
       {"[]", R"({"maxTokens":0})", R"({"maxTokens":"x"})", R"({"maxTokens":-1})"}) {
    FakeHost other;
    EXPECT_NE(other.create(*oc_plugin_entry_1(0)->api, "a", config), "") << config;
  }
}

}  // namespace
}  // namespace openclaw::testing
