#include "core/retention/forecast.hpp"

#include <gtest/gtest.h>

namespace openclaw::retention {
namespace {

constexpr std::int64_t kMoment = 1'700'000'000'000, kAnHour = 3'600'000;

/// Unused since so many hours, with 100 bytes in 2 entries each.
std::vector<pipeline::SessionRow> rows(const std::vector<int>& hours) {
  std::vector<pipeline::SessionRow> out;
  for (const int h : hours) {
    out.push_back({"s" + std::to_string(h), 2, 100, kMoment - h * kAnHour});
  }
  return out;
}

TEST(Forecast, NamesWhatGoesForEachLimit) {
  const auto found = forecast({.max_age_ms = 48 * kAnHour, .max_sessions = 5}, {8, 800}, kMoment,
                              rows({90, 50, 40, 30, 20, 10, 5, 1}), true);
  ASSERT_EQ(found.parts.size(), 2U);
  EXPECT_EQ(found.parts[0].reason, Reason::age);
  EXPECT_EQ(found.parts[0].sessions, 2U);
  EXPECT_EQ(found.parts[0].entries, 4U);
  EXPECT_EQ(found.parts[0].bytes, 200U);
  EXPECT_EQ(found.parts[1].reason, Reason::sessions);
  EXPECT_EQ(found.parts[1].sessions, 2U) << "six are left, four are the low water";
  ASSERT_EQ(found.sessions.size(), 4U);
  EXPECT_EQ(found.sessions[0].session, "s90");
  EXPECT_EQ(found.sessions[3].session, "s30");
  EXPECT_FALSE(found.more);
}

TEST(Forecast, WithinTheLimitsNothingGoes) {
  const auto found = forecast({.max_age_ms = 100 * kAnHour, .max_sessions = 8, .max_bytes = 800},
                              {8, 800}, kMoment, rows({90, 1}), true);
  EXPECT_TRUE(found.parts.empty());
  EXPECT_TRUE(found.sessions.empty());
  EXPECT_FALSE(found.more);
}

TEST(Forecast, BySizeTheTextsAreCounted) {
  const auto found = forecast({.max_bytes = 1'000}, {20, 1'050}, kMoment,
                              rows({30, 29, 28, 27, 26, 25, 24}), true);
  ASSERT_EQ(found.parts.size(), 1U);
  EXPECT_EQ(found.parts[0].reason, Reason::bytes);
  // Ten at a time, as the cleaner removes them before it looks again.
  EXPECT_EQ(found.parts[0].sessions, 7U);
}

TEST(Forecast, SaysWhatStaysAboveALimitSinceItWasUsedAMomentAgo) {
  const auto none = forecast({.max_sessions = 5, .max_bytes = 600}, {8, 800}, kMoment, {}, true);
  EXPECT_TRUE(none.parts.empty());
  EXPECT_EQ(none.over.sessions, 3U);
  EXPECT_EQ(none.over.bytes, 200U);
  const auto some = forecast({.max_sessions = 5}, {8, 800}, kMoment, rows({2, 1}), true);
  EXPECT_EQ(some.sessions.size(), 2U);
  EXPECT_EQ(some.over.sessions, 1U);
  EXPECT_EQ(some.over.bytes, 0U) << "sizes have no limit";
  const auto enough = forecast({.max_sessions = 5}, {8, 800}, kMoment, rows({5, 4, 3, 2}), true);
  EXPECT_EQ(enough.over.sessions, 0U);
  const auto unknown = forecast({.max_sessions = 5}, {8, 800}, kMoment, {}, false);
  EXPECT_EQ(unknown.over.sessions, 0U) << "there may be some that go";
}

TEST(Forecast, SaysWhenItCouldNotLookAtAll) {
  const auto found =
      forecast({.max_age_ms = kAnHour}, {1'000, 1}, kMoment, rows({90, 80, 70}), false);
  EXPECT_EQ(found.sessions.size(), 3U);
  EXPECT_TRUE(found.more);
  const auto enough =
      forecast({.max_age_ms = 75 * kAnHour}, {1'000, 1}, kMoment, rows({90, 80, 70}), false);
  EXPECT_EQ(enough.sessions.size(), 2U);
  EXPECT_FALSE(enough.more) << "the next one is young enough";
}

}  // namespace
}  // namespace openclaw::retention
