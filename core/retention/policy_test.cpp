#include "core/retention/policy.hpp"

#include <gtest/gtest.h>

namespace openclaw::retention {
namespace {

constexpr std::int64_t kToday = 1'000'000'000, kOneDay = 86'400'000;

TEST(RetentionPolicy, WithoutLimitsNothingGoes) {
  Policy policy({});
  policy.begin(true);
  EXPECT_FALSE(policy.next({1'000'000, 1ULL << 50U}, kToday));
}

TEST(RetentionPolicy, ByAgeAllThatIsOlderGoesUntilThereIsNoMore) {
  Policy policy({.max_age_ms = kOneDay});
  policy.begin(true);
  for (int i = 0; i < 3; ++i) {
    const auto order = policy.next({5, 5}, kToday);
    ASSERT_TRUE(order);
    EXPECT_EQ(order->reason, Reason::age);
    EXPECT_EQ(order->idle_before_ms, kToday - kOneDay);
    EXPECT_GT(order->at_most, 0U);
  }
  policy.exhausted(Reason::age);
  EXPECT_FALSE(policy.next({5, 5}, kToday));
  policy.begin(true);
  EXPECT_TRUE(policy.next({5, 5}, kToday)) << "the next look";
}

TEST(RetentionPolicy, WhileTheCalendarIsInDoubtNothingIsOld) {
  Policy policy({.max_age_ms = kOneDay, .max_sessions = 10});
  policy.begin(false);
  EXPECT_FALSE(policy.next({10, 0}, kToday));
  const auto order = policy.next({11, 0}, kToday);
  ASSERT_TRUE(order);
  EXPECT_EQ(order->reason, Reason::sessions) << "a number needs no calendar";
}

TEST(RetentionPolicy, ANumberIsFallenBelowByAFifth) {
  Policy policy({.max_sessions = 100});
  policy.begin(true);
  EXPECT_FALSE(policy.next({100, 0}, kToday)) << "as many as may be";
  const auto order = policy.next({101, 0}, kToday);
  ASSERT_TRUE(order);
  EXPECT_EQ(order->at_most, 21U);
  EXPECT_EQ(order->idle_before_ms, kToday - Policy::kYoungMs);
  EXPECT_EQ(policy.next({81, 0}, kToday)->at_most, 1U) << "goes on below the limit";
  EXPECT_FALSE(policy.next({80, 0}, kToday));
  EXPECT_FALSE(policy.next({95, 0}, kToday)) << "not again before the limit is passed";
}

TEST(RetentionPolicy, ASizeIsFallenBelowByAFifth) {
  Policy policy({.max_bytes = 1'000});
  policy.begin(true);
  EXPECT_FALSE(policy.next({9, 1'000}, kToday));
  ASSERT_TRUE(policy.next({9, 1'001}, kToday));
  EXPECT_EQ(policy.next({9, 900}, kToday)->reason, Reason::bytes);
  EXPECT_FALSE(policy.next({9, 800}, kToday));
}

TEST(RetentionPolicy, WhatIsInUseStaysAlsoOverALimit) {
  Policy policy({.max_sessions = 2, .max_bytes = 10});
  policy.begin(true);
  ASSERT_TRUE(policy.next({5, 50}, kToday));
  policy.exhausted(Reason::sessions);
  ASSERT_TRUE(policy.next({5, 50}, kToday));
  policy.exhausted(Reason::bytes);
  EXPECT_FALSE(policy.next({5, 50}, kToday));
  EXPECT_TRUE(policy.still_over({5, 50}));
  EXPECT_FALSE(policy.still_over({2, 10}));
  policy.begin(true);
  EXPECT_TRUE(policy.next({5, 50}, kToday)) << "tried again at the next look";
}

TEST(RetentionPolicy, SmallLimitsHaveALowWaterToo) {
  Policy one({.max_sessions = 1});
  one.begin(true);
  EXPECT_EQ(one.next({2, 0}, kToday)->at_most, 2U) << "80 % of one are none";
  Policy huge({.max_bytes = UINT64_MAX});
  huge.begin(true);
  EXPECT_FALSE(huge.next({0, UINT64_MAX}, kToday));
}

}  // namespace
}  // namespace openclaw::retention
