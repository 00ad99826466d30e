// Sends, typing and the check of the number, from the host's side.
#include "whatsapp_fixture.hpp"

namespace openclaw::whatsapp {
namespace {

class Sending : public WhatsAppFixture {
 protected:
  void SetUp() override { start(); }
  json sent_body() { return json::parse(open_calls().at(0)->body); }
};

TEST_F(Sending, ComesFromTheNumberThatWasWrittenTo) {
  const oc_op op = host.send(message());
  const HttpCall* call = open_calls().at(0);
  EXPECT_EQ(call->method, "POST");
  EXPECT_EQ(call->url, "https://graph.facebook.com/v23.0/106540352242922/messages");
  EXPECT_EQ(call->header("Authorization"), "Bearer ${secret:token}");
  EXPECT_EQ(call->header("Content-Type"), "application/json");
  EXPECT_EQ(call->header("User-Agent").substr(0, 17), "OpenClaw-Gateway/");
  EXPECT_EQ(sent_body(), (json{{"messaging_product", "whatsapp"},
                               {"recipient_type", "individual"},
                               {"to", kAnn},
                               {"type", "text"},
                               {"text", {{"body", "hi"}, {"preview_url", false}}}}));
  answer(kSent);
  ASSERT_TRUE(succeeded(op));
  EXPECT_EQ(host.completion(op)->json, R"({"message_id":"wamid.OUT"})");
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_SENT);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Sending, QuotesOnlyWhatsAppsOwnIdsAndPreviewsLinks) {
  OwnedMessage m = message("see https://x.example");
  m.reply_to = "wamid.ABC";
  host.send(m);
  EXPECT_EQ(sent_body()["context"], (json{{"message_id", "wamid.ABC"}}));
  EXPECT_EQ(sent_body()["text"]["preview_url"], true);
  answer(kSent);
  m.reply_to = "7";
  host.send(m);
  EXPECT_FALSE(sent_body().contains("context"));
}

TEST_F(Sending, AGroupIsWrittenToAsAGroup) {
  host.send(message("hi", "Y2FwaV9ncm91cDoxODA1NTU1"));
  EXPECT_EQ(sent_body()["recipient_type"], "group");
}

TEST_F(Sending, WithoutANumberOfItsOwnItGoesFromTheChatsLastOne) {
  OwnedMessage m = message();
  m.extra_json.clear();
  const oc_op nowhere = host.send(m);
  host.run();
  EXPECT_EQ(failure(nowhere).code, OC_E_REFUSED);
  EXPECT_NE(failure(nowhere).message.find("channels.whatsapp.phoneNumberId"), std::string::npos);
  post(payload({value_of({text("hi")}, "2222")}));
  host.send(m);
  EXPECT_EQ(open_calls().at(0)->url, "https://graph.facebook.com/v23.0/2222/messages");
}

TEST_F(Sending, AnIdThatIsNotWhatsAppsNeverReachesAnAddress) {
  OwnedMessage m = message();
  m.extra_json = R"({"phone_number_id":"../me"})";
  const oc_op number = host.send(m);
  const oc_op chat = host.send(message("hi", "not a chat"));
  host.run();
  EXPECT_EQ(failure(number).code, OC_E_REFUSED);
  EXPECT_EQ(failure(chat).code, OC_E_REFUSED);
  EXPECT_TRUE(host.http.empty());
}

TEST_F(Sending, OutsideThe24HoursItIsRefusedForGood) {
  const oc_op op = host.send(message());
  answer_error(400, 131047, "Re-engagement message");
  EXPECT_EQ(failure(op).code, OC_E_REFUSED);
  EXPECT_NE(failure(op).message.find("24 hours"), std::string::npos);
  EXPECT_NE(state(), OC_STATE_FAILED);
}

TEST_F(Sending, ARevokedTokenFailsTheChannelAndMessagesAreStillStored) {
  const oc_op op = host.send(message());
  answer_error(401, 190);
  EXPECT_EQ(failure(op).code, OC_E_AUTH);
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_SEND_LOST);
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_NE(reason().find("channels.whatsapp.token"), std::string::npos);
  EXPECT_EQ(post(texts({text("hi")}))->status, 200U);
  EXPECT_EQ(state(), OC_STATE_FAILED);
  host.typing(kAnn, true);
  EXPECT_TRUE(open_calls().empty()) << "that token is not tried again";
}

