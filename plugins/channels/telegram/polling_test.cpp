// The long poll, from the host's side.
#include <algorithm>

#include "telegram_fixture.hpp"

namespace openclaw::telegram {
namespace {

class Polling : public TelegramFixture {};

TEST_F(Polling, StartsWithGetMeAndPutsOnlyAPlaceholderIntoTheUrl) {
  create(R"({"botToken":"${secret:botToken}","apiRoot":"http://127.0.0.1:8081/"})");
  const oc_op op = host.start();
  ASSERT_NE(open_call("getMe"), nullptr);
  EXPECT_EQ(open_call("getMe")->url, "http://127.0.0.1:8081/bot${secret:botToken}/getMe");
  EXPECT_EQ(state(), OC_STATE_CONNECTING);
  answer("getMe", kMe);
  EXPECT_TRUE(succeeded(op));
}

TEST_F(Polling, NeverDeletesAWebhookUnasked) {
  start_polling();
  for (const auto& call : host.http) EXPECT_NE(method_of(call), "deleteWebhook");
}

TEST_F(Polling, IsConnectedOnlyAfterACompletedPoll) {
  start_polling();
  EXPECT_EQ(state(), OC_STATE_CONNECTING);
  EXPECT_EQ(body_of("getUpdates"),
            (json{{"limit", 100}, {"timeout", 0}, {"allowed_updates", {"message"}}}));
  answer("getUpdates", kNoUpdates);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(host.evidence, std::vector<std::uint32_t>{OC_EVIDENCE_RECEIVED});
  EXPECT_EQ(body_of("getUpdates")["timeout"], 30);
}

TEST_F(Polling, TheOffsetPassesAnUpdateOnlyOnceItIsStored) {
  host.auto_accept = false;
  start_polling();
  answer("getUpdates", updates({text_update(10, "a"), text_update(11, "b")}));
  ASSERT_EQ(host.submitted.size(), 2U);
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  host.accept(host.submitted[1].op);
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  host.accept(host.submitted[0].op);
  EXPECT_EQ(body_of("getUpdates")["offset"], 12);
}

TEST_F(Polling, RefusedAndDuplicateAreFinalToo) {
  host.auto_accept = false;
  start_polling();
  answer("getUpdates", updates({text_update(10, "a"), text_update(11, "b")}));
  host.accept(host.submitted[0].op, "refused");
  host.accept(host.submitted[1].op, "duplicate");
  EXPECT_EQ(body_of("getUpdates")["offset"], 12);
}

TEST_F(Polling, WhatCouldNotBeStoredIsSubmittedAgainAndNotPassed) {
  host.auto_accept = false;
  start_polling();
  answer("getUpdates", updates({text_update(10, "a"), text_update(11, "b")}));
  host.refuse(host.submitted[0].op, {OC_E_AGAIN, "full", OC_EF_NOT_DONE});
  host.accept(host.submitted[1].op);
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_TRUE(host.state.empty()) << "nothing before the first update is done";
  host.advance(1'000);
  ASSERT_EQ(host.submitted.size(), 3U);
  EXPECT_EQ(host.submitted[2].message.event_id, "42:10");
  host.accept(host.submitted[2].op);
  EXPECT_EQ(body_of("getUpdates")["offset"], 12);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Polling, AnImpossibleMessageDoesNotHoldUpTheRest) {
  host.auto_accept = false;
  start_polling();
  answer("getUpdates", updates({text_update(10, "a")}));
  host.refuse(host.submitted[0].op, {OC_E_INVAL, "never", OC_EF_NOT_DONE});
  EXPECT_EQ(body_of("getUpdates")["offset"], 11);
}

TEST_F(Polling, AnswersThatBringNothingForwardAreNotPolledForAtOnce) {
  start_polling();
  answer("getUpdates", updates({json{{"update_id", 0}}, json("junk")}));
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  host.advance(6'000);
  ASSERT_NE(open_call("getUpdates"), nullptr);
  answer("getUpdates", updates({text_update(10, "a")}));
  ASSERT_NE(open_call("getUpdates"), nullptr);
  answer("getUpdates", updates({text_update(10, "a")}));
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  host.advance(6'000);
  EXPECT_EQ(body_of("getUpdates")["offset"], 11);
}

TEST_F(Polling, AServiceMessageIsPassedWithoutASubmit) {
  start_polling();
  json service = text_update(10, "");
  service["message"].erase("text");
  service["message"]["new_chat_title"] = "x";
  answer("getUpdates", updates({service}));
  EXPECT_TRUE(host.submitted.empty());
  EXPECT_EQ(body_of("getUpdates")["offset"], 11);
}

TEST_F(Polling, ARestartGoesOnAtTheSavedOffsetOfTheSameBot) {
  start_polling();
  answer("getUpdates", updates({text_update(10, "a")}));
  ASSERT_EQ(host.state.count("offset.42"), 1U);
  const auto saved = host.state;

  FakeHost again;
  again.state = saved;
  ASSERT_EQ(again.create(*oc_plugin_entry_1(0)->api, "telegram", R"({"botToken":"x"})"), "");
  again.start();
  again.respond(again.last_http()->op, 200, kMe);
  EXPECT_EQ(json::parse(again.last_http()->body)["offset"], 11);
}

TEST_F(Polling, AnOffsetOlderThanADayIsNotTrusted) {
  host.state["offset.42"] = {R"({"offset":11,"unixMs":1700000000000})", 1};
  start_polling();
  EXPECT_FALSE(body_of("getUpdates").contains("offset"));
}

TEST_F(Polling, ARefusedTokenFailsTheChannelAndNamesTheKey) {
  create();
  const oc_op op = host.start();
  answer_error("getMe", 401, "Unauthorized");
  EXPECT_TRUE(failed_with(op, OC_E_AUTH));
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_NE(reason().find("channels.telegram.botToken was refused by Telegram (401"),
            std::string::npos)
      << reason();
  host.advance(3'600'000);
  EXPECT_EQ(host.http.size(), 1U) << "a refused token is not tried again";
}

TEST_F(Polling, AnAccountsKeyIsNamedInFull) {
  create(R"({"botToken":"x"})", "telegram/work");
  host.start();
  answer_error("getMe", 401, "Unauthorized");
  EXPECT_NE(reason().find("channels.telegram.accounts.work.botToken"), std::string::npos);
}

TEST_F(Polling, AnUnreachableTelegramIsTriedAgainAndStartStillCompletes) {
  create();
  const oc_op op = host.start();
  drop("getMe", {OC_E_NET, "connection refused", OC_EF_NOT_DONE});
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(state(), OC_STATE_CONNECTING);
  EXPECT_EQ(open_call("getMe"), nullptr);
  host.advance(1'200);
  EXPECT_NE(open_call("getMe"), nullptr);
}

TEST_F(Polling, ASecondPollerMakesItYieldWithDoublingPauses) {
  start_polling();
  for (const std::uint64_t pause : {5'000U, 10'000U, 20'000U}) {
    answer_error("getUpdates", 409,
                 "Conflict: terminated by other getUpdates request; make sure that only one bot "
                 "instance is running");
    EXPECT_EQ(state(), OC_STATE_DEGRADED);
    EXPECT_NE(reason().find("another program polls"), std::string::npos) << reason();
    host.advance(pause * 9 / 10 - 1);
    EXPECT_EQ(open_call("getUpdates"), nullptr);
    host.advance(pause * 2 / 10 + 2);
    ASSERT_NE(open_call("getUpdates"), nullptr);
  }
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVE_LOST);
}

TEST_F(Polling, AnActiveWebhookIsExplained) {
  start_polling();
  answer_error("getUpdates", 409,
               "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook "
               "to delete the webhook first");
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_NE(reason().find("channels.telegram.mode to webhook"), std::string::npos) << reason();
}

TEST_F(Polling, RetryAfterIsObeyed) {
  start_polling();
  answer_error("getUpdates", 429, "Too Many Requests: retry after 7", {{"retry_after", 7}});
  host.advance(6'999);
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  host.advance(1);
  EXPECT_NE(open_call("getUpdates"), nullptr);
}

TEST_F(Polling, AStalledPollIsCancelledAndReplaced) {
  start_polling();
  answer("getUpdates", kNoUpdates);
  const oc_op stuck = open_call("getUpdates")->op;
  host.advance(119'999);
  EXPECT_TRUE(host.http_open(stuck));
  host.advance(2);
  EXPECT_FALSE(host.http_open(stuck));
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVE_LOST);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  const oc_op second = open_call("getUpdates")->op;
  host.advance(120'001);
  EXPECT_FALSE(host.http_open(second)) << "a second stall is noticed too";
  ASSERT_EQ(open_calls("getUpdates").size(), 1U);
  answer("getUpdates", kNoUpdates);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Polling, ThatSendsSucceedDoesNotHideAReceiverThatIsDead) {
  start_polling();
  answer("getUpdates", kNoUpdates);
  host.evidence.clear();
  for (int i = 0; i < 12; ++i) {
    OwnedMessage m;
    m.chat_id = "7";
    m.text = "hi";
    host.send(m);
    answer("sendMessage", R"({"ok":true,"result":{"message_id":99,"date":1,"chat":{}}})");
    host.advance(10'000);
  }
  EXPECT_EQ(std::count(host.evidence.begin(), host.evidence.end(), OC_EVIDENCE_SENT), 12);
  EXPECT_EQ(std::count(host.evidence.begin(), host.evidence.end(), OC_EVIDENCE_RECEIVE_LOST), 1);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
}

TEST_F(Polling, AnUnreadableAnswerIsNotTakenForSuccess) {
  start_polling();
  answer("getUpdates", "<html>proxy login</html>");
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_TRUE(host.evidence.empty());
  EXPECT_EQ(open_call("getUpdates"), nullptr);
}

TEST_F(Polling, QuiesceEndsThePollAndWaitsForSubmits) {
  host.auto_accept = false;
  start_polling();
  answer("getUpdates", updates({text_update(10, "a")}));
  const oc_op op = host.quiesce();
  EXPECT_EQ(host.completion(op), nullptr);
  host.accept(host.submitted[0].op);
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  EXPECT_NE(host.state["offset.42"].bytes.find("\"offset\":11"), std::string::npos);
}

TEST_F(Polling, StopCancelsTheLongPollAndCompletesOnce) {
  start_polling();
  const oc_op op = host.stop();
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(open_call("getUpdates"), nullptr);
  host.advance(1'000'000);
  EXPECT_EQ(host.wrong_completions(), 0);
  EXPECT_EQ(host.http.size(), 2U);
}

TEST_F(Polling, StopDuringTheFirstRequestEndsTheStartToo) {
  create();
  const oc_op started = host.start();
  const oc_op stopped = host.stop();
  EXPECT_TRUE(failed_with(started, OC_E_CANCELLED));
  EXPECT_TRUE(succeeded(stopped));
}

}  // namespace
}  // namespace openclaw::telegram
