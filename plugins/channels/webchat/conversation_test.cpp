// Messages of a person, answers to them: what each tab sees.
#include "webchat_fixture.hpp"

namespace openclaw::webchat {
namespace {

class WebChatConversation : public WebChatFixture {};

TEST_F(WebChatConversation, TheTokenGoesNowhere) {
  const oc_op ws = join();
  say(ws, "message-1");
  EXPECT_EQ(chat(ws).size(), 32U);
  for (const auto& frame : host.ws_sent[ws]) EXPECT_EQ(frame.find(kToken), std::string::npos);
  for (const auto& line : host.logs) EXPECT_EQ(line.fields.find(kToken), std::string::npos);
  EXPECT_EQ(host.submitted.at(0).message.sender_id.find(kToken), std::string::npos);
}

TEST_F(WebChatConversation, SubmitsAMessageAndAcknowledgesItOnceItIsDurable) {
  host.auto_accept = false;
  const oc_op ws = join();
  say(ws, "message-1", "how are you?");
  ASSERT_EQ(host.submitted.size(), 1U);
  EXPECT_EQ(host.submitted[0].message.text, "how are you?");
  EXPECT_EQ(host.submitted[0].message.event_id, chat(ws) + ":main:message-1");
  EXPECT_TRUE(got(ws, "ack").empty());
  host.accept(host.submitted[0].op);
  ASSERT_EQ(got(ws, "ack").size(), 1U);
  EXPECT_EQ(got(ws, "ack")[0]["id"], "message-1");
  EXPECT_EQ(got(ws, "ack")[0]["outcome"], "accepted");
  EXPECT_EQ(host.evidence, (std::vector<std::uint32_t>{OC_EVIDENCE_RECEIVED}));
}

TEST_F(WebChatConversation, ARepeatedIdIsADuplicateForTheGatewayAndNotShownAgain) {
  host.auto_accept = false;
  const oc_op ws = join();
  say(ws, "message-1");
  host.accept(host.submitted.at(0).op);
  say(ws, "message-1");
  EXPECT_EQ(host.submitted.at(0).message.event_id, host.submitted.at(1).message.event_id);
  host.accept(host.submitted.at(1).op, "duplicate");
  EXPECT_EQ(got(ws, "ack").at(1)["outcome"], "duplicate");
  EXPECT_EQ(got(ws, "message").size(), 1U);
}

TEST_F(WebChatConversation, TwoPeopleNeverShareAnEventId) {
  const oc_op mine = join();
  const oc_op yours = join({}, "another-person-with-a-token");
  say(mine, "message-1");
  say(yours, "message-1");
  EXPECT_NE(host.submitted.at(0).message.event_id, host.submitted.at(1).message.event_id);
  EXPECT_TRUE(got(yours, "message").size() == 1U && got(mine, "message").size() == 1U);
}

TEST_F(WebChatConversation, AsksToTryAgainWhenNothingWasStored) {
  host.auto_accept = false;
  const oc_op ws = join();
  say(ws, "message-1");
  host.refuse(host.submitted.at(0).op, {OC_E_AGAIN, "full", OC_EF_NOT_DONE, 700});
  say(ws, "message-2");
  host.refuse(host.submitted.at(1).op, {OC_E_INVAL, "not like this"});
  EXPECT_TRUE(got(ws, "ack").empty());
  const auto errors = got(ws, "error");
  ASSERT_EQ(errors.size(), 2U);
  EXPECT_EQ(errors[0]["code"], "try_again");
  EXPECT_EQ(errors[0]["id"], "message-1");
  EXPECT_EQ(errors[0]["retryAfterMs"], 700);
  EXPECT_EQ(errors[1]["code"], "invalid_message");
  EXPECT_FALSE(errors[1].contains("retryAfterMs"));
}

TEST_F(WebChatConversation, ShowsTheCodeToSomebodyWhoMayNotSpeakYet) {
  host.auto_accept = false;
  const oc_op ws = join();
  say(ws, "message-1");
  host.accept(host.submitted.at(0).op, "refused");
  EXPECT_EQ(got(ws, "ack").at(0)["outcome"], "refused");
  host.send(answer(ws, "Pairing code: ABCD2345", "k1", ""));
  const auto messages = got(ws, "message");
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[1]["role"], "system");
}

TEST_F(WebChatConversation, EveryTabSeesTheConversationAndOthersDoNot) {
  const oc_op one = join();
  const oc_op two = join();
  const oc_op stranger = join({}, "another-person-with-a-token");
  const oc_op elsewhere = join({{"conversation", "c2"}});
  say(one, "message-1", "mine");
  host.send(answer(one, "yours"));
  for (const oc_op ws : {one, two}) {
    const auto messages = got(ws, "message");
    ASSERT_EQ(messages.size(), 2U);
    EXPECT_EQ(messages[0]["role"], "user");
    EXPECT_EQ(messages[0]["text"], "mine");
    EXPECT_EQ(messages[1]["role"], "assistant");
    EXPECT_EQ(messages[1]["turn"], "t1");
  }
  EXPECT_TRUE(got(two, "ack").empty());
  EXPECT_TRUE(got(stranger, "message").empty());
  EXPECT_TRUE(got(elsewhere, "message").empty());
}

TEST_F(WebChatConversation, AConversationIsAThread) {
  const oc_op ws = join({{"conversation", "c2"}});
  say(ws, "message-1");
  EXPECT_EQ(host.submitted.at(0).message.thread_id, "c2");
  EXPECT_EQ(host.submitted.at(0).message.chat_id, chat(ws));
  auto m = answer(ws, "here");
  m.thread_id = "c2";
  host.send(m);
  EXPECT_EQ(got(ws, "message").size(), 2U);
}

TEST_F(WebChatConversation, CompletesASendWithAndWithoutATab) {
  const oc_op ws = join();
  const oc_op first = host.send(answer(ws, "one"));
  ASSERT_NE(host.completion(first), nullptr);
  EXPECT_EQ(json::parse(host.completion(first)->json)["message_id"], "k-k1");
  EXPECT_EQ(host.evidence, (std::vector<std::uint32_t>{OC_EVIDENCE_SENT}));
  host.ws_closed(ws);
  const oc_op second = host.send(answer(ws, "two", "k2"));
  ASSERT_NE(host.completion(second), nullptr);
  EXPECT_FALSE(host.completion(second)->failure);
  EXPECT_EQ(host.evidence.size(), 1U) << "nothing was shown to anybody";
}

TEST_F(WebChatConversation, AResendWithTheSameKeyHasNoSecondEffect) {
  const oc_op ws = join();
  const oc_op first = host.send(answer(ws, "one"));
  const oc_op again = host.send(answer(ws, "one"));
  EXPECT_EQ(got(ws, "message").size(), 1U);
  EXPECT_EQ(host.completion(first)->json, host.completion(again)->json);
}

TEST_F(WebChatConversation, StreamsPartialsAndTyping) {
  const oc_op ws = join();
  const std::string id = chat(ws);
  host.typing(id, true);
  host.partial(OC_PARTIAL_BEGIN, id, "t1", "");
  host.partial(OC_PARTIAL_TEXT, id, "t1", "Hel");
  host.partial(OC_PARTIAL_TEXT, id, "t1", "lo");
  host.partial(OC_PARTIAL_END, id, "t1", "");
  host.typing(id, false);
  const auto partials = got(ws, "partial");
  ASSERT_EQ(partials.size(), 4U);
  EXPECT_EQ(partials[0]["kind"], "begin");
  EXPECT_EQ(partials[1]["text"], "Hel");
  EXPECT_EQ(partials[2]["text"], "lo");
  EXPECT_EQ(partials[3]["kind"], "end");
  EXPECT_LT(partials[1]["seq"], partials[2]["seq"]);
  EXPECT_EQ(got(ws, "typing").size(), 2U);
}

TEST_F(WebChatConversation, StopsTheRunningTurn) {
  const oc_op ws = join();
  host.ws_message(ws, R"({"type":"stop"})");
  ASSERT_EQ(host.stops_asked.size(), 1U);
  EXPECT_EQ(host.stops_asked[0].sender_id, chat(ws));
  EXPECT_EQ(got(ws, "stopped").at(0)["count"], 1);
}

TEST_F(WebChatConversation, ASubmitThatEndsAfterTheTabWentStillReachesTheOthers) {
  host.auto_accept = false;
  const oc_op gone = join();
  const oc_op stays = join();
  say(gone, "message-1");
  host.ws_closed(gone);
  host.accept(host.submitted.at(0).op);
  EXPECT_EQ(got(stays, "message").size(), 1U);
  EXPECT_TRUE(got(gone, "ack").empty());
}

}  // namespace
}  // namespace openclaw::webchat
