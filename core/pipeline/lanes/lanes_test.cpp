#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <map>
#include <random>

#include "core/pipeline/lanes/lanes_fixture.hpp"

namespace openclaw::pipeline {
namespace {

TEST(Lanes, AMessageWaitsForTheQuietTime) {
  Lanes lanes(options("collect"), 7);
  lanes.enqueue("a", message(1), kT);
  EXPECT_FALSE(lanes.next(kT + Millis(499)));
  EXPECT_EQ(lanes.wake_at(), kT + Millis(500));
  const auto turn = lanes.next(kT + Millis(500));
  ASSERT_TRUE(turn);
  EXPECT_EQ(turn->session, "a");
  EXPECT_EQ(turn->epoch, 7U);
  EXPECT_EQ(turn->ids, Ids{1});
  EXPECT_EQ(lanes.running("a"), 7U);
  EXPECT_FALSE(lanes.wake_at());
}

TEST(Lanes, WhoNeverPausesIsAnsweredAllTheSame) {
  Lanes lanes(options("collect"), 1);
  TimePoint t = kT;
  for (std::uint64_t id = 1; id <= 10 && !lanes.next(t); ++id, t += Millis(400))
    lanes.enqueue("a", message(id), t);
  EXPECT_EQ(lanes.slots().held(), 1U);
  EXPECT_LE(t, kT + Millis(3000));
}

TEST(Lanes, CollectAnswersTogetherWhatArrivedDuringATurn) {
  Lanes lanes(options("collect"), 1);
  lanes.enqueue("a", message(1), kT);
  const auto first = lanes.next(kT + Millis(500));
  lanes.enqueue("a", message(2), kT + Millis(600));
  lanes.enqueue("a", message(3), kT + Millis(700));
  EXPECT_FALSE(lanes.next(kT + std::chrono::minutes(1)));
  EXPECT_TRUE(lanes.release("a", first->epoch));
  const auto second = lanes.next(kT + std::chrono::minutes(1));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->ids, (Ids{2, 3}));
  EXPECT_GT(second->epoch, first->epoch);
}

TEST(Lanes, FollowupAnswersOneByOneAndAtOnce) {
  Lanes lanes(options("followup"), 1);
  lanes.enqueue("a", message(1), kT);
  lanes.enqueue("a", message(2), kT);
  const auto first = lanes.next(kT);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->ids, Ids{1});
  EXPECT_FALSE(lanes.next(kT));
  lanes.release("a", first->epoch);
  EXPECT_EQ(lanes.next(kT)->ids, Ids{2});
}

TEST(Lanes, AnHttpRequestIsItsOwnTurnAtOnce) {
  Lanes lanes(options("collect"), 1);
  lanes.enqueue("a", message(1), kT);
  lanes.enqueue("a", request(2), kT);
  lanes.enqueue("a", message(3), kT);
  std::vector<Ids> turns;
  for (TimePoint t = kT; t < kT + Millis(3000); t += Millis(100)) {
    const auto turn = lanes.next(t);
    if (!turn) continue;
    turns.push_back(turn->ids);
    lanes.release("a", turn->epoch);
  }
  EXPECT_EQ(turns, (std::vector<Ids>{{1}, {2}, {3}}));
  lanes.enqueue("b", request(4), kT);
  EXPECT_EQ(lanes.next(kT)->ids, Ids{4});
}

TEST(Lanes, InterruptAsksToCancelATurnButNotAnHttpRequest) {
  Lanes lanes(options("interrupt"), 1);
  EXPECT_FALSE(lanes.enqueue("a", message(1), kT).interrupt);
  const auto turn = lanes.next(kT + Millis(500));
  EXPECT_FALSE(lanes.enqueue("a", request(2), kT).interrupt);
  EXPECT_TRUE(lanes.enqueue("a", message(3), kT).interrupt);
  lanes.release("a", turn->epoch);
  ASSERT_EQ(lanes.next(kT + Millis(500))->ids, Ids{2});
  EXPECT_FALSE(lanes.enqueue("a", message(4), kT).interrupt);
}

