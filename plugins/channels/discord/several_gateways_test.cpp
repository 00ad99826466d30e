// One of several gateways: who has the connection, and what is left to the next one.
#include "discord_fixture.hpp"

namespace openclaw::discord {
namespace {

constexpr const char* kCommand = "POST /applications/77/commands";

class OneOfSeveral : public DiscordFixture {
 protected:
  OneOfSeveral() {
    host.leases_granted = false;
    host.other_gateways = 1;
  }
  void grant() {
    host.grant("gateway");
    host.run();
  }
  void take_away() {
    host.take_away("gateway");
    host.run();
  }
  /// Nothing gets through for so long.
  void cut_off(int seconds) {
    const openclaw::testing::Failure refused{OC_E_NET, "refused", OC_EF_NOT_DONE};
    for (int i = 0; i < seconds; ++i) {
      if (const auto* call = open_call("GET /gateway/bot")) host.fail(call->op, refused);
      if (!host.connections.empty()) host.fail(connection().op, refused);
      host.advance(1'000);
    }
  }
  void leave_session(const std::string& id, std::int64_t at) {
    auto& value = host.state["session"];
    value = {json{{"session", id},
                  {"url", "wss://resume.discord.gg"},
                  {"bot", "42"},
                  {"seq", at},
                  {"unixMs", 1}}
                 .dump(),
             value.version + 1};
  }
  json left_session() { return json::parse(host.state["session"].bytes); }
  /// Up to READY, with the lease.
  void log_in_as_holder() {
    create();
    host.start();
    grant();
    answer("GET /gateway/bot", kGateway);
    open();
    event("READY", {{"session_id", "abc"},
                    {"resume_gateway_url", "wss://resume.discord.gg"},
                    {"user", {{"id", "42"}}}});
  }
};

TEST_F(OneOfSeveral, WithoutTheLeaseItDoesNotConnectButSends) {
  create();
  const oc_op op = host.start();
  host.advance(1'000);
  answer("GET /gateway/bot", kGateway);
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_THAT(reason(), HasSubstr("another gateway is connected to Discord"));
  host.advance(3'600'000);
  EXPECT_TRUE(host.connections.empty());
  OwnedMessage m;
  m.chat_id = "700";
  m.text = "hi";
  const oc_op sent = host.send(m);
  answer(kPost, kSent);
  EXPECT_TRUE(succeeded(sent));
}

TEST_F(OneOfSeveral, AWrongTokenShowsInEveryGateway) {
  create();
  const oc_op op = host.start();
  host.advance(1'000);
  answer("GET /gateway/bot", R"({"message":"401: Unauthorized","code":0})", 401);
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_AUTH);
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_THAT(reason(), HasSubstr("channels.discord.botToken was refused by Discord"));
}

TEST_F(OneOfSeveral, ADiscordThatCannotBeReachedIsAskedAgain) {
  create();
  const oc_op op = host.start();
  host.advance(1'000);
  answer("GET /gateway/bot", "", 503);
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(state(), OC_STATE_CONNECTING);
  host.advance(6'000);
  answer("GET /gateway/bot", kGateway);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(OneOfSeveral, GrantedItResumesWhatTheOtherLeft) {
  leave_session("old", 5);
  create();
  host.start();
  host.advance(1'000);
  answer("GET /gateway/bot", kGateway);
  leave_session("abc", 17);
  grant();
  ASSERT_EQ(host.connections.size(), 1U);
  EXPECT_THAT(connection().url, HasSubstr("resume.discord.gg"));
  open();
  EXPECT_EQ(said()["op"], 6);
  EXPECT_EQ(said()["d"]["session_id"], "abc");
  EXPECT_EQ(said()["d"]["seq"], 17);
  seq = 17;
  event("RESUMED", json::object());
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(reason(), "");
}

TEST_F(OneOfSeveral, TakenAwayItLeavesTheSessionToTheOther) {
  log_in_as_holder();
  event("MESSAGE_CREATE", dm("1001", "hello"));
  take_away();
  EXPECT_EQ(connection().closed_with, 4000U);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_THAT(reason(), HasSubstr("another gateway"));
  host.connection_closed(connection().op, 1005);
  host.run();
  EXPECT_EQ(left_session()["session"], "abc");
  EXPECT_EQ(left_session()["seq"], 2);
  host.advance(3'600'000);
  EXPECT_EQ(host.connections.size(), 1U);
}

TEST_F(OneOfSeveral, GivenBackItGoesOnFromWhereTheOtherCame) {
  log_in_as_holder();
  take_away();
  grant();
  EXPECT_EQ(host.connections.size(), 1U) << "the old connection ends first";
  host.connection_closed(connection().op, 1005);
  host.run();
  ASSERT_EQ(host.connections.size(), 2U);
  take_away();
  host.connection_closed(connection().op, 1005);
  host.run();
  leave_session("def", 40);
  grant();
  ASSERT_EQ(host.connections.size(), 3U);
  open();
  EXPECT_EQ(said()["d"]["session_id"], "def");
  EXPECT_EQ(said()["d"]["seq"], 40);
}

TEST_F(OneOfSeveral, WhatTheOtherHasWrittenIsNotWrittenOver) {
  host.auto_accept = false;
  log_in_as_holder();
  event("MESSAGE_CREATE", dm("1001", "hello"));
  take_away();
  host.connection_closed(connection().op, 1005);
  leave_session("def", 40);
  host.accept(host.submitted.at(0).op);
  EXPECT_EQ(left_session()["session"], "def");
  EXPECT_EQ(left_session()["seq"], 40);
}

TEST_F(OneOfSeveral, TheHoldersSessionIsWrittenOverWhatAnEarlierHolderStillWrote) {
  log_in_as_holder();
  leave_session("old", 5);
  event("MESSAGE_CREATE", dm("1001", "hello"));
  host.advance(5'000);
  EXPECT_EQ(left_session()["session"], "abc");
  EXPECT_EQ(left_session()["seq"], 2);
}

TEST_F(OneOfSeveral, OverByTheClockItDoesNotLogIn) {
  create();
  host.start();
  grant();
  answer("GET /gateway/bot", kGateway);
  host.lapse("gateway");
  open();
  EXPECT_TRUE(connection().sent.empty());
  EXPECT_EQ(connection().closed_with, 4000U);
}

TEST_F(OneOfSeveral, OverByTheClockNothingIsTakenInThoughNobodySaidSo) {
  log_in_as_holder();
  host.lapse("gateway");
  event("MESSAGE_CREATE", dm("1001", "hello"));
  EXPECT_TRUE(host.submitted.empty());
  EXPECT_EQ(connection().closed_with, 4000U);
  EXPECT_THAT(reason(), HasSubstr("another gateway"));
}

TEST_F(OneOfSeveral, WhatOnlyTheOperatorCanMendIsLeftToTheOthersToo) {
  log_in_as_holder();
  host.connection_closed(connection().op, 4014);
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_FALSE(host.holds("gateway"));
}

TEST_F(OneOfSeveral, TheHolderRegistersTheCommand) {
  create(R"({"botToken":"${secret:botToken}","applicationId":"77","publicKey":)"
         R"("ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c"})");
  host.start();
  host.advance(60'000);
  EXPECT_EQ(open_call(kCommand), nullptr);
  grant();
  answer(kCommand, R"({"id":"1"})");
  take_away();
  host.run();
  grant();
  EXPECT_EQ(open_call(kCommand), nullptr) << "once is enough";
}

TEST_F(OneOfSeveral, WhatAnotherGatewayWasAskedByCommandIsAnsweredFromHere) {
  create();
  host.start();
  OwnedMessage m;
  m.chat_id = "700";
  m.text = "hi";
  m.idem_key = "k1";
  m.extra_json = json{{"interaction",
                       {{"application", "77"}, {"token", "tok-1"}, {"unixMs", 4'000'000'000'000}}}}
                     .dump();
  const oc_op first = host.send(m);
  answer("GET /webhooks/77/tok-1/messages/@original", R"({"id":"5","flags":128})");
  answer("PATCH /webhooks/77/tok-1/messages/@original", R"({"id":"5"})");
  EXPECT_TRUE(succeeded(first));
}

TEST_F(OneOfSeveral, TheNextPartOfItsAnswerIsAMessageOfItsOwn) {
  create();
  host.start();
  OwnedMessage m;
  m.chat_id = "700";
  m.text = "more";
  m.idem_key = "k2";
  m.extra_json = json{{"interaction",
                       {{"application", "77"}, {"token", "tok-1"}, {"unixMs", 4'000'000'000'000}}}}
                     .dump();
  const oc_op second = host.send(m);
  answer("GET /webhooks/77/tok-1/messages/@original", R"({"id":"5","content":"hi"})");
  answer(kPost, kSent);
  EXPECT_TRUE(succeeded(second));
}

TEST_F(OneOfSeveral, AHolderThatDoesNotReachDiscordLetsAnotherTryAndWantsItAgain) {
  create();
  host.start();
  grant();
  for (int round = 0; round < 2; ++round) {
    cut_off(59);
    EXPECT_TRUE(host.holds("gateway"));
    cut_off(2);
    EXPECT_FALSE(host.holds("gateway")) << "another may try";
    EXPECT_EQ(state(), OC_STATE_CONNECTING);
    EXPECT_THAT(reason(), HasSubstr("Discord cannot be reached"));
    const auto calls = host.http.size();
    host.advance(57'000);
    EXPECT_EQ(host.http.size(), calls);
    EXPECT_EQ(host.wanted.count("gateway"), 0U);
    host.advance(3'000);
    EXPECT_EQ(host.wanted.count("gateway"), 1U) << "all may be cut off";
    leave_session("abc", 17 + round);
    grant();
    ASSERT_FALSE(host.connections.empty());
    EXPECT_THAT(connection().url, HasSubstr("resume.discord.gg"));
  }
  open();
  EXPECT_EQ(said()["d"]["seq"], 18);
  seq = 18;
  event("RESUMED", json::object());
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  host.advance(30'000);
  EXPECT_TRUE(host.holds("gateway"));
}

TEST_F(OneOfSeveral, AConnectionThatBreaksAndStaysAwayIsLeftToTheOthersWithTheSession) {
  log_in_as_holder();
  event("MESSAGE_CREATE", dm("1001", "hello"));
  host.fail(connection().op, {OC_E_NET, "reset by peer", OC_EF_MAYBE_DONE});
  cut_off(61);
  EXPECT_FALSE(host.holds("gateway"));
  EXPECT_EQ(left_session()["session"], "abc");
  EXPECT_EQ(left_session()["seq"], 2);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  host.advance(60'000);
  EXPECT_THAT(reason(), HasSubstr("another gateway"));
}

TEST_F(OneOfSeveral, AloneAHolderGoesOnAndStepsDownOnceAnotherHasCome) {
  host.other_gateways = 0;
  create();
  host.start();
  grant();
  cut_off(200);
  EXPECT_TRUE(host.holds("gateway"));
  host.other_gateways = 1;
  cut_off(61);
  EXPECT_FALSE(host.holds("gateway"));
}

TEST_F(OneOfSeveral, ASpentBudgetOfLoginsIsTheBotsAndGivesNothingAway) {
  create();
  host.start();
  grant();
  answer("GET /gateway/bot",
         R"({"url":"wss://gateway.discord.gg","shards":1,"session_start_limit":)"
         R"({"total":1000,"remaining":0,"reset_after":3600000,"max_concurrency":1}})");
  EXPECT_THAT(reason(), HasSubstr("no new session"));
  host.advance(300'000);
  EXPECT_TRUE(host.holds("gateway"));
}

TEST_F(OneOfSeveral, QuiescedItHasNoConnectionAndTheLeaseIsTheHosts) {
  log_in_as_holder();
  const oc_op op = host.quiesce();
  EXPECT_EQ(connection().closed_with, 4000U);
  host.connection_closed(connection().op, 1005);
  host.run();
  EXPECT_TRUE(succeeded(op));
  EXPECT_TRUE(host.holds("gateway"));
  EXPECT_EQ(left_session()["session"], "abc");
}

TEST_F(OneOfSeveral, WithoutTheLeaseItStopsAtOnce) {
  create();
  host.start();
  host.advance(1'000);
  const oc_op quiesced = host.quiesce();
  EXPECT_TRUE(succeeded(quiesced));
  EXPECT_TRUE(succeeded(host.stop()));
  EXPECT_EQ(host.wrong_completions(), 0);
}

}  // namespace
}  // namespace openclaw::discord
