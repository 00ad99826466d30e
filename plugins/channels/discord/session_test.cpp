// The gateway connection's decisions, without a socket.
#include "session_fixture.hpp"

namespace openclaw::discord {
namespace {

TEST_F(Connection, AsksForTheGatewayThenSaysHelloAndIdentifies) {
  EXPECT_NE(find(session.start({}, {}, now), Kind::look_up), nullptr);
  const Actions actions = session.found({"wss://gateway.discord.gg", 1000, 86'400'000}, now);
  EXPECT_EQ(find(actions, Kind::connect)->text,
            "wss://gateway.discord.gg/?v=10&encoding=json&compress=zlib-stream");
  session.received(hello(), now);
  const Actions login = session.saved(now);
  const Action* sent = find(login, Kind::send);
  ASSERT_NE(sent, nullptr);
  EXPECT_TRUE(sent->secrets);
  const json identify = json::parse(sent->text);
  EXPECT_EQ(identify["op"], 2);
  EXPECT_EQ(identify["d"]["token"], "${secret:botToken}");
  EXPECT_EQ(identify["d"]["intents"], 37377);
  EXPECT_LE(sent->text.size(), kMaxClientEvent);
  session.received(ready(), now);
  EXPECT_EQ(session.health().state, OC_STATE_CONNECTED);
  EXPECT_EQ(session.resumable().bot_id, "42");
  EXPECT_EQ(session.budget().remaining(), 999);
}

TEST_F(Connection, TheFirstHeartbeatIsSpreadOverTheInterval) {
  std::uint64_t low = UINT64_MAX, high = 0;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Session one("channels.discord.", seed);
    one.start(saved(), {}, now);
    const Actions actions = one.received(hello(), now);
    const std::uint64_t ms = find(actions, Kind::beat_in)->ms;
    low = std::min(low, ms);
    high = std::max(high, ms);
  }
  EXPECT_LT(low, 4'000U);
  EXPECT_GT(high, 37'000U);
  EXPECT_LE(high, static_cast<std::uint64_t>(kInterval));
}

TEST_F(Connection, AHeartbeatWithoutAnAnswerEndsTheConnectionAndResumes) {
  log_in();
  session.durable(5);
  Actions actions = session.beat(now);
  EXPECT_EQ(json::parse(find(actions, Kind::send)->text), (json{{"op", 1}, {"d", 5}}));
  EXPECT_EQ(find(actions, Kind::beat_in)->ms, static_cast<std::uint64_t>(kInterval));
  actions = session.beat(now + kInterval);
  ASSERT_NE(find(actions, Kind::close), nullptr);
  EXPECT_EQ(find(actions, Kind::close)->code, 4000U);
  EXPECT_EQ(session.health().state, OC_STATE_DEGRADED);
  actions = session.closed(1006, "x", now);
  EXPECT_NE(find(actions, Kind::wake_in), nullptr);
  actions = session.woken(now);
  EXPECT_THAT(find(actions, Kind::connect)->text, ::testing::StartsWith("wss://us-east1-b."));
  actions = session.received(hello(), now);
  const json resume = json::parse(find(actions, Kind::send)->text);
  EXPECT_EQ(resume["op"], 6);
  EXPECT_EQ(resume["d"]["session_id"], "abc");
  EXPECT_EQ(resume["d"]["seq"], 5);
}

TEST_F(Connection, IsNoticedDeadWithin120Seconds) {
  connect();
  session.received(payload(10, {{"heartbeat_interval", 10'000'000}}), now);
  session.saved(now);
  session.received(ready(), now);
  const Actions actions = session.beat(now);
  EXPECT_LE(2 * find(actions, Kind::beat_in)->ms, 120'000U);
}

TEST_F(Connection, WhileHeldNoAnswerIsExpected) {
  log_in();
  session.beat(now);
  session.hold(true);
  EXPECT_EQ(find(session.beat(now), Kind::close), nullptr);
  session.hold(false);
  EXPECT_EQ(find(session.beat(now), Kind::close), nullptr);
  EXPECT_NE(find(session.beat(now), Kind::close), nullptr);
}

TEST_F(Connection, AHeartbeatThatTheServerWantsIsSentAtOnce) {
  log_in();
  EXPECT_EQ(json::parse(find(session.received(payload(1), now), Kind::send)->text)["op"], 1);
}

TEST_F(Connection, NeverSaysMoreThan120EventsInAMinute) {
  log_in();
  int sent = 1;
  for (int i = 0; i < 1'000; ++i) {
    if (find(session.received(payload(1), now), Kind::send) != nullptr) ++sent;
  }
  EXPECT_LE(sent, 100);
  EXPECT_NE(find(session.beat(now), Kind::send), nullptr) << "our own heartbeat has a reserve";
  EXPECT_NE(find(session.received(payload(1), now + 60'001), Kind::send), nullptr);
}

TEST_F(Connection, Op7ResumesAtOnceAndThenNoFasterThanTheBackoff) {
  log_in();
  EXPECT_EQ(find(session.received(payload(7), now), Kind::close)->code, 4000U);
  EXPECT_EQ(find(session.closed(1000, "x", now), Kind::wake_in)->ms, 1U);
  ASSERT_NE(find(session.woken(now), Kind::connect), nullptr);
  session.received(hello(), now);
  session.received(payload(0, nullptr, 0, "RESUMED"), now);
  session.received(payload(7), now);
  EXPECT_GE(find(session.closed(1000, "x", now), Kind::wake_in)->ms, 4'500U) << "a resume loop";
}

TEST_F(Connection, Op9FalseBeginsANewSessionAfterOneToFiveSeconds) {
  connect(saved());
  session.received(hello(), now);
  EXPECT_NE(find(session.received(payload(9, false), now), Kind::close), nullptr);
  const std::uint64_t ms = find(session.closed(1000, "x", now), Kind::wake_in)->ms;
  EXPECT_GE(ms, 1'000U);
  EXPECT_LE(ms, 5'000U);
  EXPECT_NE(find(session.woken(now), Kind::look_up), nullptr);
  EXPECT_FALSE(session.resumable().any());
}

TEST_F(Connection, Op9TrueResumesAfterOneToFiveSeconds) {
  log_in();
  session.received(payload(9, true), now);
  EXPECT_GE(find(session.closed(1000, "x", now), Kind::wake_in)->ms, 1'000U);
  EXPECT_THAT(find(session.woken(now), Kind::connect)->text, ::testing::HasSubstr("us-east1"));
  EXPECT_TRUE(session.resumable().any());
}

TEST_F(Connection, AfterThreeFailedResumesANewSessionIsBegun) {
  Actions actions = connect(saved());
  for (int i = 0; i < Session::kMaxResumes; ++i) {
    EXPECT_THAT(find(actions, Kind::connect)->text, ::testing::HasSubstr("resume.discord.gg"));
    session.received(hello(), now);
    session.closed(1006, "x", now);
    actions = session.woken(now);
  }
  EXPECT_NE(find(actions, Kind::look_up), nullptr);
  EXPECT_FALSE(session.resumable().any());
}

TEST_F(Connection, AResumeAddressThatIsDeadDoesNotCostTheSession) {
  Actions actions = connect(saved());
  for (int i = 0; i < 3; ++i) {
    ASSERT_NE(find(actions, Kind::connect), nullptr);
    session.closed(0, "refused", now);
    actions = session.woken(now);
  }
  ASSERT_NE(find(actions, Kind::look_up), nullptr);
  session.look_up_failed({}, now);
  ASSERT_NE(find(session.woken(now), Kind::look_up), nullptr);
  actions = session.found({"wss://gateway.discord.gg", 1000, 1000}, now);
  EXPECT_THAT(find(actions, Kind::connect)->text, ::testing::HasSubstr("gateway.discord.gg"));
  actions = session.received(hello(), now);
  EXPECT_EQ(json::parse(find(actions, Kind::send)->text)["op"], 6);
}

TEST_F(Connection, FailuresWaitFiveSecondsDoublingToFiveMinutes) {
  session.start({}, {}, now);
  std::uint64_t last = 0;
  for (int i = 0; i < 12; ++i) {
    ApiError error;
    error.transport = sdk::Failure{OC_E_NET, "refused", OC_EF_NOT_DONE};
    last = find(session.look_up_failed(error, now), Kind::wake_in)->ms;
    if (i == 0) {
      EXPECT_NEAR(static_cast<double>(last), 5'000, 500);
    }
    session.woken(now);
  }
  EXPECT_NEAR(static_cast<double>(last), 300'000, 30'000);
  EXPECT_THAT(session.health().reason, ::testing::HasSubstr("channels.discord.apiRoot"));
}

TEST_F(Connection, CloseCodesAreObeyed) {
  struct Row {
    std::uint32_t code;
    bool resumes, fatal;
    const char* words;
  };
  for (const Row& row :
       {Row{0, true, false, ""}, Row{1006, true, false, ""}, Row{4000, true, false, ""},
        Row{4001, true, false, ""}, Row{4002, true, false, ""}, Row{4009, true, false, ""},
        Row{4242, true, false, ""}, Row{1001, true, false, ""}, Row{1000, false, false, ""},
        Row{4003, false, false, ""}, Row{4005, false, false, ""}, Row{4007, false, false, ""},
        Row{4008, false, false, ""}, Row{4004, false, true, "botToken"},
        Row{4010, false, true, "servers"}, Row{4011, false, true, "servers"},
        Row{4012, false, true, "update"}, Row{4013, false, true, "update"},
        Row{4014, false, true, "Message Content Intent"}}) {
    Session one("channels.discord.", 3);
    one.start(saved(), {}, now);
    one.received(hello(), now);
    one.received(payload(0, nullptr, 0, "RESUMED"), now);
    one.closed(row.code, "x", now);
    EXPECT_EQ(one.failed_for_good(), row.fatal) << row.code;
    EXPECT_EQ(one.resumable().any(), row.resumes) << row.code;
    EXPECT_THAT(one.health().reason, ::testing::HasSubstr(row.words)) << row.code;
    if (row.fatal) {
      EXPECT_TRUE(one.woken(now).empty()) << row.code;
    }
  }
}

TEST_F(Connection, AWrongTokenStopsAndNamesTheKey) {
  session.start({}, {}, now);
  ApiError error;
  error.status = 401;
  session.look_up_failed(error, now);
  EXPECT_TRUE(session.failed_for_good());
  EXPECT_THAT(session.health().reason, ::testing::HasSubstr("channels.discord.botToken"));
}

TEST_F(Connection, StopLeavesASessionThatCanBeResumed) {
  log_in();
  session.durable(9);
  const Actions actions = session.stop();
  EXPECT_EQ(find(actions, Kind::close)->code, 4000U);
  EXPECT_TRUE(session.closed(1000, "x", now).empty());
  EXPECT_EQ(session.resumable().seq, 9);
}

TEST_F(Connection, AddressesThatHoldMoreThanAnAddressAreNotUsed) {
  EXPECT_TRUE(is_gateway_url("wss://gateway-us-east1-b.discord.gg"));
  EXPECT_TRUE(is_gateway_url("ws://127.0.0.1:8080/gateway"));
  for (const char* url : {"", "https://discord.gg", "wss://x/?a=${secret:botToken}", "wss://a b"}) {
    EXPECT_FALSE(is_gateway_url(url)) << url;
  }
  Resumable bad = saved();
  bad.session_id = "${secret:botToken}";
  EXPECT_NE(find(session.start(bad, {}, now), Kind::look_up), nullptr);
}

}  // namespace
}  // namespace openclaw::discord
