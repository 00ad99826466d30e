#include "openclaw/cpp/channel/pace.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

namespace openclaw::sdk {
namespace {

constexpr std::int64_t kStart = 1'000'000;

/// True when `who` went now.
bool go(Pace& pace, const std::string& who, std::int64_t now) {
  if (pace.due(who, now) > now) return false;
  pace.take(who, now);
  return true;
}

TEST(Pace, LetsABurstThroughAndNamesTheRestTheirMoments) {
  Pace pace(100, 3);
  for (const char* who : {"a", "b", "c"}) EXPECT_TRUE(go(pace, who, kStart)) << who;
  EXPECT_EQ(pace.due("d", kStart), kStart + 100);
  EXPECT_EQ(pace.due("e", kStart), kStart + 200);
  EXPECT_EQ(pace.due("d", kStart + 50), kStart + 100) << "the same when asked again";
  EXPECT_TRUE(go(pace, "d", kStart + 100));
  EXPECT_FALSE(go(pace, "e", kStart + 100));
  EXPECT_TRUE(go(pace, "e", kStart + 200));
}

TEST(Pace, NoNewcomerGoesBeforeWhoWasToldToComeBack) {
  Pace pace(100, 1);
  EXPECT_TRUE(go(pace, "a", kStart));
  EXPECT_EQ(pace.due("b", kStart), kStart + 100);
  EXPECT_EQ(pace.due("new", kStart + 100), kStart + 200) << "b may come any moment";
  EXPECT_TRUE(go(pace, "b", kStart + 130));
  EXPECT_EQ(pace.due("new", kStart + 200), kStart + 230) << "b was late, so all are";
  EXPECT_TRUE(go(pace, "new", kStart + 230));
}

TEST(Pace, WhoIsLateHasNotLostTheirPlace) {
  Pace pace(100, 1);
  go(pace, "a", kStart);
  pace.due("b", kStart);
  EXPECT_TRUE(go(pace, "b", kStart + Pace::kGraceMs));
}

TEST(Pace, AfterAStallTheRateHoldsAndTheOrderStays) {
  Pace pace(100, 2);
  const std::vector<std::string> people = {"a", "b", "c", "d", "e", "f"};
  for (const auto& who : people) {
    if (pace.due(who, kStart) == kStart) pace.take(who, kStart);
  }
  // Nobody comes for two seconds, then all who wait do, again and again when they are told.
  std::map<std::string, std::int64_t> back;
  for (const auto& who : people) {
    if (who != "a" && who != "b") back[who] = kStart + 2'000;
  }
  std::vector<std::string> went;
  std::vector<std::int64_t> times;
  for (std::int64_t now = kStart + 2'000; now < kStart + 4'000; ++now) {
    for (auto& [who, at] : back) {
      if (at != now) continue;
      at = pace.due(who, now);
      if (at > now) continue;
      pace.take(who, now);
      went.push_back(who);
      times.push_back(now - kStart - 2'000);
    }
  }
  EXPECT_EQ(went, (std::vector<std::string>{"c", "d", "e", "f"}));
  EXPECT_EQ(times, (std::vector<std::int64_t>{0, 0, 100, 200}));
}

TEST(Pace, ForgetsWhoNeverComes) {
  Pace pace(100, 1);
  go(pace, "a", kStart);
  pace.due("gone", kStart);
  EXPECT_FALSE(pace.idle(kStart + Pace::kGraceMs));
  EXPECT_TRUE(pace.idle(kStart + Pace::kGraceMs + 101));
  EXPECT_TRUE(go(pace, "b", kStart + Pace::kGraceMs + 101));
}

TEST(Pace, PromisesAreBoundedAndTheRestHearWhenThoseAreThrough) {
  Pace pace(1, 1);
  go(pace, "first", kStart);
  for (std::size_t i = 0; i < Pace::kMaxPromises; ++i) pace.due(std::to_string(i), kStart);
  const auto end = kStart + 1 + static_cast<std::int64_t>(Pace::kMaxPromises);
  EXPECT_EQ(pace.due("over", kStart), end);
  EXPECT_EQ(pace.due("too", kStart), end);
}

TEST(Pace, WhatMayAsWellNotGoLeavesAPlaceAndWaitsForNobody) {
  Pace pace(1'000, 3);
  EXPECT_TRUE(pace.has_spare(0));
  pace.take({}, 0);
  EXPECT_TRUE(pace.has_spare(0));
  pace.take({}, 0);
  EXPECT_FALSE(pace.has_spare(0)) << "the third place is for a send";
  EXPECT_EQ(pace.due("a", 0), 0);
  pace.take("a", 0);
  EXPECT_GT(pace.due("b", 0), 0);
  EXPECT_FALSE(pace.has_spare(100'000)) << "b waits";
}

}  // namespace
}  // namespace openclaw::sdk
