#include <gtest/gtest.h>

#include "openclaw/testing/provider_contract.hpp"
#include "openclaw/testing/provider_fixture.hpp"

namespace openclaw::testing {
namespace {

const std::string kRequest =
    R"({"model":"gpt-4o","stream":true,"messages":[{"role":"user","content":"hi"}]})";

// Recorded from the API; ids shortened.
const std::string kBody =
    R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"finish_reason":null}],"usage":null,"obfuscation":"a1"}

data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"Grüß"},"finish_reason":null}],"usage":null}

data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{"content":" dich"},"finish_reason":null}],"usage":null}

)";
const std::string kFinish =
    R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":null}

)";
const std::string kEnd =
    R"(data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":8,"completion_tokens":2,"total_tokens":10}}

data: [DONE]

)";

ProviderCase contract(std::uint32_t flags) {
  // Up to the last byte of the blank line after the finish_reason, where a body may end.
  return {oc_plugin_entry_1(0)->api,
          "openai",
          R"({"apiKey":"${secret:apiKey}","name":"openai","model":"gpt-4o"})",
          flags,
          kRequest,
          kBody + kFinish + kEnd,
          kBody.size() + kFinish.size() - 1,
          kBody,
          ": keep-alive\n\ndata: "
          "{\"choices\":[{\"delta\":{\"role\":\"assistant\",\"content\":\"\"}}]}\n\n",
          R"({"choices":[{"message":{"content":"A"},"finish_reason":"stop"}],)"
          R"("usage":{"prompt_tokens":8,"completion_tokens":1,"total_tokens":9}})"};
}
INSTANTIATE_TEST_SUITE_P(OpenAi, ProviderContract, ::testing::Values(contract(OC_CHAT_STREAM)));
INSTANTIATE_TEST_SUITE_P(OpenAiRaw, ProviderContract,
                         ::testing::Values(contract(OC_CHAT_STREAM | OC_CHAT_ACCEPT_RAW)));

class OpenAiTest : public ProviderFixture {};

TEST_F(OpenAiTest, SendsTheKeyAsAPlaceholderAndTheConfiguredHeaders) {
  create(R"({"apiKey":"${secret:apiKey}","baseUrl":"http://h:1/v1/","proxy":"socks5://p:2",
             "organization":"o","project":"p","headers":{"X-Extra":"1","accept":"x/y"}})");
  host.chat(kRequest, OC_CHAT_STREAM | OC_CHAT_ACCEPT_RAW, "gpt-4o");
  const auto& call = *host.last_http();
  EXPECT_EQ(call.method, "POST");
  EXPECT_EQ(call.url, "http://h:1/v1/chat/completions");
  EXPECT_EQ(call.proxy, "socks5://p:2");
  EXPECT_EQ(call.header("Authorization"), "Bearer ${secret:apiKey}");
  EXPECT_EQ(call.header("OpenAI-Organization"), "o");
  EXPECT_EQ(call.header("OpenAI-Project"), "p");
  EXPECT_EQ(call.header("Content-Type"), "application/json");
  EXPECT_EQ(call.header("X-Extra"), "1");
  EXPECT_EQ(call.header("Accept"), "");
  EXPECT_EQ(call.header("accept"), "x/y");
}

TEST_F(OpenAiTest, ForwardsARawRequestByteForByte) {
  create(with_key);
  host.chat(kRequest, OC_CHAT_STREAM | OC_CHAT_ACCEPT_RAW, "gpt-4o");
  EXPECT_EQ(host.last_http()->url, "https://api.openai.com/v1/chat/completions");
  EXPECT_EQ(host.last_http()->body, kRequest);
}

TEST_F(OpenAiTest, AsksForUsageUnlessSwitchedOff) {
  create(with_key);
  host.chat(kRequest, OC_CHAT_STREAM, "gpt-4o");
  EXPECT_NE(host.last_http()->body.find("include_usage"), std::string::npos);
  host.chat(kRequest, 0, "gpt-4o");
  EXPECT_EQ(host.last_http()->body, kRequest);
  FakeHost other;
  ASSERT_EQ(
      other.create(*oc_plugin_entry_1(0)->api, "openai", R"({"apiKey":"k","streamUsage":false})"),
      "");
  other.chat(kRequest, OC_CHAT_STREAM, "gpt-4o");
  EXPECT_EQ(other.last_http()->body, kRequest);
}

