// One of several gateways, from the host's side: who polls, and who registers the webhook.
#include "telegram_fixture.hpp"

namespace openclaw::telegram {
namespace {

class OneOfSeveral : public TelegramFixture {
 protected:
  OneOfSeveral() {
    host.leases_granted = false;
    host.other_gateways = 1;
  }
  void grant(const std::string& lease) {
    host.grant(lease);
    host.run();
  }
  void take_away(const std::string& lease) {
    host.take_away(lease);
    host.run();
  }
  void set_offset(std::int64_t offset) {
    auto& value = host.state["offset.42"];
    value = {json{{"offset", offset}, {"unixMs", unix_ms}}.dump(), value.version + 1};
  }
  /// Each poll fails at once for so long.
  void cut_off(int for_ms) {
    for (int ms = 0; ms < for_ms; ms += 100) {
      if (open_call("getUpdates") != nullptr) {
        drop("getUpdates", {OC_E_NET, "refused", OC_EF_NOT_DONE});
      }
      host.advance(100);
    }
  }
  std::int64_t saved_offset() { return json::parse(host.state["offset.42"].bytes)["offset"]; }
  static constexpr std::int64_t unix_ms = 4'000'000'000'000;
};

TEST_F(OneOfSeveral, WhoDoesNotHoldTheLeaseDoesNotPollButSends) {
  const oc_op op = start_polling();
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(state(), OC_STATE_CONNECTING);
  host.advance(3'600'000);
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(reason(), "another gateway polls this bot; sends work here");
  EXPECT_EQ(host.http.size(), 1U);
  EXPECT_TRUE(host.evidence.empty()) << "no stall is reported";
  OwnedMessage m;
  m.chat_id = "7";
  m.text = "hi";
  const oc_op sent = host.send(m);
  answer("sendMessage", kSent);
  EXPECT_TRUE(succeeded(sent));
}

TEST_F(OneOfSeveral, AWrongTokenShowsInEveryGateway) {
  create();
  const oc_op op = host.start();
  answer_error("getMe", 401, "Unauthorized");
  EXPECT_TRUE(failed_with(op, OC_E_AUTH));
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_EQ(host.wanted.count("poll"), 0U);
}

TEST_F(OneOfSeveral, GrantedItPollsFromWhereTheOtherCame) {
  set_offset(11);
  start_polling();
  host.advance(60'000);
  set_offset(25);
  grant("poll");
  EXPECT_EQ(body_of("getUpdates")["offset"], 25);
  answer("getUpdates", updates({text_update(25, "a")}));
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(reason(), "");
  EXPECT_EQ(saved_offset(), 26);
}

TEST_F(OneOfSeveral, TakenAwayThePollIsCancelledAtOnce) {
  start_polling();
  grant("poll");
  answer("getUpdates", kNoUpdates);
  const oc_op poll = open_call("getUpdates")->op;
  take_away("poll");
  EXPECT_FALSE(host.http_open(poll));
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_NE(reason(), "");
  host.advance(600'000);
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  set_offset(40);
  grant("poll");
  EXPECT_EQ(body_of("getUpdates")["offset"], 40);
}

TEST_F(OneOfSeveral, OverByTheClockItDoesNotPollThoughNobodySaidSo) {
  start_polling();
  grant("poll");
  answer("getUpdates", kNoUpdates);
  host.lapse("poll");
  answer("getUpdates", updates({text_update(10, "a")}));
  EXPECT_EQ(host.submitted.size(), 1U) << "the gateway knows duplicates";
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  EXPECT_EQ(reason(), "another gateway polls this bot; sends work here");
  grant("poll");
  EXPECT_EQ(body_of("getUpdates")["offset"], 11);
}

TEST_F(OneOfSeveral, WhatIsUnderWayEndsBeforeItPollsAgain) {
  host.auto_accept = false;
  start_polling();
  grant("poll");
  answer("getUpdates", updates({text_update(10, "a"), text_update(11, "b")}));
  take_away("poll");
  set_offset(30);
  grant("poll");
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  host.accept(host.submitted[0].op);
  host.accept(host.submitted[1].op);
  EXPECT_EQ(body_of("getUpdates")["offset"], 30);
  EXPECT_EQ(saved_offset(), 30) << "the other's is newer";
}

TEST_F(OneOfSeveral, TheHoldersOffsetIsWrittenOverWhatAnEarlierHolderStillWrote) {
  start_polling();
  grant("poll");
  answer("getUpdates", updates({text_update(50, "a")}));
  set_offset(20);
  answer("getUpdates", updates({text_update(51, "b")}));
  EXPECT_EQ(saved_offset(), 52);
}

TEST_F(OneOfSeveral, AConflictWithAnotherGatewayIsYieldedTo) {
  start_polling();
  grant("poll");
  answer_error("getUpdates", 409, "Conflict: terminated by other getUpdates request");
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_EQ(host.wanted.count("poll"), 0U);
  EXPECT_FALSE(host.holds("poll"));
  host.advance(4'400);
  EXPECT_EQ(host.wanted.count("poll"), 0U);
  host.advance(1'200);
  EXPECT_EQ(host.wanted.count("poll"), 1U);
  host.advance(1'000);
  EXPECT_EQ(state(), OC_STATE_CONNECTED) << "the other has it";
  grant("poll");
  answer_error("getUpdates", 409, "Conflict: terminated by other getUpdates request");
  host.advance(8'900);
  EXPECT_EQ(host.wanted.count("poll"), 0U) << "the pauses still grow";
}

TEST_F(OneOfSeveral, AloneAConflictGivesNothingAway) {
  host.other_gateways = 0;
  start_polling();
  grant("poll");
  answer_error("getUpdates", 409, "Conflict: terminated by other getUpdates request");
  EXPECT_TRUE(host.holds("poll"));
  host.advance(6'000);
  EXPECT_NE(open_call("getUpdates"), nullptr);
}

TEST_F(OneOfSeveral, AHolderThatTelegramDoesNotAnswerLetsAnotherTryAndWantsItAgain) {
  start_polling();
  grant("poll");
  answer("getUpdates", kNoUpdates);
  for (int round = 0; round < 2; ++round) {
    cut_off(59'000);
    EXPECT_TRUE(host.holds("poll"));
    cut_off(2'000);
    EXPECT_FALSE(host.holds("poll")) << "another may try";
    EXPECT_EQ(open_call("getUpdates"), nullptr);
    EXPECT_EQ(state(), OC_STATE_CONNECTING);
    EXPECT_NE(reason().find("Telegram cannot be reached"), std::string::npos) << reason();
    host.advance(57'000);
    EXPECT_EQ(host.wanted.count("poll"), 0U);
    host.advance(3'000);
    EXPECT_EQ(host.wanted.count("poll"), 1U) << "all may be cut off";
    set_offset(70 + round);
    grant("poll");
    EXPECT_EQ(body_of("getUpdates")["offset"], 70 + round);
  }
  answer("getUpdates", kNoUpdates);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(reason(), "");
  host.advance(20'000);
  EXPECT_TRUE(host.holds("poll"));
}

TEST_F(OneOfSeveral, APollThatHangsIsGivenUpWithTheLease) {
  start_polling();
  grant("poll");
  const oc_op poll = open_call("getUpdates")->op;
  host.advance(61'000);
  EXPECT_FALSE(host.http_open(poll));
  EXPECT_FALSE(host.holds("poll"));
  host.advance(61'000);
  EXPECT_EQ(reason(), "another gateway polls this bot; sends work here");
}

TEST_F(OneOfSeveral, APollThatCompletesEndsTheTrouble) {
  start_polling();
  grant("poll");
  cut_off(25'000);
  host.advance(15'000);
  answer("getUpdates", kNoUpdates);
  cut_off(50'000);
  EXPECT_TRUE(host.holds("poll"));
}

TEST_F(OneOfSeveral, WhatTelegramWouldTellTheOthersAlikeGivesNothingAway) {
  start_polling();
  grant("poll");
  cut_off(25'000);
  host.advance(15'000);
  answer_error("getUpdates", 429, "Too Many Requests", {{"retry_after", 300}});
  host.advance(200'000);
  EXPECT_TRUE(host.holds("poll"));
}

TEST_F(OneOfSeveral, AloneAHolderGoesOnAndStepsDownOnceAnotherHasCome) {
  host.other_gateways = 0;
  start_polling();
  grant("poll");
  cut_off(200'000);
  EXPECT_TRUE(host.holds("poll"));
  host.other_gateways = 1;
  cut_off(61'000);
  EXPECT_FALSE(host.holds("poll"));
}

TEST_F(OneOfSeveral, QuiescedItHasNoPollUnderWayAndTheLeaseIsTheHosts) {
  start_polling();
  grant("poll");
  answer("getUpdates", updates({text_update(10, "a")}));
  const oc_op op = host.quiesce();
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  EXPECT_EQ(saved_offset(), 11);
  EXPECT_TRUE(host.holds("poll"));
  take_away("poll");
  grant("poll");
  EXPECT_EQ(open_call("getUpdates"), nullptr);
}

TEST_F(OneOfSeveral, WithoutTheLeaseItQuiescesAtOnce) {
  start_polling();
  EXPECT_TRUE(succeeded(host.quiesce()));
  EXPECT_TRUE(succeeded(host.stop()));
}

TEST_F(OneOfSeveral, MigrationsOfAllGatewaysAreKept) {
  start_polling();
  host.state["migrated"] = {R"({"-7":"-1007"})", 5};
  OwnedMessage m;
  m.chat_id = "-5";
  m.text = "hi";
  host.send(m);
  answer_error("sendMessage", 400, "upgraded", {{"migrate_to_chat_id", -1009}});
  EXPECT_EQ(json::parse(host.state["migrated"].bytes), (json{{"-5", "-1009"}, {"-7", "-1007"}}));
  m.chat_id = "-7";
  host.advance(5'000);
  host.send(m);
  EXPECT_EQ(json::parse(open_calls("sendMessage").back()->body)["chat_id"], -1007);
}

class OneOfSeveralWebhooks : public OneOfSeveral {
 protected:
  static constexpr const char* kUrl = "https://gw.example.org/channels/telegram/webhook";
  oc_op start_webhook() {
    host.secrets["webhookSecret"] = "s3cret";
    create(json{
        {"botToken", "${secret:botToken}"},
        {"mode", "webhook"},
        {"webhookSecret", "${secret:webhookSecret}"},
        {"webhookUrl",
         kUrl}}.dump());
    const oc_op op = host.start();
    answer("getMe", kMe);
    return op;
  }
  void tell(const std::string& url) {
    answer("getWebhookInfo",
           json{{"ok", true}, {"result", {{"url", url}, {"pending_update_count", 0}}}}.dump());
  }
};

TEST_F(OneOfSeveralWebhooks, ServesTheRouteAndLeavesItToTheHolderToRegisterIt) {
  const oc_op op = start_webhook();
  host.advance(1'000);
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(open_call("getWebhookInfo"), nullptr) << "the other may be about to register it";
  const auto reply =
      host.request("POST", kWebhookPath, {{"x-telegram-bot-api-secret-token", "s3cret"}},
                   text_update(10, "hi").dump());
  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200U);
  host.advance(60'000);
  tell(kUrl);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(open_call("setWebhook"), nullptr);
}

TEST_F(OneOfSeveralWebhooks, TheHolderRegistersItOnce) {
  const oc_op op = start_webhook();
  grant("webhook");
  answer("setWebhook", kTrue);
  EXPECT_TRUE(succeeded(op));
  tell(kUrl);
  host.advance(60'000);
  EXPECT_EQ(open_call("setWebhook"), nullptr);
  EXPECT_NE(open_call("getWebhookInfo"), nullptr);
}

TEST_F(OneOfSeveralWebhooks, WhoTakesOverRegistersItAgain) {
  start_webhook();
  host.advance(61'000);
  ASSERT_NE(open_call("getWebhookInfo"), nullptr);
  grant("webhook");
  EXPECT_EQ(open_call("setWebhook"), nullptr) << "one call after the other";
  tell(kUrl);
  answer("setWebhook", kTrue);
  tell(kUrl);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(OneOfSeveralWebhooks, WhatReachesAnotherGatewayProvesThatTelegramDelivers) {
  start_webhook();
  grant("webhook");
  answer("setWebhook", kTrue);
  const json info = {{"url", kUrl},
                     {"pending_update_count", 1},
                     {"last_error_date", unix_ms / 1000},
                     {"last_error_message", "Connection timed out"}};
  answer("getWebhookInfo", json{{"ok", true}, {"result", info}}.dump());
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  host.hear("webhook", "");
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_TRUE(host.told.empty()) << "what was heard is not told again";
  for (int i = 0; i < 3; ++i) {
    host.request("POST", kWebhookPath, {{"x-telegram-bot-api-secret-token", "s3cret"}},
                 text_update(10 + i, "hi").dump());
  }
  EXPECT_EQ(host.told.size(), 1U);
}

TEST_F(OneOfSeveralWebhooks, TakenAwayBeforeItWasRegisteredItIsNotTriedAgain) {
  const oc_op op = start_webhook();
  grant("webhook");
  drop("setWebhook", {OC_E_NET, "refused", OC_EF_NOT_DONE});
  EXPECT_TRUE(succeeded(op));
  take_away("webhook");
  host.advance(6'000);
  EXPECT_EQ(open_call("setWebhook"), nullptr);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  host.advance(60'000);
  EXPECT_NE(open_call("getWebhookInfo"), nullptr);
}

}  // namespace
}  // namespace openclaw::telegram