TEST(Lanes, NewRefusesAndTellsOnce) {
  Lanes lanes(options("collect", "new", 2), 1);
  lanes.enqueue("a", message(1), kT);
  EXPECT_FALSE(lanes.would_refuse("a"));
  lanes.enqueue("a", message(2), kT);
  EXPECT_TRUE(lanes.would_refuse("a"));
  EXPECT_FALSE(lanes.would_refuse("b"));
  const auto first = lanes.enqueue("a", message(3), kT), again = lanes.enqueue("a", message(4), kT);
  EXPECT_FALSE(first.accepted);
  EXPECT_TRUE(first.tell_sender);
  EXPECT_FALSE(again.tell_sender);
  EXPECT_EQ(lanes.waiting(), 2U);
}

TEST(Lanes, OldDropsTheOldestAndTellsOnce) {
  Lanes lanes(options("collect", "old", 2), 1);
  lanes.enqueue("a", request(1), kT);
  lanes.enqueue("a", message(2), kT);
  const auto third = lanes.enqueue("a", message(3), kT);
  EXPECT_TRUE(third.accepted);
  EXPECT_TRUE(third.tell_sender);
  EXPECT_EQ(third.dropped, Ids{2});  // never the HTTP request
  EXPECT_FALSE(lanes.enqueue("a", message(4), kT).tell_sender);
  EXPECT_EQ(lanes.waiting("a"), 2U);
}

TEST(Lanes, SummarizeAbbreviatesTheOldestOverTheCap) {
  Lanes lanes(options("collect", "summarize", 2), 1);
  for (std::uint64_t id = 1; id <= 5; ++id)
    EXPECT_TRUE(lanes.enqueue("a", message(id), kT).accepted);
  const auto turn = lanes.next(kT + Millis(500));
  EXPECT_EQ(turn->ids, (Ids{1, 2, 3, 4, 5}));
  EXPECT_EQ(turn->abbreviated, (Ids{1, 2, 3}));
}

TEST(Lanes, WhatIsOverTheCapIsAbbreviatedThoughATurnTakesThirtyAtMost) {
  Lanes lanes(options("collect", "summarize", 20), 1);
  for (std::uint64_t id = 1; id <= 61; ++id) lanes.enqueue("a", message(id), kT);
  std::vector<std::size_t> sizes, abbreviated;
  while (const auto turn = lanes.next(kT + Millis(500))) {
    sizes.push_back(turn->ids.size());
    abbreviated.push_back(turn->abbreviated.size());
    lanes.release("a", turn->epoch);
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{30, 30, 1}));
  EXPECT_EQ(abbreviated, (std::vector<std::size_t>{30, 11, 0})) << "but for the last twenty";
}

TEST(Lanes, SummarizeIsBoundedToo) {
  Lanes lanes(options("collect"), 1);
  std::uint64_t id = 1;
  while (!lanes.would_refuse("a")) lanes.enqueue("a", message(id++), kT);
  EXPECT_EQ(lanes.waiting("a"), 1000U);
  EXPECT_FALSE(lanes.enqueue("a", message(id), kT).accepted);
}

TEST(Lanes, HttpRequestsOverTheCapAreRefusedUnderEveryPolicy) {
  for (const char* drop : {"new", "old", "summarize"}) {
    Lanes lanes(options("collect", drop, 2), 1);
    lanes.enqueue("a", request(1), kT);
    lanes.enqueue("a", request(2), kT);
    EXPECT_FALSE(lanes.enqueue("a", request(3), kT).accepted) << drop;
  }
}

TEST(Lanes, RunsNoMoreTurnsThanAllowed) {
  Lanes lanes(options("followup"), 1);
  for (std::uint64_t id = 1; id <= 6; ++id) lanes.enqueue(std::to_string(id), message(id), kT);
  std::vector<LaneTurn> turns;
  while (auto turn = lanes.next(kT)) turns.push_back(*turn);
  EXPECT_EQ(turns.size(), 4U);
  lanes.release(turns[0].session, turns[0].epoch);
  EXPECT_TRUE(lanes.next(kT));
  EXPECT_FALSE(lanes.next(kT));
}

