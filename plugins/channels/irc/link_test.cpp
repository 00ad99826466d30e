// Connection, sends and messages, from the host's side.
#include <algorithm>

#include "irc_fixture.hpp"

namespace openclaw::irc {
namespace {

using Sent = std::vector<std::string>;

class Linked : public IrcFixture {};

TEST_F(Linked, StartCompletesWithTheWelcome) {
  create();
  const oc_op op = host.start();
  EXPECT_EQ(connection().url, "tls://irc.example.org:6697");
  open();
  EXPECT_EQ(host.completion(op), nullptr);
  EXPECT_EQ(sent(), (Sent{"CAP LS 302", "NICK bot", "USER openclaw 0 * :OpenClaw Gateway"}));
  say(":irc.example.org 001 bot :Welcome");
  EXPECT_TRUE(succeeded(op));
  say(":bot!u@h JOIN #room");
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVED);
}

TEST_F(Linked, SecretsGoOutByTheHostsHandAlone) {
  create(R"({"server":"ircs://irc.example.org","nick":"bot","saslUser":"acc",
             "password":"${secret:password}","serverPassword":"${secret:serverPassword}"})");
  start_op = host.start();
  open();
  ASSERT_GE(connection().sent.size(), 2U);
  EXPECT_EQ(connection().sent[0].payload, "PASS :${secret:serverPassword}\r\n");
  EXPECT_EQ(connection().sent[0].flags, OC_SEND_SECRETS);
  EXPECT_EQ(connection().sent[1].flags, 0U);
  say("CAP * LS :sasl");
  say("CAP * ACK :sasl");
  say("AUTHENTICATE +");
  EXPECT_EQ(connection().sent.back().flags, OC_SEND_SECRETS);
  say("904 bot :SASL authentication failed");
  EXPECT_EQ(failure(start_op).code, OC_E_AUTH);
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_NE(reason().find("channels.irc.password"), std::string::npos);
  host.connection_closed(connection().op);
  host.advance(600'000);
  EXPECT_EQ(host.connections.size(), 1U) << "only the operator can help";
}

TEST_F(Linked, AServerThatIsAwayIsTriedAgain) {
  create();
  start_op = host.start();
  host.fail(connection().op, {OC_E_NET, "connection refused", OC_EF_NOT_DONE});
  EXPECT_TRUE(succeeded(start_op)) << "it goes on trying by itself";
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  host.advance(6'000);
  ASSERT_EQ(host.connections.size(), 2U);
  welcome();
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Linked, APersonInARoomIsHeard) {
  come_up();
  say("@account=Ada;msgid=1 :ada!u@h PRIVMSG #room :bot: hello");
  ASSERT_EQ(host.submitted.size(), 1U);
  EXPECT_EQ(host.submitted[0].message.sender_id, "account:Ada");
  EXPECT_EQ(host.submitted[0].message.text, "hello");
}

TEST_F(Linked, AMessageThatCannotBeStoredWaitsAndKeepsItsPlace) {
  host.auto_accept = false;
  come_up();
  say(":ada!u@h PRIVMSG bot :one");
  say(":ada!u@h PRIVMSG bot :two");
  ASSERT_EQ(host.submitted.size(), 1U);
  host.refuse(host.submitted[0].op, {OC_E_AGAIN, "full", OC_EF_RETRY});
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  host.advance(1'000);
  ASSERT_EQ(host.submitted.size(), 2U);
  EXPECT_EQ(host.submitted[1].message.text, "one");
  EXPECT_EQ(host.submitted[1].message.event_id, host.submitted[0].message.event_id);
  host.accept(host.submitted[1].op);
  EXPECT_EQ(host.submitted[2].message.text, "two");
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Linked, WhenTooMuchWaitsNothingMoreIsRead) {
  host.auto_accept = false;
  come_up();
  for (int i = 0; i < 200; ++i) say(":ada!u@h PRIVMSG bot :x");
  EXPECT_TRUE(connection().paused);
  host.auto_accept = true;
  host.accept(host.submitted[0].op);
  host.run();
  EXPECT_FALSE(connection().paused);
}

TEST_F(Linked, TheVersionIsToldAtABoundedRate) {
  come_up();
  sent();
  for (int i = 0; i < 5; ++i) say(":ada!u@h PRIVMSG bot :\x01VERSION\x01");
  EXPECT_EQ(sent(), Sent{"NOTICE ada :\x01VERSION OpenClaw Gateway\x01"});
  EXPECT_TRUE(host.submitted.empty());
}

TEST_F(Linked, ASendIsDoneWhenTheServerHasAnsweredThePingBehindIt) {
  come_up();
  sent();
  const oc_op op = host.send(message("#room", "one\ntwo"));
  const Sent lines = sent();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[0], "PRIVMSG #room :one");
  EXPECT_EQ(lines[1], "PRIVMSG #room :two");
  EXPECT_EQ(host.completion(op), nullptr);
  pong(lines);
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_SENT);
}

TEST_F(Linked, ARefusalBeforeThePongIsForGood) {
  come_up();
  sent();
  const oc_op op = host.send(message("ada!u@h"));
  const Sent lines = sent();
  EXPECT_EQ(lines[0], "PRIVMSG ada :hi");
  say(":irc.example.org 401 bot ADA :No such nick/channel");
  EXPECT_EQ(host.completion(op), nullptr);
  pong(lines);
  EXPECT_EQ(failure(op).code, OC_E_REFUSED);
  EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE);
  EXPECT_NE(failure(op).message.find("No such nick"), std::string::npos);
}

