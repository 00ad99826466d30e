// Which turns of several sessions may run at once.
#include <gtest/gtest.h>

#include <map>

#include "core/pipeline/lanes/lanes_fixture.hpp"

namespace openclaw::pipeline {
namespace {

TEST(Lanes, BeginTakesAFreeLaneForAMessageThatHasNoIdYet) {
  Lanes lanes(options("collect"), 7);
  EXPECT_FALSE(lanes.begin("a", message(0))) << "its quiet time comes first";
  EXPECT_EQ(lanes.lane_count(), 0U);
  const auto epoch = lanes.begin("a", request(0));
  ASSERT_EQ(epoch, 7U);
  EXPECT_FALSE(lanes.begin("a", request(0)));
  lanes.enqueue("a", request(2), kT);
  EXPECT_FALSE(lanes.next(kT));
  const LaneTurn turn = lanes.begun("a", 1);
  EXPECT_EQ(turn.ids, Ids{1});
  EXPECT_EQ(turn.epoch, 7U);
  EXPECT_TRUE(turn.claimed);
  lanes.requeue("a", turn.ids, kT);
  lanes.release("a", turn.epoch);
  const auto again = lanes.next(kT);
  ASSERT_TRUE(again);
  EXPECT_EQ(again->ids, Ids{1});
  EXPECT_FALSE(again->claimed);
}

TEST(Lanes, WithoutAQuietTimeAMessageOfAFreeLaneBeginsAtOnce) {
  LaneOptions at_once = options("collect");
  at_once.debounce = Millis(0);
  Lanes lanes(at_once, 7);
  EXPECT_EQ(lanes.begin("a", message(0)), 7U);
  EXPECT_FALSE(lanes.begin("a", message(0))) << "it is collected while the turn runs";
  lanes.enqueue("a", message(2), kT);
  lanes.enqueue("a", message(3), kT);
  EXPECT_EQ(lanes.begun("a", 1).ids, Ids{1});
  lanes.release("a", 7);
  EXPECT_EQ(lanes.next(kT)->ids, (Ids{2, 3}));
  at_once.mode = "interrupt";
  EXPECT_FALSE(Lanes(at_once, 1).begin("a", message(0))) << "there is no turn yet to interrupt";
}

TEST(Lanes, BeginOvertakesNobodyWhoWaitsForASlot) {
  Lanes lanes(options("followup"), 1);
  for (const char* session : {"a", "b", "c", "d"}) EXPECT_TRUE(lanes.begin(session, message(0)));
  EXPECT_FALSE(lanes.begin("e", message(0)));
  lanes.enqueue("f", message(6), kT);
  EXPECT_FALSE(lanes.next(kT));
  lanes.release("a", 1);
  EXPECT_FALSE(lanes.begin("e", message(0)));
  EXPECT_EQ(lanes.next(kT)->session, "f");
}

TEST(Lanes, ATurnThatStoresItsAnswerLetsAnotherStartButNotInItsLane) {
  LaneOptions one = options("followup");
  one.concurrency = 1;
  Lanes lanes(one, 1);
  for (std::uint64_t id = 1; id <= 2; ++id) {
    lanes.enqueue("a", message(id), kT);
    lanes.enqueue("b", message(id + 2), kT);
  }
  const auto first = lanes.next(kT);
  ASSERT_EQ(first->session, "a");
  EXPECT_FALSE(lanes.next(kT));
  EXPECT_TRUE(lanes.free_slot("a", first->epoch));
  EXPECT_FALSE(lanes.free_slot("a", first->epoch));
  const auto second = lanes.next(kT);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->session, "b");
  EXPECT_TRUE(lanes.release("a", first->epoch));
  EXPECT_EQ(lanes.slots().held(), 1U);  // b's: a's was free already
  EXPECT_FALSE(lanes.next(kT));
  EXPECT_TRUE(lanes.release("b", second->epoch));
  EXPECT_EQ(lanes.next(kT)->session, "a");
}

TEST(Lanes, WhileSlotsComeFreeQuicklyAFewTurnsAreClaimedAhead) {
  LaneOptions one = options("followup");
  one.concurrency = 1;
  Lanes lanes(one, 1);
  for (std::uint64_t id = 1; id <= 4; ++id) {
    lanes.enqueue(std::string(1, static_cast<char>('a' + id - 1)), message(id), kT);
  }
  const auto a = lanes.next(kT);
  EXPECT_FALSE(lanes.take_slot("a", a->epoch + 1)) << "another's epoch";
  EXPECT_TRUE(lanes.take_slot("a", a->epoch));
  EXPECT_FALSE(lanes.next(kT)) << "nothing came free during that claim";
  lanes.free_slot("a", a->epoch);
  const auto b = lanes.next(kT);
  lanes.release("a", a->epoch);
  EXPECT_FALSE(lanes.next(kT));
  EXPECT_TRUE(lanes.take_slot("b", b->epoch));
  lanes.release("b", b->epoch);
  const auto c = lanes.next(kT);
  lanes.release("c", c->epoch);  // ended before it was claimed: no slot came free
  const auto d = lanes.next(kT);
  EXPECT_TRUE(lanes.take_slot("d", d->epoch));
  EXPECT_EQ(lanes.slots().held(), 1U);
}

TEST(Lanes, ATurnThatWaitsForItsSlotIsNamedWhenItGetsIt) {
  LaneOptions two = options("followup");
  two.concurrency = 2;
  Lanes lanes(two, 1);
  std::map<std::string, std::uint64_t> epochs;
  const auto claim = [&](const char* session) {
    const auto epoch = lanes.begin(session, message(0));
    epochs[session] = epoch.value_or(0);
    return epoch.has_value();
  };
  const auto take = [&](const char* session) { return lanes.take_slot(session, epochs[session]); };
  ASSERT_TRUE(claim("a") && claim("b"));
  ASSERT_TRUE(take("a"));
  lanes.release("a", epochs["a"]);
  ASSERT_TRUE(take("b"));
  ASSERT_TRUE(claim("c") && claim("d")) << "one of them ahead";
  ASSERT_FALSE(claim("e"));
  EXPECT_TRUE(take("c"));
  EXPECT_FALSE(take("d"));
  EXPECT_FALSE(lanes.grant());
  lanes.free_slot("b", epochs["b"]);
  EXPECT_EQ(lanes.grant(), "d");
  EXPECT_FALSE(lanes.grant());
  for (const char* session : {"b", "c", "d"}) EXPECT_TRUE(lanes.release(session, epochs[session]));
  EXPECT_EQ(lanes.slots().held(), 0U);
}

TEST(Lanes, LastTriesRunOneAfterAnotherAndHoldUpNobodyElse) {
  Lanes lanes(options("collect"), 1);
  for (const char* session : {"a", "b", "c"}) {
    lanes.recover(session, {1, false, 100, true});
    lanes.recover(session, {2, false, 100});
  }
  lanes.recover("d", {3, false, 100});
  const auto first = lanes.next(kT);
  ASSERT_EQ(first->session, "a");
  EXPECT_EQ(first->ids, Ids{1}) << "nothing is collected with it";
  EXPECT_EQ(lanes.next(kT)->session, "d");
  EXPECT_FALSE(lanes.next(kT));
  lanes.enqueue("b", message(4), kT);
  EXPECT_FALSE(lanes.next(kT + std::chrono::hours(1)));
  lanes.release("a", first->epoch);
  std::map<std::string, Ids> ran;
  std::uint64_t second = 0;
  while (const auto turn = lanes.next(kT + std::chrono::hours(1))) {
    ran[turn->session] = turn->ids;
    if (turn->session == "b") second = turn->epoch;
  }
  EXPECT_EQ(ran, (std::map<std::string, Ids>{{"a", {2}}, {"b", {1}}}));
  lanes.release("b", second);
  ran.clear();
  while (const auto turn = lanes.next(kT + std::chrono::hours(1))) ran[turn->session] = turn->ids;
  EXPECT_EQ(ran, (std::map<std::string, Ids>{{"b", {2, 4}}, {"c", {1}}}));
}

TEST(Lanes, ALastTryIsNotCollectedBehindAnother) {
  Lanes lanes(options("collect"), 1);
  lanes.recover("a", {1, false, 100});
  lanes.recover("a", {2, false, 100, true});
  EXPECT_EQ(lanes.next(kT)->ids, Ids{1});
}

// Whoever was called from the park may be cleared, or lose its last try, before its turn.
TEST(Lanes, AParkedSessionRunsAlthoughTheOneCalledBeforeItIsCleared) {
  LaneOptions two = options("collect");
  two.concurrency = 2;
  Lanes lanes(two, 1);
  for (const char* session : {"a", "b", "c"}) lanes.recover(session, {1, false, 100, true});
  for (const char* session : {"d", "e"}) lanes.recover(session, {2, false, 100});
  std::map<std::string, std::uint64_t> epochs;
  const auto start = [&] {
    const auto turn = lanes.next(kT);
    if (!turn) return std::string("(nobody)");
    epochs[turn->session] = turn->epoch;
    return turn->session;
  };
  EXPECT_EQ(start(), "a");
  EXPECT_EQ(start(), "d");
  EXPECT_EQ(start(), "(nobody)");
  lanes.release("a", epochs["a"]);
  EXPECT_EQ(start(), "e") << "b is called, and stands behind it";
  EXPECT_EQ(lanes.clear("b"), Ids{1});
  lanes.release("d", epochs["d"]);
  EXPECT_EQ(start(), "c") << "it was parked behind b, which is gone";
}

TEST(Lanes, AParkedSessionIsClearedLikeAnyOther) {
  Lanes lanes(options("collect"), 1);
  for (const char* session : {"a", "b"}) lanes.recover(session, {1, false, 100, true});
  const auto first = lanes.next(kT);
  EXPECT_FALSE(lanes.next(kT));
  EXPECT_EQ(lanes.clear("b"), Ids{1});
  lanes.requeue("a", first->ids, kT);
  EXPECT_TRUE(lanes.release("a", first->epoch));
  EXPECT_EQ(lanes.next(kT)->session, "a") << "a last try that is repeated stays one";
  EXPECT_EQ(lanes.lane_count(), 1U);
}

}  // namespace
}  // namespace openclaw::pipeline