TEST_F(Sending, APairLimitHandsBackThatChatAndLeavesOthersAlone) {
  const oc_op first = host.send(message());
  answer_error(400, 131056);
  EXPECT_EQ(failure(first).code, OC_E_RATE);
  EXPECT_EQ(failure(first).retry_after_ms, 6'000U);
  host.advance(1'000);
  const oc_op second = host.send(message());
  host.run();
  EXPECT_EQ(failure(second).code, OC_E_AGAIN);
  EXPECT_EQ(failure(second).flags, OC_EF_NOT_DONE | OC_EF_RETRY);
  EXPECT_EQ(failure(second).retry_after_ms, 5'000U);
  host.send(message("hi", "16505559999"));
  EXPECT_EQ(open_calls().size(), 1U);
  EXPECT_EQ(host.metrics["sends_postponed_total"], 1);
}

TEST_F(Sending, WhatTheOperatorMustMendIsAskedOnceAMinuteAndRecovers) {
  const oc_op op = host.send(message());
  answer_error(400, 133010);
  EXPECT_EQ(failure(op).code, OC_E_AUTH);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_NE(reason().find("register it"), std::string::npos);
  const oc_op other = host.send(message("hi", "16505559999"));
  host.run();
  EXPECT_EQ(failure(other).code, OC_E_AGAIN);
  host.advance(60'000);
  host.send(message());
  answer(kSent);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Sending, TheFortySixthOfABurstIsHandedBackAndNothingWaitsHere) {
  for (int i = 0; i < 45; ++i) {
    const oc_op op = host.send(message());
    answer(kSent);
    EXPECT_TRUE(succeeded(op)) << i;
  }
  const oc_op op = host.send(message());
  host.run();
  EXPECT_EQ(failure(op).code, OC_E_AGAIN);
  EXPECT_EQ(failure(op).retry_after_ms, 6'000U);
  EXPECT_EQ(host.timers(), 1U) << "that of the receipts";
}

TEST_F(Sending, WhatMayHaveArrivedIsUnknown) {
  const oc_op cut = host.send(message());
  host.fail(open_calls().at(0)->op, {OC_E_DEADLINE, "no answer in time", OC_EF_MAYBE_DONE});
  EXPECT_EQ(failure(cut).flags, OC_EF_MAYBE_DONE);
  const oc_op server = host.send(message());
  answer_error(500, 131000);
  EXPECT_EQ(failure(server).flags, OC_EF_MAYBE_DONE);
  const oc_op unreadable = host.send(message());
  answer("{}");
  EXPECT_EQ(failure(unreadable).flags, OC_EF_MAYBE_DONE);
  const oc_op cancelled = host.send(message());
  host.cancel(cancelled);
  host.run();
  EXPECT_EQ(failure(cancelled).flags, OC_EF_MAYBE_DONE);
}

TEST_F(Sending, BrokenUtf8FromAModelIsReplacedRatherThanThrown) {
  host.send(message("a\xff"));
  EXPECT_EQ(sent_body()["text"]["body"], "a\xEF\xBF\xBD");
}

TEST_F(Sending, TypingMarksTheLastMessageAsReadAndItsFailureHurtsNobody) {
  host.typing(kAnn, true);
  EXPECT_TRUE(host.http.empty()) << "nothing was heard of that chat";
  post(texts({text("hi", "wamid.LAST")}));
  host.typing(kAnn, true);
  EXPECT_EQ(sent_body(), (json{{"messaging_product", "whatsapp"},
                               {"status", "read"},
                               {"message_id", "wamid.LAST"},
                               {"typing_indicator", {{"type", "text"}}}}));
  answer_error(401, 190);
  EXPECT_NE(state(), OC_STATE_FAILED);
  host.advance(6'000);
  host.typing(kAnn, true);
  EXPECT_TRUE(open_calls().empty());
  host.typing(kAnn, false);
  EXPECT_TRUE(open_calls().empty());
  host.advance(14'000);
  host.typing(kAnn, true);
  EXPECT_EQ(open_calls().size(), 1U);
}

TEST_F(Sending, TypingIsShownFromTheNumberThatWasWrittenTo) {
  post(texts({text("hi", "wamid.LAST")}));
  host.typing(kAnn, true, {}, R"({"phone_number_id":"777"})");
  EXPECT_TRUE(open_calls().empty()) << "the newest message came to another number";
  host.typing(kAnn, true, {}, R"({"phone_number_id":"106540352242922"})");
  EXPECT_EQ(open_calls().at(0)->url, "https://graph.facebook.com/v23.0/106540352242922/messages");
}

class Checking : public WhatsAppFixture {
 protected:
  oc_op start_with_number() {
    json config = section();
    config["phoneNumberId"] = kNumber;
    return start(config);
  }
};

TEST_F(Checking, TheTokenIsProvenByTheNumbersAnswer) {
  const oc_op op = start_with_number();
  EXPECT_EQ(state(), OC_STATE_CONNECTING);
  EXPECT_EQ(open_calls().at(0)->method, "GET");
  EXPECT_EQ(open_calls().at(0)->url, "https://graph.facebook.com/v23.0/106540352242922");
  answer(R"({"id":"106540352242922","verified_name":"Shop"})");
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Checking, ARefusedTokenFailsTheStartAndNamesTheKey) {
  const oc_op op = start_with_number();
  answer_error(401, 190);
  EXPECT_EQ(failure(op).code, OC_E_AUTH);
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_NE(reason().find("channels.whatsapp.token"), std::string::npos);
}

TEST_F(Checking, AnUnknownNumberFailsTheStartAndNamesTheKey) {
  const oc_op op = start_with_number();
  answer_error(400, 100, "Object with ID does not exist");
  EXPECT_EQ(failure(op).code, OC_E_AUTH);
  EXPECT_NE(reason().find("channels.whatsapp.phoneNumberId"), std::string::npos);
}

TEST_F(Checking, AnUnreachableMetaIsTriedAgain) {
  const oc_op op = start_with_number();
  host.fail(open_calls().at(0)->op, {OC_E_NET, "refused", OC_EF_NOT_DONE});
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(state(), OC_STATE_CONNECTING);
  EXPECT_NE(reason().find("refused"), std::string::npos);
  host.advance(5'600);
  answer("<html>");
  EXPECT_NE(reason().find("apiRoot"), std::string::npos);
  host.advance(11'100);
  answer(R"({"id":"106540352242922"})");
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Checking, AVerifiedWebhookEndsTheWaitForTheNextTry) {
  start_with_number();
  host.fail(open_calls().at(0)->op, {OC_E_NET, "refused", OC_EF_NOT_DONE});
  EXPECT_TRUE(open_calls().empty());
  post(texts({text("hi")}));
  EXPECT_EQ(open_calls().size(), 1U);
  post(texts({text("again", "wamid.2")}));
  EXPECT_EQ(open_calls().size(), 1U);
  answer(R"({"id":"106540352242922"})");
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(host.timers(), 0U);
}

}  // namespace
}  // namespace openclaw::whatsapp