TEST_F(OpenAiTest, WithoutAKeyItAsksOnlyAServerOfOnesOwn) {
  create("{}");
  const oc_op op = host.chat(kRequest, OC_CHAT_STREAM, "gpt-4o");
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_AUTH);
  EXPECT_NE(failure(op)->message.find("providers[].apiKey"), std::string::npos);
  EXPECT_EQ(host.last_http(), nullptr);
  FakeHost local;
  ASSERT_EQ(local.create(*oc_plugin_entry_1(0)->api, "local",
                         R"({"apiKey":"","baseUrl":"http://localhost:11434/v1"})"),
            "");
  local.chat(kRequest, OC_CHAT_STREAM, "m");
  ASSERT_NE(local.last_http(), nullptr);
  EXPECT_EQ(local.last_http()->header("Authorization"), "");
}

TEST_F(OpenAiTest, AWholeAnswerIsEmittedOnceAsItCame) {
  create(with_key);
  const std::string body =
      R"({ "id":"x", "choices":[{"index":0,"message":{"role":"assistant","content":"A"},"finish_reason":"stop"}]})";
  const oc_op op = host.chat(kRequest, OC_CHAT_ACCEPT_RAW, "gpt-4o");
  EXPECT_EQ(host.last_http()->first_byte_ms, 60000U) << "nothing comes before the last token";
  host.respond(host.last_http()->op, 200, body, {{"Content-Type", "application/json"}});
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_FALSE(host.completion(op)->failure);
  ASSERT_EQ(host.emitted.size(), 1U);
  EXPECT_EQ(host.emitted[0].kind, OC_CHAT_RAW);
  EXPECT_EQ(host.emitted[0].data, body);
}

TEST_F(OpenAiTest, AWholeAnswerIsTakenApart) {
  create(with_key);
  const oc_op op = host.chat(kRequest, 0, "gpt-4o");
  host.respond(host.last_http()->op, 200,
               R"({"choices":[{"message":{"content":"A"},"finish_reason":"stop"}]})");
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_FALSE(host.completion(op)->failure);
  EXPECT_EQ(host.text(op), "A");
  EXPECT_EQ(host.emitted.back().data, "stop");
}

TEST_F(OpenAiTest, InsufficientQuotaIsABillingMatter) {
  create(with_key);
  const oc_op op = host.chat(kRequest, OC_CHAT_STREAM, "gpt-4o");
  host.respond(
      host.last_http()->op, 429,
      R"({"error":{"message":"You exceeded your current quota","type":"insufficient_quota","param":null,"code":"insufficient_quota"}})",
      {{"Retry-After", "1"}, {"x-should-retry", "true"}});
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_RATE);
  EXPECT_NE(failure(op)->flags & OC_EF_BILLING, 0U);
  EXPECT_EQ(failure(op)->flags & OC_EF_RETRY, 0U);
  EXPECT_EQ(host.statuses.back().first, OC_STATE_DEGRADED);
}

TEST_F(OpenAiTest, AConversationThatIsTooLongSaysSo) {
  create(with_key);
  const oc_op op = host.chat(kRequest, OC_CHAT_STREAM, "gpt-4o");
  host.respond(
      host.last_http()->op, 400,
      R"({"error":{"message":"This model's maximum context length is 128000 tokens.","type":"invalid_request_error","code":"context_length_exceeded"}})");
  ASSERT_NE(failure(op), nullptr);
  EXPECT_NE(failure(op)->flags & OC_EF_LENGTH, 0U);
  EXPECT_EQ(failure(op)->flags & OC_EF_RETRY, 0U);
}

TEST_F(OpenAiTest, APageInsteadOfAStreamNamesTheBaseUrl) {
  create(with_key);
  const oc_op op = host.chat(kRequest, OC_CHAT_STREAM, "gpt-4o");
  host.respond(host.last_http()->op, 200, "<html></html>", {{"content-type", "text/html"}});
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_NET);
  EXPECT_NE(failure(op)->message.find("providers[].baseUrl"), std::string::npos);
}

