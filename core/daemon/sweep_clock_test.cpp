#include "core/daemon/sweep_clock.hpp"

#include <gtest/gtest.h>

namespace openclaw::daemon {
namespace {

constexpr std::int64_t kHour = 3600 * 1000, kDay = 24 * kHour, kKeep = 8 * kDay;

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
    w.pass(kHour);
    w.now.unix_ms += 2;  // what a time server corrects
    EXPECT_TRUE(w.sweeps()) << hour;
  }
}

TEST(SweepClock, WhatWasWrittenBeforeAJumpIsKeptForTheWholeTime) {
  World w;
  w.pass(60'000);
  EXPECT_TRUE(w.sweeps());
  const std::int64_t written = w.now.boot_ms;
  w.now.unix_ms += 61 * kDay;
  const auto verdict = w.clock.look(w.now);
  EXPECT_FALSE(verdict.sweep);
  EXPECT_EQ(verdict.moved_ms, 61 * kDay);
  EXPECT_EQ(w.clock.look(w.now).moved_ms, 0) << "said once";
  while (!w.sweeps()) w.pass(kHour);
  EXPECT_GE(w.now.boot_ms - written, kKeep);
  EXPECT_LE(w.now.boot_ms - written, kKeep + 2 * kHour) << "and not for ever";
}

TEST(SweepClock, AJumpBackCountsAsWell) {
  World w;
  w.now.unix_ms -= 2 * kHour;
  EXPECT_FALSE(w.sweeps());
  w.pass(kKeep);
  EXPECT_TRUE(w.sweeps());
}

TEST(SweepClock, EachJumpBeginsTheWaitAnew) {
  World w;
  w.now.unix_ms += 61 * kDay;
  EXPECT_FALSE(w.sweeps());
  w.pass(kKeep - kHour);
  w.now.unix_ms -= 61 * kDay;
  EXPECT_FALSE(w.sweeps());
  w.pass(2 * kHour);
  EXPECT_FALSE(w.sweeps());
  w.pass(kKeep);
  EXPECT_TRUE(w.sweeps());
}

TEST(SweepClock, ASleepOfTheMachineIsNoJump) {
  World w;
  w.pass(30 * kDay);  // both clocks count on
  EXPECT_TRUE(w.sweeps());
}

}  // namespace
}  // namespace openclaw::daemon