TEST(Lanes, ReleaseIsFencedByTheEpoch) {
  Lanes lanes(options("followup"), 5);
  lanes.enqueue("a", message(1), kT);
  lanes.next(kT);
  EXPECT_FALSE(lanes.release("a", 4));
  EXPECT_FALSE(lanes.release("b", 5));
  EXPECT_TRUE(lanes.release("a", 5));
  EXPECT_FALSE(lanes.release("a", 5));
  EXPECT_EQ(lanes.slots().held(), 0U);
}

TEST(Lanes, AFailedTurnIsRepeatedInFrontAndAlone) {
  Lanes lanes(options("collect"), 1);
  for (std::uint64_t id = 1; id <= 2; ++id) lanes.enqueue("a", message(id), kT);
  auto turn = lanes.next(kT + Millis(500));
  lanes.enqueue("a", message(3), kT + Millis(600));
  lanes.requeue("a", turn->ids, kT + Millis(9000));
  lanes.release("a", turn->epoch);
  EXPECT_FALSE(lanes.next(kT + Millis(8999)));
  EXPECT_EQ(lanes.wake_at(), kT + Millis(9000));
  turn = lanes.next(kT + Millis(9000));
  EXPECT_EQ(turn->ids, (Ids{1, 2}));
  lanes.release("a", turn->epoch);
  EXPECT_EQ(lanes.next(kT + Millis(9000))->ids, Ids{3});
}

TEST(Lanes, RequeueAfterReleaseKeepsTheMessagesToo) {
  Lanes lanes(options("followup"), 1);
  lanes.enqueue("a", message(1), kT);
  lanes.enqueue("a", message(2), kT);
  const auto turn = lanes.next(kT);
  lanes.release("a", turn->epoch);
  lanes.requeue("a", turn->ids, kT);
  EXPECT_EQ(lanes.next(kT)->ids, Ids{1});
}

TEST(Lanes, StopRemovesWhatWaitsAndLeavesTheRunningTurn) {
  Lanes lanes(options("followup"), 1);
  for (std::uint64_t id = 1; id <= 3; ++id) lanes.enqueue("a", message(id), kT);
  const auto turn = lanes.next(kT);
  EXPECT_EQ(lanes.clear("a"), (Ids{2, 3}));
  EXPECT_EQ(lanes.running("a"), turn->epoch);
  lanes.release("a", turn->epoch);
  EXPECT_EQ(lanes.lane_count(), 0U);
  lanes.enqueue("b", message(4), kT);
  EXPECT_EQ(lanes.clear("b"), Ids{4});
  EXPECT_TRUE(lanes.clear("nobody").empty());
  EXPECT_EQ(lanes.lane_count(), 0U);
  EXPECT_EQ(lanes.waiting(), 0U);
}

TEST(LaneGuard, ReleasesOnceHoweverTheTurnEnds) {
  Lanes lanes(options("followup"), 1);
  int asked = 0;
  lanes.enqueue("a", message(1), kT);
  {
    LaneGuard guard(lanes, "a", lanes.next(kT)->epoch, [&] { ++asked; });
    LaneGuard moved(std::move(guard));
    EXPECT_TRUE(moved.owns());
    EXPECT_EQ(lanes.slots().held(), 1U);
  }
  EXPECT_EQ(lanes.slots().held(), 0U);
  EXPECT_EQ(asked, 1);
}

/// One second of work a turn; how long the light sessions wait for theirs.
double mean_delay_of_light_sessions(std::size_t flood, std::uint32_t flood_bytes, unsigned seed) {
  Lanes lanes({"followup", Millis(0), 20, "summarize", 4}, 1);
  std::mt19937 random(seed);
  for (std::uint64_t id = 1; id <= flood; ++id) lanes.recover("flood", {id, false, flood_bytes});
  std::map<std::uint64_t, int> sent;  // light id → second
  std::vector<LaneTurn> turns;
  double delay = 0;
  std::uint64_t id = 1'000'000, answered = 0;
  for (int second = 0; second < 2000; ++second) {
    const TimePoint now = kT + std::chrono::seconds(second);
    for (const auto& t : turns) lanes.release(t.session, t.epoch);
    turns.clear();
    for (auto n = random() % 5; n-- > 0;) {  // 2 a second on average, 3 slots are left
      sent[++id] = second;
      lanes.enqueue("light" + std::to_string(random() % 50), message(id), now);
    }
    while (auto turn = lanes.next(now)) {
      if (const auto at = sent.find(turn->ids[0]); at != sent.end()) {
        delay += second - at->second;
        ++answered;
      }
      turns.push_back(std::move(*turn));
    }
  }
  return delay / static_cast<double>(answered);
}

