// The gateway connection, from the host's side.
#include "discord_fixture.hpp"

namespace openclaw::discord {
namespace {

class Receiving : public DiscordFixture {};

TEST_F(Receiving, LogsInWithThePlaceholderAndNeverTheToken) {
  const oc_op op = start();
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(host.http[0].header("Authorization"), "Bot ${secret:botToken}");
  EXPECT_THAT(host.http[0].header("User-Agent"), ::testing::StartsWith("DiscordBot (https://"));
  EXPECT_EQ(connection().url, "wss://gateway.discord.gg/?v=10&encoding=json&compress=zlib-stream");
  open();
  ASSERT_EQ(connection().sent.size(), 1U);
  EXPECT_EQ(connection().sent[0].flags, OC_SEND_SECRETS);
  EXPECT_EQ(said()["d"]["token"], "${secret:botToken}");
  EXPECT_NE(state(), OC_STATE_CONNECTED);
  event("READY", {{"session_id", "abc"},
                  {"resume_gateway_url", "wss://resume.discord.gg"},
                  {"user", {{"id", "42"}}}});
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Receiving, AMessageIsSubmittedAndItsSequenceCountsOnceItIsDurable) {
  host.auto_accept = false;
  log_in();
  event("MESSAGE_CREATE", dm("1001", "hello"));
  ASSERT_EQ(host.submitted.size(), 1U);
  EXPECT_EQ(host.submitted[0].message.text, "hello");
  EXPECT_EQ(host.submitted[0].message.chat_id, "700");
  EXPECT_EQ(host.submitted[0].message.event_id, "1001");
  say({{"op", 1}});
  EXPECT_EQ(said()["d"], 1) << "READY is done with, the message is not";
  host.accept(host.submitted[0].op);
  say({{"op", 1}});
  EXPECT_EQ(said()["d"], 2);
}

TEST_F(Receiving, ARestartResumesAfterWhatIsDurable) {
  log_in();
  event("MESSAGE_CREATE", dm("1001", "hello"));
  const oc_op quiesce = host.quiesce();
  EXPECT_EQ(connection().closed_with, 4000U);
  host.connection_closed(connection().op, 1005);
  EXPECT_TRUE(succeeded(quiesce));
  host.stop();
  const auto state_kept = host.state;
  FakeHost other;
  other.state = state_kept;
  ASSERT_EQ(other.create(*oc_plugin_entry_1(0)->api, "discord", R"({"botToken":"x"})"), "");
  const oc_op started = other.start();
  other.run();
  ASSERT_NE(other.completion(started), nullptr);
  EXPECT_TRUE(other.http.empty()) << "a resume needs no look-up";
  EXPECT_THAT(other.last_connection()->url, HasSubstr("resume.discord.gg"));
  Deflater fresh;
  const oc_op op = other.last_connection()->op;
  other.connection_open(op);
  other.connection_data(op, fresh.message(R"({"op":10,"d":{"heartbeat_interval":40000}})"), true);
  const json resume = json::parse(other.last_connection()->sent.back().payload);
  EXPECT_EQ(resume["op"], 6);
  EXPECT_EQ(resume["d"]["seq"], 2);
  EXPECT_EQ(resume["d"]["session_id"], "abc");
}

TEST_F(Receiving, AStorageThatCannotBeReadCostsNoSession) {
  log_in();
  host.quiesce();
  host.connection_closed(connection().op, 1005);
  host.stop();
  FakeHost other;
  other.state = host.state;
  other.state_failure = openclaw::testing::Failure{OC_E_IO, "disk", OC_EF_NOT_DONE};
  ASSERT_EQ(other.create(*oc_plugin_entry_1(0)->api, "discord", R"({"botToken":"x"})"), "");
  const oc_op started = other.start();
  other.run();
  ASSERT_NE(other.completion(started), nullptr) << "the gateway need not wait for it";
  EXPECT_FALSE(other.completion(started)->failure);
  EXPECT_EQ(other.statuses.back().first, OC_STATE_DEGRADED);
  EXPECT_THAT(other.statuses.back().second, HasSubstr("look at the storage"));
  other.advance(25'000);
  EXPECT_TRUE(other.http.empty() && other.connections.empty()) << "no new session is begun";
  EXPECT_EQ(other.state, host.state) << "nor is it written over";
  other.state_failure.reset();
  other.advance(10'000);
  ASSERT_EQ(other.connections.size(), 1U);
  EXPECT_THAT(other.last_connection()->url, HasSubstr("resume.discord.gg"));
  other.state_failure = openclaw::testing::Failure{OC_E_IO, "disk", OC_EF_NOT_DONE};
  const oc_op stop = other.stop();
  other.connection_closed(other.last_connection()->op, 1005);
  other.run();
  EXPECT_NE(other.completion(stop), nullptr);
}

TEST_F(Receiving, NoIdentifyGoesOutThatIsNotDurable) {
  start();
  host.state_failure = openclaw::testing::Failure{OC_E_IO, "disk", OC_EF_NOT_DONE};
  open();
  host.run();
  EXPECT_TRUE(connection().sent.empty()) << said().dump();
  host.advance(30'000);
  EXPECT_TRUE(connection().closed_with) << "it does not hold the connection for ever";
  EXPECT_THAT(reason(), HasSubstr("storage"));
  host.connection_closed(connection().op, 1006);
  host.state_failure.reset();
  host.advance(10'000);
  if (open_call("GET /gateway/bot") != nullptr) answer("GET /gateway/bot", kGateway);
  ASSERT_EQ(host.connections.size(), 2U);
  open();
  host.run();
  EXPECT_EQ(said()["op"], 2);
}

TEST_F(Receiving, ACutResumesAtOnceAndWhatIsReplayedIsSubmittedOnce) {
  host.auto_accept = false;
  log_in();
  event("MESSAGE_CREATE", dm("1001", "one"));
  event("MESSAGE_CREATE", dm("1002", "two"));
  host.connection_closed(connection().op, 1006);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  host.advance(6'000);
  ASSERT_EQ(host.connections.size(), 2U);
  open();
  EXPECT_EQ(said()["d"]["seq"], 1);
  seq = 1;
  event("MESSAGE_CREATE", dm("1001", "one"));
  event("MESSAGE_CREATE", dm("1002", "two"));
  event("RESUMED", json::object());
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  host.accept(host.submitted[0].op);
  host.accept(host.submitted[1].op);
  EXPECT_EQ(host.submitted.size(), 2U);
}

TEST_F(Receiving, AFullGatewayPausesReadingAndLosesNothingAndNoOrder) {
  host.auto_accept = false;
  log_in();
  event("MESSAGE_CREATE", dm("1001", "one"));
  event("MESSAGE_CREATE", dm("1002", "two"));
  ASSERT_EQ(host.submitted.size(), 1U) << "one by one within a channel";
  host.refuse(host.submitted[0].op, {OC_E_AGAIN, "full", OC_EF_NOT_DONE});
  EXPECT_TRUE(connection().paused);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_EQ(host.submitted.size(), 1U);
  host.advance(600);
  ASSERT_EQ(host.submitted.size(), 2U);
  EXPECT_EQ(host.submitted[1].message.text, "one");
  EXPECT_FALSE(connection().paused);
  host.accept(host.submitted[1].op);
  ASSERT_EQ(host.submitted.size(), 3U);
  EXPECT_EQ(host.submitted[2].message.text, "two");
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Receiving, WithoutAHeartbeatsAnswerItReconnectsWithin120Seconds) {
  log_in();
  for (int i = 0; i < 120 && !connection().closed_with; ++i) host.advance(1'000);
  EXPECT_EQ(connection().closed_with, 4000U);
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVE_LOST);
  host.connection_closed(connection().op, 1006);
  host.advance(10'000);
  EXPECT_EQ(host.connections.size(), 2U);
}

TEST_F(Receiving, AnAnsweredHeartbeatIsEvidence) {
  log_in();
  host.advance(40'000);
  EXPECT_EQ(said()["op"], 1);
  host.evidence.clear();
  say({{"op", 11}});
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVED);
}

TEST_F(Receiving, AWrongTokenFailsTheStartAndNamesTheKey) {
  create();
  const oc_op op = host.start();
  answer("GET /gateway/bot", R"({"message":"401: Unauthorized","code":0})", 401);
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_AUTH);
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_THAT(reason(), HasSubstr("channels.discord.botToken"));
  host.advance(1'000'000);
  EXPECT_EQ(host.http.size(), 1U);
}

TEST_F(Receiving, Close4014NamesTheSwitchAndStops) {
  start();
  open();
  host.connection_closed(connection().op, 4014);
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_THAT(reason(), HasSubstr("Message Content Intent"));
  host.advance(1'000'000);
  EXPECT_EQ(host.connections.size(), 1U);
}

TEST_F(Receiving, GarbageInsteadOfZlibEndsTheConnection) {
  start();
  host.connection_open(connection().op);
  host.connection_data(connection().op, "garbage", true);
  EXPECT_TRUE(connection().closed_with);
}

TEST_F(Receiving, AThreadIsAThreadOfTheChannelItHangsOn) {
  log_in();
  event("THREAD_CREATE", {{"id", "850"}, {"type", 11}, {"parent_id", "800"}});
  event("MESSAGE_CREATE", in_guild("1001", "<@42> hi", "850"));
  ASSERT_EQ(host.submitted.size(), 1U);
  const OwnedMessage& message = host.submitted[0].message;
  EXPECT_EQ(message.chat_id, "800");
  EXPECT_EQ(message.thread_id, "850");
  EXPECT_EQ(message.flags & OC_MSG_ROOM, OC_MSG_ROOM);
  EXPECT_EQ(json::parse(message.extra_json)["place"],
            (json{{"guild", "900"}, {"roles", {"31", "32"}}, {"parent", "800"}}));
}

TEST_F(Receiving, AnUnknownChannelIsAskedForOnceBeforeItsMessagesAreSubmitted) {
  log_in();
  event("MESSAGE_CREATE", in_guild("1001", "hi", "850"));
  EXPECT_TRUE(host.submitted.empty());
  answer("GET /channels/850", R"({"id":"850","type":11,"parent_id":"800"})");
  ASSERT_EQ(host.submitted.size(), 1U);
  EXPECT_EQ(host.submitted[0].message.chat_id, "800");
  event("MESSAGE_CREATE", in_guild("1002", "hi", "850"));
  EXPECT_EQ(host.submitted.size(), 2U);
}

TEST_F(Receiving, AChannelThatCannotBeLookedAtIsTriedAgainOrTakenAsItIs) {
  log_in();
  event("MESSAGE_CREATE", in_guild("1001", "hi", "850"));
  answer("GET /channels/850", "", 500);
  EXPECT_TRUE(host.submitted.empty());
  host.advance(1'000);
  answer("GET /channels/850", R"({"message":"Missing Access","code":50001})", 403);
  ASSERT_EQ(host.submitted.size(), 1U);
  EXPECT_EQ(host.submitted[0].message.chat_id, "850");
}

TEST_F(Receiving, AChannelThatDiscordDoesNotTellOfHoldsUpNoOther) {
  log_in();
  event("MESSAGE_CREATE", in_guild("1001", "hi", "850"));
  answer("GET /channels/850", "", 503);
  EXPECT_FALSE(connection().paused);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  event("MESSAGE_CREATE", dm("1002", "another"));
  ASSERT_EQ(host.submitted.size(), 1U);
  EXPECT_EQ(host.submitted[0].message.text, "another");
  for (int i = 0; i < 2; ++i) {
    host.advance(3'000);
    answer("GET /channels/850", "", 503);
  }
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_THAT(reason(), HasSubstr("does not say what some channels are (503)"));
  EXPECT_FALSE(connection().paused);
  event("MESSAGE_CREATE", dm("1003", "one more"));
  EXPECT_EQ(host.submitted.size(), 2U);
  host.advance(5'000);
  answer("GET /channels/850", R"({"id":"850","type":11,"parent_id":"800"})");
  ASSERT_EQ(host.submitted.size(), 3U);
  EXPECT_EQ(host.submitted[2].message.thread_id, "850");
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Receiving, WhatAnEventTellsOfAChannelEndsTheWaitForIt) {
  log_in();
  event("MESSAGE_CREATE", in_guild("1001", "hi", "850"));
  for (int i = 0; i < 3; ++i) {
    answer("GET /channels/850", "", 503);
    if (i < 2) host.advance(3'000);
  }
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  event("THREAD_CREATE", {{"id", "850"}, {"type", 11}, {"parent_id", "800"}});
  host.advance(5'000);
  ASSERT_EQ(host.submitted.size(), 1U);
  EXPECT_EQ(host.submitted[0].message.chat_id, "800");
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Receiving, ALimitOnOneChannelsLookUpIsWaitedForThereAlone) {
  log_in();
  event("MESSAGE_CREATE", in_guild("1001", "hi", "850"));
  answer("GET /channels/850", R"({"message":"limited","retry_after":20.0})", 429);
  EXPECT_FALSE(connection().paused);
  event("MESSAGE_CREATE", in_guild("1002", "hi", "851"));
  answer("GET /channels/851", R"({"id":"851","type":0})");
  EXPECT_EQ(host.submitted.size(), 1U);
  host.advance(19'000);
  EXPECT_EQ(open_call("GET /channels/850"), nullptr);
  host.advance(1'100);
  EXPECT_NE(open_call("GET /channels/850"), nullptr);
}

TEST_F(Receiving, ThatSendsSucceedDoesNotHideAReceiverThatIsDead) {
  log_in();
  host.evidence.clear();
  for (int i = 0; i < 12; ++i) {
    OwnedMessage m;
    m.chat_id = "700";
    m.text = "hi";
    m.idem_key = "o-" + std::to_string(i);
    host.send(m);
    answer("POST /channels/700/messages", R"({"id":"99","channel_id":"700"})");
    host.advance(10'000);
  }
  EXPECT_THAT(host.evidence, ::testing::Contains(OC_EVIDENCE_SENT).Times(12));
  EXPECT_THAT(host.evidence, ::testing::Contains(OC_EVIDENCE_RECEIVE_LOST));
}

TEST_F(Receiving, ANewSessionLosesNothingThatStillWaits) {
  host.auto_accept = false;
  log_in();
  event("MESSAGE_CREATE", dm("1001", "one"));
  event("MESSAGE_CREATE", dm("1002", "two"));
  say({{"op", 9}, {"d", false}});
  host.connection_closed(connection().op, 1000);
  host.advance(6'000);
  answer("GET /gateway/bot", kGateway);
  open();
  seq = 0;
  event("READY", {{"session_id", "def"},
                  {"resume_gateway_url", "wss://r2.discord.gg"},
                  {"user", {{"id", "42"}}}});
  host.accept(host.submitted[0].op);
  ASSERT_EQ(host.submitted.size(), 2U);
  host.accept(host.submitted[1].op);
  say({{"op", 1}});
  EXPECT_EQ(said()["d"], 1);
}

}  // namespace
}  // namespace openclaw::discord