TEST_F(OpenAiTest, AnErrorObjectWithStatus200IsAFailure) {
  create(with_key);
  const oc_op op = host.chat(kRequest, OC_CHAT_STREAM, "gpt-4o");
  host.respond(host.last_http()->op, 200, R"({"error":{"message":"x","type":"overloaded_error"}})",
               {{"content-type", "application/json"}});
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_RATE);
}

TEST_F(OpenAiTest, TakesDoneWithoutABlankLine) {
  create(with_key);
  const oc_op op = host.chat(kRequest, OC_CHAT_STREAM, "gpt-4o");
  const oc_op http = host.last_http()->op;
  host.head(http, 200, {});
  host.data(http, kBody + "data: [DONE]");
  host.finish(http);
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_FALSE(host.completion(op)->failure);
}

TEST_F(OpenAiTest, StatusRecoversWithTheFirstGoodAnswer) {
  create(with_key);
  host.start();
  EXPECT_EQ(host.statuses.back().first, OC_STATE_CONNECTED);
  host.chat(kRequest, 0, "gpt-4o");
  host.respond(host.last_http()->op, 401, "{}");
  EXPECT_EQ(host.statuses.back().first, OC_STATE_DEGRADED);
  host.chat(kRequest, 0, "gpt-4o");
  host.respond(host.last_http()->op, 200, R"({"choices":[{"message":{"content":"A"}}]})");
  EXPECT_EQ(host.statuses.back().first, OC_STATE_CONNECTED);
}

TEST_F(OpenAiTest, StatusSaysWhenTheProviderFailsThreeTimesInARow) {
  create(with_key);
  host.start();
  const auto refused = [&] {
    host.chat(kRequest, 0, "gpt-4o");
    host.respond(host.last_http()->op, 500, "{}");
  };
  refused();
  refused();
  EXPECT_EQ(host.statuses.back().first, OC_STATE_CONNECTED);
  refused();
  EXPECT_EQ(host.statuses.back().first, OC_STATE_DEGRADED);
  EXPECT_NE(host.statuses.back().second.find("500"), std::string::npos);
  const auto told = host.statuses.size();
  refused();
  EXPECT_EQ(host.statuses.size(), told + 1) << "newer than an answer on another loop";
  EXPECT_TRUE(host.evidence.empty());
  host.chat(kRequest, 0, "gpt-4o");
  host.respond(host.last_http()->op, 200, R"({"choices":[{"message":{"content":"A"}}]})");
  EXPECT_EQ(host.statuses.back().first, OC_STATE_CONNECTED);
  EXPECT_EQ(host.evidence, std::vector<std::uint32_t>{OC_EVIDENCE_RECEIVED});
  refused();
  EXPECT_EQ(host.statuses.back().first, OC_STATE_CONNECTED) << "one is a hiccup";
}

TEST_F(OpenAiTest, StatusDoesNotBlameTheProviderForARequest) {
  create(with_key);
  host.start();
  for (int i = 0; i < 5; ++i) {
    host.chat(kRequest, 0, "no-such-model");
    host.respond(host.last_http()->op, 404, "{}");
  }
  EXPECT_EQ(host.statuses.back().first, OC_STATE_CONNECTED);
}

TEST_F(OpenAiTest, RefusesAWrongSectionAndNamesTheKey) {
  for (const auto& [config, key] : std::vector<std::pair<std::string, std::string>>{
           {"[]", "mapping"},
           {R"({"baseUrl":"ftp://x"})", "baseUrl"},
           {R"({"baseUrl":"https://"})", "baseUrl"},
           {R"({"baseUrl":"https://x/v1?key=1"})", "baseUrl"},
           {R"({"apiKey":5})", "apiKey"},
           {R"({"headers":{"a b":"c"}})", "headers"},
           {R"({"headers":{"a":"b\r\nc: d"}})", "headers"}}) {
    FakeHost other;
    EXPECT_NE(other.create(*oc_plugin_entry_1(0)->api, "openai", config).find(key),
              std::string::npos)
        << config;
  }
}

}  // namespace
}  // namespace openclaw::testing
