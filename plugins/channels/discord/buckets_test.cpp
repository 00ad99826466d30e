// The REST limits, with the clock in hand.
#include "buckets.hpp"

#include <gtest/gtest.h>

#include <set>

namespace openclaw::discord {
namespace {

const Route kRoute{"POST channels/messages", "channels/1"};

Answer ok(std::int64_t remaining, std::uint64_t reset_ms, const std::string& bucket = "b1") {
  Answer answer;
  answer.rate.bucket = bucket;
  answer.rate.remaining = remaining;
  answer.rate.reset_ms = reset_ms;
  return answer;
}
Answer failed(std::uint32_t status, std::uint64_t retry_ms = 0, bool global = false) {
  Answer answer;
  answer.error.emplace();
  answer.error->status = status;
  answer.error->retry_after_ms = retry_ms;
  answer.error->global = global;
  return answer;
}

TEST(Buckets, OneGoesFirstAndTellsTheLimit) {
  Buckets buckets;
  EXPECT_EQ(buckets.begin(kRoute, 1'000), 0U);
  EXPECT_EQ(buckets.begin(kRoute, 1'000), Buckets::kUnderWayMs);
  buckets.done(kRoute, ok(2, 5'000), 1'100);
  EXPECT_EQ(buckets.begin(kRoute, 1'200), 0U);
  EXPECT_EQ(buckets.begin(kRoute, 1'300), 0U);
  EXPECT_EQ(buckets.begin(kRoute, 1'400), 4'700U) << "both are under way";
}

TEST(Buckets, AnEmptyBucketIsWaitedFor) {
  Buckets buckets;
  buckets.begin(kRoute, 1'000);
  buckets.done(kRoute, ok(0, 5'000), 1'000);
  EXPECT_EQ(buckets.begin(kRoute, 2'000), 4'000U);
  EXPECT_EQ(buckets.begin({kRoute.name, "channels/2"}, 2'000), 0U) << "another channel";
  EXPECT_EQ(buckets.begin(kRoute, 6'000), 0U);
}

TEST(Buckets, RoutesOfOneBucketShareIt) {
  Buckets buckets;
  const Route other{"POST channels/typing", "channels/1"};
  buckets.begin(other, 1'000);
  buckets.done(other, ok(5, 10), 1'000);
  buckets.begin(kRoute, 2'000);
  buckets.done(kRoute, ok(0, 5'000), 2'000);
  EXPECT_EQ(buckets.begin(other, 3'000), 4'000U);
}

TEST(Buckets, A429HoldsItsBucketAndAGlobalOneEverything) {
  Buckets buckets;
  const Route other{kRoute.name, "channels/2"};
  buckets.begin(kRoute, 1'000);
  buckets.done(kRoute, failed(429, 3'000), 1'000);
  EXPECT_EQ(buckets.begin(kRoute, 1'000), 3'000U);
  EXPECT_EQ(buckets.begin(other, 1'000), 0U);
  buckets.done(other, failed(429, 2'000, true), 1'000);
  EXPECT_GE(buckets.begin(other, 1'000), 2'000U);
  EXPECT_LT(buckets.begin({"GET x", ""}, 1'000), 3'001U);
}

TEST(Buckets, AtMost50GoInASecondAndEachHearsAMomentOfItsOwn) {
  Buckets buckets;
  int gone = 0;
  std::set<std::uint32_t> moments;
  for (int i = 0; i < 200; ++i) {
    const auto ms = buckets.begin({kRoute.name, "channels/" + std::to_string(i)}, 1'000);
    if (ms < 1'000) ++gone;
    if (ms != 0) {
      EXPECT_TRUE(moments.insert(ms).second) << ms;
    }
  }
  EXPECT_LE(gone, 50);
  EXPECT_GE(gone, 40);
}

TEST(Buckets, StopsLongBeforeDiscordBansTheAddress) {
  Buckets buckets;
  std::int64_t now = 1'000'000;
  int sent = 0;
  for (int i = 0; i < 20'000; ++i, now += 25) {
    if (buckets.begin({"GET x", std::to_string(i)}, now) != 0) continue;
    ++sent;
    buckets.done({"GET x", std::to_string(i)}, failed(403), now);
  }
  EXPECT_EQ(sent, static_cast<int>(RefusalCount::kStop));
  EXPECT_NE(buckets.silent_ms(now), 0U);
  EXPECT_EQ(buckets.begin(kRoute, now + buckets.silent_ms(now)), 0U);
}

TEST(Buckets, ASharedLimitIsNotHeldAgainstUs) {
  Buckets buckets;
  for (int i = 0; i < 1'100; ++i) {
    Answer answer = failed(429, 1);
    answer.rate.shared = true;
    buckets.begin(kRoute, i * 100);
    buckets.done(kRoute, answer, i * 100);
  }
  EXPECT_EQ(buckets.silent_ms(110'000), 0U);
}

TEST(Buckets, ForgetsWhatIsOver) {
  Buckets buckets;
  for (int i = 0; i < 20'000; ++i) {
    const Route route{kRoute.name, "channels/" + std::to_string(i)};
    if (buckets.begin(route, i * 100) == 0) buckets.done(route, ok(4, 5'000), i * 100);
  }
  EXPECT_LT(buckets.remembered(), 2'200U);
}

TEST(Buckets, WhatGivesWayTakesNoPlaceAndGoesOnlyWhereThereIsRoom) {
  Buckets buckets;
  int gone = 0;
  for (int i = 0; i < 100; ++i) {
    if (buckets.begin_aside({"POST channels/typing", "channels/" + std::to_string(i)}, 1'000) ==
        0) {
      ++gone;
    }
  }
  EXPECT_GT(gone, 0);
  EXPECT_LT(gone, 10) << "the last is left to who must go";
  EXPECT_EQ(buckets.begin(kRoute, 1'000), 0U);
  EXPECT_LE(buckets.begin({kRoute.name, "channels/2"}, 1'000), 25U)
      << "none of those who were refused stands before it";
}

TEST(Buckets, WhatGivesWayKeepsToItsRoutesOwnLimitToo) {
  Buckets buckets;
  EXPECT_EQ(buckets.begin_aside(kRoute, 1'000), 0U);
  EXPECT_EQ(buckets.begin_aside(kRoute, 1'000), Buckets::kUnderWayMs);
  buckets.done(kRoute, ok(0, 5'000), 1'000);
  EXPECT_EQ(buckets.begin_aside(kRoute, 2'000), 4'000U);
}

TEST(RateHeaders, AreReadInAnyCaseAndGarbageIsAbsent) {
  RateHeaders rate;
  read_rate_header(rate, "X-RateLimit-Remaining", "4");
  read_rate_header(rate, "x-ratelimit-reset-after", "1.25");
  read_rate_header(rate, "X-RATELIMIT-BUCKET", "abc");
  read_rate_header(rate, "X-RateLimit-Scope", "shared");
  EXPECT_EQ(rate.remaining, 4);
  EXPECT_EQ(rate.reset_ms, 1'250U);
  EXPECT_EQ(rate.bucket, "abc");
  EXPECT_TRUE(rate.shared);
  for (const char* bad : {"", "-1", "nan", "x", "1x"}) EXPECT_FALSE(milliseconds_of(bad)) << bad;
  EXPECT_EQ(milliseconds_of("1e300"), 86'400'000U);
}

}  // namespace
}  // namespace openclaw::discord
