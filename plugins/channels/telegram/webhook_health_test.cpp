#include "webhook_health.hpp"

#include <gmock/gmock.h>

#include "telegram_fixture.hpp"

namespace openclaw::telegram {
namespace {

using ::testing::HasSubstr;

constexpr const char* kWebhookUrl = "https://gw.example.org/channels/telegram/webhook";
constexpr std::int64_t kHealthStart = 1'790'000'000'000;

WebhookHealth registered(std::string url = kWebhookUrl) {
  return {"channels.telegram.", std::move(url), kWebhookPath, kHealthStart};
}
WebhookInfo at(std::string url, std::int64_t pending = 0, std::int64_t error_ms = 0) {
  return {std::move(url), pending, error_ms, error_ms == 0 ? "" : "Connection refused"};
}

TEST(WebhookHealth, WhatLeadsHereIsWellWithWaitingUpdatesToo) {
  WebhookHealth health = registered();
  health.told(at(kWebhookUrl));
  EXPECT_EQ(health.trouble(), "");
  health.told(at(kWebhookUrl, 12));
  EXPECT_EQ(health.trouble(), "") << "Telegram has only just got them";
}

TEST(WebhookHealth, TelegramsOwnFormOfTheAddressIsTheSameAddress) {
  for (const char* url : {"https://GW.example.org/channels/telegram/webhook",
                          "https://gw.example.org:443/channels/telegram/webhook",
                          "https://gw.example.org/channels/telegram/webhook#x"}) {
    WebhookHealth health = registered(url);
    health.told(at(kWebhookUrl));
    EXPECT_EQ(health.trouble(), "") << url;
  }
  WebhookHealth bare = registered("https://gw.example.org");
  bare.told(at("https://gw.example.org/"));
  EXPECT_EQ(bare.trouble(), "");
}

TEST(WebhookHealth, AForeignAddressIsNamedWithWhatToDo) {
  for (const char* url : {"https://other.example.org/channels/telegram/webhook",
                          "https://gw.example.org/elsewhere", "https://gw.example.org:8443/x"}) {
    WebhookHealth health = registered();
    health.told(at(url));
    EXPECT_THAT(health.trouble(), HasSubstr(url));
    EXPECT_THAT(health.trouble(), HasSubstr("channels.telegram.webhookUrl"));
    health.told(at(kWebhookUrl));
    EXPECT_EQ(health.trouble(), "");
  }
}

TEST(WebhookHealth, ALongAddressIsShortened) {
  WebhookHealth health = registered();
  health.told(at("https://x.example/" + std::string(4'000, 'a')));
  EXPECT_LT(health.trouble().size(), 500U);
}

TEST(WebhookHealth, NoAddressMeansThatNothingComes) {
  WebhookHealth removed = registered();
  removed.told(at(""));
  EXPECT_THAT(removed.trouble(), HasSubstr("removed"));
  EXPECT_THAT(removed.trouble(), HasSubstr("channels.telegram.webhookUrl"));
  WebhookHealth never = registered("");
  never.told(at(""));
  EXPECT_THAT(never.trouble(), HasSubstr("set channels.telegram.webhookUrl"));
  EXPECT_THAT(never.trouble(), HasSubstr(kWebhookPath));
}

TEST(WebhookHealth, AnOperatorsOwnAddressMayBeAny) {
  WebhookHealth health = registered("");
  health.told(at("https://proxy.example.org/telegram"));
  EXPECT_EQ(health.trouble(), "");
}

TEST(WebhookHealth, AFailedDeliveryCountsWhenItIsNewerThanTheLastThatCame) {
  WebhookHealth health = registered();
  health.told(at(kWebhookUrl, 3, kHealthStart - 60'000));
  EXPECT_EQ(health.trouble(), "") << "before the start";
  health.told(at(kWebhookUrl, 3, kHealthStart + 30'000));
  EXPECT_THAT(health.trouble(), HasSubstr("Connection refused"));
  EXPECT_THAT(health.trouble(), HasSubstr("channels.telegram.webhookUrl"));
  EXPECT_THAT(health.trouble(), HasSubstr("channels.telegram.webhookSecret"));
  health.heard(kHealthStart + 90'000);
  EXPECT_EQ(health.trouble(), "");
  health.told(at(kWebhookUrl, 3, kHealthStart + 30'000));
  EXPECT_EQ(health.trouble(), "");
  health.told(at(kWebhookUrl, 3, kHealthStart + 92'000));
  EXPECT_EQ(health.trouble(), "") << "it may be our own answer: the store is away, say";
  health.told(at(kWebhookUrl, 0, kHealthStart + 200'000));
  EXPECT_EQ(health.trouble(), "") << "and nothing waits any more";
}

TEST(WebhookHealth, WhoCannotAskTwiceKnowsNothingAnyMore) {
  ApiError error;
  error.transport.emplace(openclaw::sdk::Failure{OC_E_NET, "no route"});
  WebhookHealth health = registered();
  EXPECT_EQ(health.ask_in_ms(), WebhookHealth::kEveryMs);
  health.failed(error);
  EXPECT_EQ(health.trouble(), "");
  EXPECT_EQ(health.ask_in_ms(), WebhookHealth::kAgainMs);
  health.failed(error);
  EXPECT_THAT(health.trouble(), HasSubstr("no route"));
  EXPECT_THAT(health.trouble(), HasSubstr("channels.telegram.apiRoot"));
  health.told(at(kWebhookUrl));
  EXPECT_EQ(health.trouble(), "");
  EXPECT_EQ(health.ask_in_ms(), WebhookHealth::kEveryMs);
}

TEST(WebhookInfo, IsReadAndGarbageIsNone) {
  const auto info = decode_webhook_info(
      R"({"ok":true,"result":{"url":"https://x/","has_custom_certificate":false,)"
      R"("pending_update_count":2,"last_error_date":1790000000,"last_error_message":"Timed out"}})");
  ASSERT_TRUE(info);
  EXPECT_EQ(info->url, "https://x/");
  EXPECT_EQ(info->pending, 2);
  EXPECT_EQ(info->last_error_unix_ms, kHealthStart);
  EXPECT_EQ(info->last_error, "Timed out");
  for (const char* bad : {"", "[]", "{}", R"({"result":{}})", R"({"result":{"url":7}})"}) {
    EXPECT_FALSE(decode_webhook_info(bad)) << bad;
  }
  EXPECT_EQ(
      decode_webhook_info(R"({"result":{"url":"","last_error_date":-1}})")->last_error_unix_ms, 0);
}

}  // namespace
}  // namespace openclaw::telegram
