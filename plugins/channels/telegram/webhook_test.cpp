// Webhook mode, from the host's side.
#include "telegram_fixture.hpp"

namespace openclaw::telegram {
namespace {

class Webhook : public TelegramFixture {
 protected:
  oc_op start_webhook(json extra = json::object(), std::string_view name = "telegram") {
    json config = {{"botToken", "${secret:botToken}"},
                   {"mode", "webhook"},
                   {"webhookSecret", "${secret:webhookSecret}"}};
    config.update(extra);
    host.secrets["webhookSecret"] = "s3cret";
    create(config.dump(), name);
    const oc_op op = host.start();
    answer("getMe", kMe);
    return op;
  }
  std::optional<openclaw::testing::Reply> post(const std::string& body,
                                               const std::string& secret = "s3cret",
                                               const char* path = kWebhookPath) {
    return host.request("POST", path, {{"x-telegram-bot-api-secret-token", secret}}, body);
  }
};

TEST_F(Webhook, WithoutASecretItFailsAndNamesTheKey) {
  create(R"({"botToken":"x","mode":"webhook"})");
  const oc_op op = host.start();
  EXPECT_TRUE(failed_with(op, OC_E_AUTH));
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_NE(reason().find("channels.telegram.webhookSecret"), std::string::npos);
  EXPECT_FALSE(host.has_route("POST", kWebhookPath));
}

TEST_F(Webhook, DoesNotPoll) {
  EXPECT_TRUE(succeeded(start_webhook()));
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Webhook, AnswersOnlyOnceTheUpdateIsStoredAndWithAnEmptyBody) {
  host.auto_accept = false;
  start_webhook();
  EXPECT_FALSE(post(text_update(10, "hi").dump()));
  ASSERT_EQ(host.submitted.size(), 1U);
  EXPECT_EQ(host.submitted[0].message.text, "hi");
  host.accept(host.submitted[0].op);
  ASSERT_EQ(host.replies.size(), 1U);
  EXPECT_EQ(host.replies.begin()->second.status, 200U);
  EXPECT_EQ(host.replies.begin()->second.body, "");
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVED);
}

TEST_F(Webhook, AWrongOrMissingSecretIsRefused) {
  start_webhook();
  EXPECT_EQ(post(text_update(10, "hi").dump(), "wrong")->status, 401U);
  EXPECT_EQ(host.request("POST", kWebhookPath, {}, text_update(10, "hi").dump())->status, 401U);
  EXPECT_TRUE(host.submitted.empty());
  EXPECT_TRUE(host.evidence.empty());
}

TEST_F(Webhook, WhatCannotBeStoredIsAskedForAgain) {
  host.auto_accept = false;
  start_webhook();
  post(text_update(10, "hi").dump());
  host.refuse(host.submitted[0].op, {OC_E_AGAIN, "full", OC_EF_NOT_DONE});
  const auto& reply = host.replies.begin()->second;
  EXPECT_EQ(reply.status, 503U);
  ASSERT_EQ(reply.headers.size(), 1U);
  EXPECT_EQ(reply.headers[0].first, "Retry-After");
}

TEST_F(Webhook, AServiceMessageIsAcknowledgedWithoutASubmit) {
  start_webhook();
  EXPECT_EQ(post(R"({"update_id":10,"my_chat_member":{}})")->status, 200U);
  EXPECT_TRUE(host.submitted.empty());
}

TEST_F(Webhook, GarbageIsABadRequest) {
  start_webhook();
  EXPECT_EQ(post("{")->status, 400U);
  EXPECT_EQ(post("[]")->status, 400U);
}

TEST_F(Webhook, UntilTheBotKnowsItsNameTelegramIsAskedToRetry) {
  host.secrets["webhookSecret"] = "s3cret";
  create(R"({"botToken":"x","mode":"webhook","webhookSecret":"${secret:webhookSecret}"})");
  host.start();
  EXPECT_EQ(post(text_update(10, "hi").dump())->status, 503U);
}

TEST_F(Webhook, IsRegisteredWithThePlaceholderInTheUrl) {
  const oc_op op =
      start_webhook({{"webhookUrl", "https://gw.example.org/channels/telegram/webhook"}});
  EXPECT_EQ(host.completion(op), nullptr);
  ASSERT_NE(open_call("setWebhook"), nullptr);
  EXPECT_EQ(open_call("setWebhook")->url,
            "https://api.telegram.org/bot${secret:botToken}/setWebhook"
            "?url=https%3A%2F%2Fgw.example.org%2Fchannels%2Ftelegram%2Fwebhook"
            "&allowed_updates=%5B%22message%22%5D&secret_token=${secret:webhookSecret}");
  answer("setWebhook", kTrue);
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Webhook, AnUnreachableTelegramIsTriedAgain) {
  start_webhook({{"webhookUrl", "https://gw.example.org/x"}});
  drop("setWebhook", {OC_E_NET, "refused", OC_EF_NOT_DONE});
  EXPECT_EQ(state(), OC_STATE_CONNECTING);
  host.advance(5'600);
  answer("setWebhook", kTrue);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Webhook, ARefusedUrlFailsAndNamesTheKey) {
  const oc_op op = start_webhook({{"webhookUrl", "https://gw.example.org:1/x"}});
  answer_error("setWebhook", 400,
               "Bad Request: bad webhook: Webhook can be set up only on ports "
               "80, 88, 443 or 8443");
  EXPECT_TRUE(failed_with(op, OC_E_AUTH));
  EXPECT_NE(reason().find("channels.telegram.webhookUrl"), std::string::npos);
}

class WatchedWebhook : public Webhook {
 protected:
  static constexpr const char* kUrl = "https://gw.example.org/channels/telegram/webhook";
  void SetUp() override {
    start_webhook({{"webhookUrl", kUrl}});
    answer("setWebhook", kTrue);
    host.evidence.clear();
  }
  void told(const std::string& url, std::int64_t pending = 0, std::int64_t error_unix_s = 0) {
    json info = {
        {"url", url}, {"has_custom_certificate", false}, {"pending_update_count", pending}};
    if (error_unix_s != 0) {
      info["last_error_date"] = error_unix_s;
      info["last_error_message"] = "Connection timed out";
    }
    answer("getWebhookInfo", json{{"ok", true}, {"result", info}}.dump());
  }
  static constexpr std::int64_t kLater = 1'790'000'000 + 10'000;  ///< after the fake host's start
};

TEST_F(WatchedWebhook, IsAskedAboutAtOnceAndEveryMinute) {
  told(kUrl);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_TRUE(host.evidence.empty()) << "that is no news";
  host.advance(59'999);
  EXPECT_EQ(open_call("getWebhookInfo"), nullptr);
  host.advance(1);
  EXPECT_NE(open_call("getWebhookInfo"), nullptr);
  EXPECT_EQ(open_calls("getWebhookInfo").size(), 1U);
}

TEST_F(WatchedWebhook, AForeignOrRemovedAddressIsNoticedThoughSendsSucceed) {
  told(kUrl);
  for (const char* url : {"https://other.example.org/hook", ""}) {
    host.evidence.clear();
    for (int i = 0; i < 6; ++i) {
      OwnedMessage m;
      m.chat_id = "7";
      m.text = "hi";
      host.send(m);
      answer("sendMessage", R"({"ok":true,"result":{"message_id":99,"date":1,"chat":{}}})");
      host.advance(10'000);
    }
    told(url);
    EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVE_LOST);
    EXPECT_EQ(state(), OC_STATE_DEGRADED);
    EXPECT_NE(reason().find("channels.telegram.webhookUrl"), std::string::npos) << reason();
    host.advance(60'000);
    told(kUrl);
    EXPECT_EQ(state(), OC_STATE_CONNECTED);
    EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVED);
  }
}

TEST_F(WatchedWebhook, FailedDeliveriesAreTroubleUntilAnUpdateComes) {
  told(kUrl, 2, kLater);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_NE(reason().find("Connection timed out"), std::string::npos);
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVE_LOST);
  EXPECT_EQ(host.logs.back().event, "telegram.webhook_trouble");
  post(text_update(10, "hi").dump());
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVED);
}

TEST_F(WatchedWebhook, WhenTelegramCannotBeAskedNothingIsKnownWithin120Seconds) {
  told(kUrl);
  host.advance(60'000);
  drop("getWebhookInfo", {OC_E_DEADLINE, "no answer in time", OC_EF_MAYBE_DONE});
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  host.advance(20'000);
  answer("getWebhookInfo", "<html>", 200);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVE_LOST);
}

TEST_F(WatchedWebhook, ARevokedTokenFailsForGood) {
  answer_error("getWebhookInfo", 401, "Unauthorized");
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_NE(reason().find("channels.telegram.botToken"), std::string::npos);
  post(text_update(10, "hi").dump());
  EXPECT_EQ(state(), OC_STATE_FAILED);
  host.advance(1'000'000);
  EXPECT_EQ(open_call("getWebhookInfo"), nullptr);
}

TEST_F(WatchedWebhook, StopEndsTheQuestions) {
  const oc_op op = host.stop();
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(host.timers(), 0U);
  host.advance(1'000'000);
  EXPECT_EQ(open_call("getWebhookInfo"), nullptr);
}

TEST_F(Webhook, AfterStopTelegramIsNotTriedAgain) {
  host.secrets["webhookSecret"] = "s3cret";
  create(R"({"botToken":"x","mode":"webhook","webhookSecret":"${secret:webhookSecret}"})");
  host.start();
  drop("getMe", {OC_E_NET, "refused", OC_EF_NOT_DONE});
  host.stop();
  host.advance(600'000);
  EXPECT_EQ(host.http.size(), 1U);
}

TEST_F(Webhook, AnAccountHasAPathOfItsOwn) {
  start_webhook(json::object(), "telegram/work");
  EXPECT_TRUE(host.has_route("POST", "/channels/telegram/work/webhook"));
  EXPECT_FALSE(host.has_route("POST", kWebhookPath));
}

TEST_F(Webhook, QuiesceTakesNothingNewAndFinishesWhatIsUnderWay) {
  host.auto_accept = false;
  start_webhook();
  post(text_update(10, "hi").dump());
  const oc_op op = host.quiesce();
  EXPECT_EQ(host.completion(op), nullptr);
  EXPECT_EQ(post(text_update(11, "late").dump())->status, 503U);
  host.accept(host.submitted[0].op);
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(host.submitted.size(), 1U);
}

}  // namespace
}  // namespace openclaw::telegram