TEST_F(Linked, ARefusalOfAPartIsInDoubt) {
  come_up();
  sent();
  const oc_op op = host.send(message("#room", "one\ntwo"));
  const Sent lines = sent();
  say(":irc.example.org 404 bot #room :Cannot send to channel");
  pong(lines);
  EXPECT_EQ(failure(op).flags, OC_EF_MAYBE_DONE);
}

TEST_F(Linked, ARoomThatKeepsTheBotSilentDegradesTheChannelUntilItMaySpeak) {
  come_up();
  sent();
  host.send(message("#Room"));
  Sent lines = sent();
  say(":irc.example.org 404 bot #room :Cannot send to channel (+m)");
  pong(lines);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_NE(reason().find("given voice"), std::string::npos) << reason();
  host.advance(10'000);
  host.send(message("ada!u@h"));
  pong(sent());
  EXPECT_EQ(state(), OC_STATE_DEGRADED) << "a person proves nothing about the room";
  host.advance(10'000);
  host.send(message("#room"));
  pong(sent());
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Linked, WhatARoomRefusesForAnotherReasonDegradesNothing) {
  come_up();
  sent();
  host.send(message("#room"));
  Sent lines = sent();
  say(":irc.example.org 412 bot #room :No text to send");
  pong(lines);
  host.advance(10'000);
  host.send(message("#room", "one\ntwo"));
  lines = sent();
  say(":irc.example.org 404 bot #room :Cannot send to channel");
  pong(lines);
  EXPECT_EQ(state(), OC_STATE_CONNECTED) << "a part got through";
}

TEST_F(Linked, ARoomForAccountsOnlySaysHowToLogIn) {
  come_up();
  sent();
  const oc_op op = host.send(message("#room"));
  const Sent lines = sent();
  say(":irc.example.org 477 bot #room :You need to be identified to a registered account");
  pong(lines);
  EXPECT_NE(failure(op).message.find("saslUser"), std::string::npos);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
}

TEST_F(Linked, ACutLeavesTheSendInDoubtAndNoAnswerDoesToo) {
  come_up();
  const oc_op first = host.send(message());
  cut();
  EXPECT_EQ(failure(first).flags, OC_EF_MAYBE_DONE);
  host.advance(6'000);
  welcome();
  const oc_op second = host.send(message());
  host.advance(59'000);
  say("PING :x");
  EXPECT_EQ(host.completion(second), nullptr);
  host.advance(2'000);
  EXPECT_EQ(failure(second).code, OC_E_DEADLINE);
  EXPECT_EQ(failure(second).flags, OC_EF_MAYBE_DONE);
}

TEST_F(Linked, WhatCannotGoIsHandedBackWithAMoment) {
  create();
  host.start();
  const auto back = [&](oc_op op) {
    EXPECT_EQ(failure(op).code, OC_E_AGAIN);
    EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE | OC_EF_RETRY);
    return failure(op).retry_after_ms;
  };
  EXPECT_GT(back(host.send(message())), 0U) << "not connected yet";
  welcome();
  for (int i = 0; i < 2; ++i) pong((host.send(message()), sent()));
  EXPECT_EQ(back(host.send(message())), 2'000U) << "each is two lines, and five go at once";
  host.advance(2'000);
  host.send(message());
  EXPECT_EQ(sent().size(), 2U);
  say(":op!u@h KICK #room bot :out");
  EXPECT_GT(back(host.send(message())), 10'000U) << "not in the room";
}

TEST_F(Linked, AMessageLongerThanTheBurstIsSpreadAndNothingComesBetween) {
  come_up();
  sent();
  const oc_op op = host.send(message("#room", "1\n2\n3\n4\n5\n6\n7"));
  Sent lines = sent();
  EXPECT_EQ(lines.size(), 5U);
  EXPECT_EQ(failure(host.send(message("#room", "other"))).code, OC_E_AGAIN);
  host.advance(4'000);
  EXPECT_EQ(sent(), (Sent{"PRIVMSG #room :6", "PRIVMSG #room :7"}));
  host.advance(2'000);
  lines = sent();
  ASSERT_EQ(lines.size(), 1U);
  pong(lines);
  EXPECT_TRUE(succeeded(op));
}

TEST_F(Linked, NoTextAndNoChatIdCanBecomeACommand) {
  come_up();
  sent();
  host.send(message("#room", "a\r\nQUIT :x"));
  const Sent lines = sent();
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1], "PRIVMSG #room :QUIT :x");
  host.advance(60'000);
  say("PING :x");
  sent();
  for (const char* chat : {"#a,#b", "#a b", "$*", "", "x", "#a\r\nQUIT", ":x!y@z", "*!y@z"}) {
    EXPECT_EQ(failure(host.send(message(chat))).code, OC_E_REFUSED) << chat;
  }
  EXPECT_EQ(sent(), Sent{});
}

TEST_F(Linked, NoLineIsLongerThanTheServerWillPassOn) {
  come_up();
  sent();
  std::string text;
  for (int i = 0; i < 300; ++i) text += "€";
  host.send(message("#room", text));
  for (const auto& line : sent()) {
    EXPECT_LE((":bot!~openclaw@gw.example.org " + line + "\r\n").size(), 512U);
  }
}

TEST_F(Linked, AnAnswerFollowsThePersonToAnotherNick) {
  come_up();
  sent();
  say("@account=Ada :ada!u@h PRIVMSG bot :hi");
  say(":ada!u@h NICK countess");
  const auto& heard = host.submitted.at(0).message;
  OwnedMessage answer = message(heard.chat_id);
  answer.extra_json = heard.extra_json;
  host.send(answer);
  EXPECT_EQ(sent().at(0), "PRIVMSG countess :hi");
}

TEST_F(Linked, ADeadServerIsNoticedWithin120Seconds) {
  come_up();
  host.advance(120'000);
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVE_LOST);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
}

TEST_F(Linked, AConnectionThatTakesNoBytesIsReplaced) {
  come_up();
  host.connection_send_answer = OC_E_AGAIN;
  const oc_op op = host.send(message());
  host.run();
  EXPECT_EQ(failure(op).flags, OC_EF_MAYBE_DONE);
  host.connection_send_answer = OC_OK;
  host.advance(6'000);
  EXPECT_EQ(host.connections.size(), 2U);
}

TEST_F(Linked, StopSaysGoodbyeAndWaitsForTheEnd) {
  come_up();
  sent();
  const oc_op op = host.stop();
  EXPECT_EQ(sent(), Sent{"QUIT"});
  EXPECT_EQ(host.completion(op), nullptr);
  host.connection_closed(connection().op);
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(host.timers(), 0U);
}

TEST_F(Linked, QuiescedItHearsNothingNew) {
  come_up();
  EXPECT_TRUE(succeeded(host.quiesce()));
  say(":ada!u@h PRIVMSG bot :hi");
  EXPECT_TRUE(host.submitted.empty());
}

TEST_F(Linked, AnEndedConnectionNeitherReceivesNorSends) {
  come_up();
  host.evidence.clear();
  cut();
  EXPECT_EQ(host.evidence,
            (std::vector<std::uint32_t>{OC_EVIDENCE_SEND_LOST, OC_EVIDENCE_RECEIVE_LOST}));
}

TEST_F(Linked, ThatWhatIsWrittenIsTakenDoesNotHideAPeerThatIsDead) {
  come_up();
  sent();
  host.evidence.clear();
  for (int i = 0; i < 12; ++i) {
    host.send(message("#room", "hi " + std::to_string(i)));
    host.advance(10'000);
  }
  EXPECT_EQ(std::count(host.evidence.begin(), host.evidence.end(), OC_EVIDENCE_RECEIVE_LOST), 1);
  EXPECT_NE(state(), OC_STATE_CONNECTED);
}

}  // namespace
}  // namespace openclaw::irc
