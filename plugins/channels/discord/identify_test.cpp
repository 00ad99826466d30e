// When a new session is begun: counted, durable, and never too often.
#include <random>

#include "session_fixture.hpp"

namespace openclaw::discord {
namespace {

TEST_F(Connection, AnIdentifyIsDurableBeforeItGoesOut) {
  connect();
  Actions actions = session.received(hello(), now);
  EXPECT_EQ(find(actions, Kind::send), nullptr);
  ASSERT_NE(find(actions, Kind::save), nullptr);
  EXPECT_EQ(session.budget().remaining(), 999);
  EXPECT_EQ(json::parse(find(session.saved(now), Kind::send)->text)["op"], 2);
  EXPECT_TRUE(session.saved(now).empty()) << "once";
}

TEST_F(Connection, AnIdentifyThatTookLongToSaveIsSavedOnceMoreWithThatTime) {
  connect();
  session.received(hello(), now);
  constexpr std::int64_t kTook = 10 * IdentifyBudget::kMarginMs;
  now += kTook;
  const Actions actions = session.saved(now);
  EXPECT_EQ(find(actions, Kind::send), nullptr);
  ASSERT_NE(find(actions, Kind::save), nullptr);
  EXPECT_EQ(session.budget().next_in_ms(now), kTook + kIdentifyEvery);
  EXPECT_EQ(session.budget().remaining(), 999) << "it is the same one";
  now += kTook;
  EXPECT_NE(find(session.saved(now), Kind::send), nullptr) << "a slow disk keeps nobody offline";
  EXPECT_GE(session.budget().next_in_ms(now), IdentifyBudget::kEveryMs);
}

TEST_F(Connection, AHeartbeatThatFallsDueWhileItIsSavedIsSentAndFollowedByOthers) {
  connect();
  session.received(hello(), now);
  const Actions actions = session.beat(now);
  EXPECT_EQ(json::parse(find(actions, Kind::send)->text)["op"], 1);
  ASSERT_NE(find(actions, Kind::beat_in), nullptr);
  session.received(payload(11), now);
  session.saved(now);
  session.received(ready(), now);
  EXPECT_NE(find(session.beat(now), Kind::send), nullptr);
}

TEST_F(Connection, AnIdentifyThatCannotBeSavedDoesNotHoldTheConnectionForEver) {
  connect();
  session.received(hello(), now);
  EXPECT_NE(find(session.woken(now + 30'000), Kind::close), nullptr);
  EXPECT_TRUE(session.saved(now).empty()) << "too late";
}

TEST_F(Connection, IdentifiesAreFiveSecondsApart) {
  log_in();
  const std::int64_t identified = now;
  session.received(payload(9, false), now);
  now += 900;
  Actions actions = session.closed(1000, "", now);
  now += static_cast<std::int64_t>(find(actions, Kind::wake_in)->ms);
  actions = session.woken(now);
  if (now < identified + kIdentifyEvery) {
    ASSERT_EQ(find(actions, Kind::look_up), nullptr);
    now += static_cast<std::int64_t>(find(actions, Kind::wake_in)->ms);
    EXPECT_GE(now, identified + kIdentifyEvery);
    actions = session.woken(now);
  }
  EXPECT_NE(find(actions, Kind::look_up), nullptr);
}

TEST_F(Connection, ASessionThatIsClosedAtOnceIsNotFollowedByAnotherAtOnce) {
  log_in();
  prove();
  const std::int64_t identified = now;
  Actions actions = session.closed(4007, "", now);
  while (find(actions, Kind::look_up) == nullptr) {
    const Action* wake = find(actions, Kind::wake_in);
    ASSERT_NE(wake, nullptr);
    now += static_cast<std::int64_t>(wake->ms);
    actions = session.woken(now);
  }
  EXPECT_GE(now, identified + kIdentifyEvery);
  EXPECT_LT(now, identified + kIdentifyEvery + 100);
}

TEST_F(Connection, ASpentBudgetIsWaitedFor) {
  session.start({}, {}, now);
  const Actions actions = session.found({"wss://gateway.discord.gg", 0, 600'000}, now);
  EXPECT_EQ(find(actions, Kind::connect), nullptr);
  EXPECT_EQ(find(actions, Kind::wake_in)->ms, 600'000U);
  EXPECT_EQ(session.health().state, OC_STATE_DEGRADED);
  EXPECT_NE(find(session.woken(now + 600'000), Kind::look_up), nullptr);
}

TEST_F(Connection, ABudgetThatWasKeptIsNotRaisedByAnAnswerThatLags) {
  IdentifyBudget kept;
  kept.learn(0, 600'000, now);
  session.start({}, kept, now);
  EXPECT_NE(find(session.woken(now + 600'000), Kind::look_up), nullptr);
  IdentifyBudget same;
  same.learn(1, 600'000, now);
  same.spend(0);
  same.learn(1, 590'000, now + 10'000);
  EXPECT_NE(same.wait_ms(now + 10'000), 0U);
}

TEST_F(Connection, AnIdentifyWaitsForTheOneBeforeARestartToo) {
  IdentifyBudget spent;
  spent.learn(10, 600'000, now);
  spent.spend(now);
  const Saved kept = decode_saved(encode_saved({{}, spent}, now, 1'000'000), now, 1'002'000);
  EXPECT_EQ(kept.budget.next_in_ms(now), kIdentifyEvery - 2'000);
  EXPECT_EQ(find(session.start({}, kept.budget, now), Kind::look_up), nullptr);
  EXPECT_NE(find(session.woken(now + kIdentifyEvery), Kind::look_up), nullptr);
}

TEST_F(Connection, ASessionCanBeResumedWithoutABudget) {
  IdentifyBudget spent;
  spent.learn(0, 600'000, now);
  EXPECT_NE(find(session.start(saved(), spent, now), Kind::connect), nullptr);
}

TEST_F(Connection, NeverIdentifiesMoreOftenThanAllowedWhateverTheServerDoes) {
  std::mt19937_64 random(11);
  IdentifyBudget budget;
  Session one("channels.discord.", 5);
  int identifies = 0;
  std::int64_t left = 20;
  Actions actions = one.start({}, budget, now);
  for (int i = 0; i < 5'000; ++i) {
    now += 1'000;
    for (const Action& action : Actions(actions)) {
      if (action.kind == Kind::send && action.text.find("\"op\":2") != std::string::npos) {
        ++identifies;
        --left;
      }
    }
    switch (random() % 7) {
      case 0:
        actions = one.found(
            {"wss://gateway.discord.gg", std::max<std::int64_t>(left, 0), 86'400'000 - i * 1'000},
            now);
        break;
      case 1:
        one.received(hello(), now);
        actions = one.saved(now);
        break;
      case 2:
        actions = one.received(payload(9, random() % 2 == 0), now);
        break;
      case 3:
        actions = one.closed(random() % 2 == 0 ? 4007 : 1006, "x", now);
        break;
      case 4:
        actions = one.received(ready(), now);
        break;
      default:
        actions = one.woken(now);
    }
  }
  EXPECT_LE(identifies, 20);
  EXPECT_GT(identifies, 0);
}

}  // namespace
}  // namespace openclaw::discord