TEST(Lanes, ASessionWithFiftyThousandWaitingDoesNotDelayTheOthers) {
  const unsigned seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  const double alone = mean_delay_of_light_sessions(0, 0, seed);
  EXPECT_LT(mean_delay_of_light_sessions(50'000, 100, seed), alone * 2 + 0.5);
  EXPECT_LT(mean_delay_of_light_sessions(50'000, 1'000'000, seed), alone * 2 + 0.5);
}

TEST(Lanes, LongMessagesCostTurns) {
  Lanes lanes({"followup", Millis(0), 20, "summarize", 1}, 1);
  for (std::uint64_t id = 1; id <= 1000; ++id) {
    lanes.recover("long", {id, false, 40'960});
    lanes.recover("short", {id + 1000, false, 100});
  }
  int longs = 0;
  for (int i = 0; i < 500; ++i) {
    const auto turn = lanes.next(kT);
    longs += turn->session == "long";
    lanes.release(turn->session, turn->epoch);
  }
  EXPECT_GT(longs, 30);  // not starved
  EXPECT_LT(longs, 60);  // a tenth of the turns for ten quanta a turn
}

TEST(Lanes, EveryAcceptedMessageRunsOnceInItsSessionsOrder) {
  const unsigned seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  for (const char* mode : {"collect", "followup", "interrupt"}) {
    std::mt19937 random(seed);
    Lanes lanes({mode, Millis(5), 4, "summarize", 3}, 1);
    std::map<std::string, Ids> sent, ran;
    std::vector<LaneTurn> running;
    std::uint64_t id = 0;
    TimePoint now = kT;
    for (int step = 0; step < 30'000 || lanes.waiting() + running.size() > 0; ++step) {
      now += Millis(1);
      if (step < 30'000 && random() % 2) {
        const std::string session = std::to_string(random() % 10);
        if (lanes
                .enqueue(session,
                         {++id, random() % 8 == 0, static_cast<std::uint32_t>(random() % 9000),
                          random() % 8 == 0},
                         now)
                .accepted)
          sent[session].push_back(id);
      }
      while (auto turn = lanes.next(now)) running.push_back(std::move(*turn));
      ASSERT_LE(running.size(), 3U);
      ASSERT_EQ(running.size(), lanes.slots().held());
      if (running.empty() || random() % 3) continue;
      const std::size_t which = random() % running.size();
      LaneTurn over = running[which];
      running.erase(running.begin() + static_cast<std::ptrdiff_t>(which));
      if (random() % 4 == 0) {
        lanes.requeue(over.session, over.ids, now + Millis(random() % 10));
      } else {
        auto& list = ran[over.session];
        list.insert(list.end(), over.ids.begin(), over.ids.end());
      }
      ASSERT_TRUE(lanes.release(over.session, over.epoch));
    }
    EXPECT_EQ(ran, sent) << mode << " seed " << seed;
    EXPECT_EQ(lanes.lane_count(), 0U);
  }
}

TEST(Lanes, HundredThousandSessionsAreQuick) {
  Lanes lanes({"collect", Millis(5), 20, "summarize", 100'000}, 1);
  const auto begin = std::chrono::steady_clock::now();
  for (std::uint64_t id = 1; id <= 100'000; ++id)
    lanes.enqueue(std::to_string(id), {id, false, 70'000}, kT);
  while (lanes.next(kT + Millis(5))) {
  }
  EXPECT_EQ(lanes.slots().held(), 100'000U);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(10));
}

}  // namespace
}  // namespace openclaw::pipeline
