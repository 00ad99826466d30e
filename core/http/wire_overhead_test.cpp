#include "core/http/wire_overhead.hpp"

#include <gtest/gtest.h>

namespace openclaw::http {
namespace {

using std::chrono::seconds;
constexpr runtime::TimePoint kT{};
constexpr std::uint64_t kBurst = 1000, kRate = WireOverhead::per_second;

TEST(WireOverhead, WhatBecomesMessagesIsNoOverheadHoweverMuchItIs) {
  WireOverhead overhead(kBurst, kT);
  std::uint64_t read = 0;
  for (int s = 1; s <= 100; ++s) {
    overhead.delivered(50 * kRate);
    read += 50 * kRate + 100;
    EXPECT_TRUE(overhead.check(read, kT + seconds(s)));
  }
}

TEST(WireOverhead, AMessageUnderWayCountsUntilItIsWhole) {
  WireOverhead overhead(kBurst, kT);
  EXPECT_TRUE(overhead.check(kBurst, kT));
  overhead.delivered(kBurst - 10);
  EXPECT_TRUE(overhead.check(kBurst, kT));
  EXPECT_TRUE(overhead.check(2 * kBurst - 10, kT));
  EXPECT_FALSE(overhead.check(2 * kBurst - 9, kT + std::chrono::microseconds(1)));
}

TEST(WireOverhead, AFewPingsForEverAreFineAFloodIsNot) {
  WireOverhead overhead(kBurst, kT);
  for (int s = 1; s <= 100; ++s) {
    EXPECT_TRUE(overhead.check(kRate * static_cast<std::uint64_t>(s), kT + seconds(s)));
  }
  EXPECT_FALSE(overhead.check(kRate * 102 + kBurst + 1, kT + seconds(101)));
}

TEST(WireOverhead, QuietTimesAreNotSavedUp) {
  WireOverhead overhead(kBurst, kT);
  EXPECT_TRUE(overhead.check(0, kT + seconds(3600)));
  EXPECT_FALSE(overhead.check(kBurst + 1, kT + seconds(3600)));
}

}  // namespace
}  // namespace openclaw::http
