#include <gtest/gtest.h>

#include "openclaw/testing/provider_contract.hpp"
#include "openclaw/testing/provider_fixture.hpp"

namespace openclaw::testing {
namespace {

const std::string kRequest = R"({"model":"m","messages":[{"role":"user","content":"hi"}]})";
const std::string kText = "data: {\"text\":\"Good \"}\n\ndata: {\"text\":\"day\"}\n\n";
const std::string kEnd = "event: end\ndata: {\"in\":3,\"out\":2}\n\n";

ProviderCase contract() {
  return {oc_plugin_entry_1(0)->api,
          "http_plugin",
          R"({"apiKey":"${secret:apiKey}"})",
          OC_CHAT_STREAM,
          kRequest,
          kText + kEnd,
          kText.size() + kEnd.size() - 2,
          kText,
          "data: {}\n\n: comment\n\n",
          R"({"text":"Good day","in":3,"out":2})"};
}
INSTANTIATE_TEST_SUITE_P(HttpPlugin, ProviderContract, ::testing::Values(contract()));

class HttpPluginTest : public ProviderFixture {};

TEST_F(HttpPluginTest, SendsWhatItMadeOfTheRequest) {
  create(R"({"apiKey":"${secret:apiKey}","baseUrl":"http://h:1/","headers":{"x-version":"2"}})");
  host.chat(kRequest, OC_CHAT_STREAM, "m");
  const HttpCall& call = *host.last_http();
  EXPECT_EQ(call.url, "http://h:1/ask/m");
  EXPECT_EQ(call.body, R"([{"content":"hi","role":"user"}])");
  EXPECT_EQ(call.header("X-Key"), "${secret:apiKey}");
  EXPECT_EQ(call.header("X-Version"), "") << "the operator's own comes instead";
  EXPECT_EQ(call.header("x-version"), "2");
  EXPECT_EQ(call.header("Accept"), "text/event-stream");
  host.chat(kRequest, 0, "m");
  EXPECT_EQ(host.last_http()->header("Accept"), "application/json");
}

TEST_F(HttpPluginTest, WithoutAKeyItAsksOnlyAServerOfOnesOwn) {
  create("{}");
  host.start();
  EXPECT_EQ(host.statuses.back().first, OC_STATE_DEGRADED);
  const oc_op op = host.chat(kRequest, 0, "m");
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_AUTH);
  EXPECT_NE(failure(op)->message.find("EXAMPLE_API_KEY"), std::string::npos);
  EXPECT_EQ(host.last_http(), nullptr);
  FakeHost local;
  ASSERT_EQ(local.create(*oc_plugin_entry_1(0)->api, "local", R"({"baseUrl":"http://h:1"})"), "");
  local.start();
  EXPECT_EQ(local.statuses.back().first, OC_STATE_CONNECTED);
  local.chat(kRequest, 0, "m");
  ASSERT_NE(local.last_http(), nullptr);
  EXPECT_EQ(local.last_http()->header("X-Key"), "");
}

TEST_F(HttpPluginTest, SaysWhatIsWrongWithARequest) {
  create(R"({"apiKey":"k"})");
  const oc_op op = host.chat("7", 0, "m");
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->message, "the request is not a JSON object");
  EXPECT_EQ(failure(op)->flags, OC_EF_NOT_DONE);
}

}  // namespace
}  // namespace openclaw::testing
