#include "core/retention/sweep_clock.hpp"

#include <gtest/gtest.h>

namespace openclaw::retention {
namespace {

constexpr std::int64_t kHourMs = 3600 * 1000, kDayMs = 24 * kHourMs, kKeep = 8 * kDayMs;

struct World {
  void pass(std::int64_t ms) {
    now.unix_ms += ms;
    now.boot_ms += ms;
  }
  bool sweeps() { return clock.look(now).sweep; }

  SweepClock::Now now{1'700'000'000'000, 20'000};
  SweepClock clock{now, kKeep};
};

TEST(SweepClock, SweepsWhileTheCalendarIsSteady) {
  World w;
  for (int hour = 0; hour < 24 * 30; ++hour) {
    w.pass(kHourMs);
    w.now.unix_ms += 2;  // what a time server corrects
    EXPECT_TRUE(w.sweeps()) << hour;
  }
}

TEST(SweepClock, WhatWasWrittenBeforeAJumpIsKeptForTheWholeTime) {
  World w;
  w.pass(60'000);
  EXPECT_TRUE(w.sweeps());
  const std::int64_t written = w.now.boot_ms;
  w.now.unix_ms += 61 * kDayMs;
  const auto verdict = w.clock.look(w.now);
  EXPECT_FALSE(verdict.sweep);
  EXPECT_EQ(verdict.moved_ms, 61 * kDayMs);
  EXPECT_EQ(w.clock.look(w.now).moved_ms, 0) << "said once";
  while (!w.sweeps()) w.pass(kHourMs);
  EXPECT_GE(w.now.boot_ms - written, kKeep);
  EXPECT_LE(w.now.boot_ms - written, kKeep + 2 * kHourMs) << "and not for ever";
}

TEST(SweepClock, AJumpBackCountsAsWell) {
  World w;
  w.now.unix_ms -= 2 * kHourMs;
  EXPECT_FALSE(w.sweeps());
  w.pass(kKeep);
  EXPECT_TRUE(w.sweeps());
}

TEST(SweepClock, EachJumpBeginsTheWaitAnew) {
  World w;
  w.now.unix_ms += 61 * kDayMs;
  EXPECT_FALSE(w.sweeps());
  w.pass(kKeep - kHourMs);
  w.now.unix_ms -= 61 * kDayMs;
  EXPECT_FALSE(w.sweeps());
  w.pass(2 * kHourMs);
  EXPECT_FALSE(w.sweeps());
  w.pass(kKeep);
  EXPECT_TRUE(w.sweeps());
}

TEST(SweepClock, WhoseCalendarIsNotTheStoresRemovesNothing) {
  for (const std::int64_t ahead : {40 * kDayMs, -40 * kDayMs}) {
    World w;
    w.pass(60'000);
    w.now.store_ms = w.now.unix_ms - ahead;
    const auto verdict = w.clock.look(w.now);
    EXPECT_FALSE(verdict.sweep) << "wrong from the start: nothing moved";
    EXPECT_EQ(verdict.moved_ms, 0);
    EXPECT_EQ(verdict.differs_ms, ahead);
    w.now.store_ms = w.now.unix_ms - 2'000;
    EXPECT_TRUE(w.sweeps()) << "the store's was set right";
  }
}

TEST(SweepClock, ASleepOfTheMachineIsNoJump) {
  World w;
  w.pass(30 * kDayMs);  // both clocks count on
  EXPECT_TRUE(w.sweeps());
}

}  // namespace
}  // namespace openclaw::retention
