#include "openclaw/cpp/provider/retry_hint.hpp"

#include <gtest/gtest.h>

namespace openclaw::sdk {
namespace {

constexpr std::int64_t kNow = 1'445'412'480'000;  // Wed, 21 Oct 2015 07:28:00 GMT

TEST(RetryHint, PrefersMilliseconds) {
  EXPECT_EQ(retry_after_ms({{"Retry-After", "9"}, {"Retry-After-Ms", "1500.5"}}, kNow), 1501U);
}

TEST(RetryHint, ReadsSecondsAndDates) {
  EXPECT_EQ(retry_after_ms({{"retry-after", "7"}}, kNow), 7000U);
  EXPECT_EQ(retry_after_ms({{"retry-after", "0.25"}}, kNow), 250U);
  EXPECT_EQ(retry_after_ms({{"retry-after", "Wed, 21 Oct 2015 07:28:30 GMT"}}, kNow), 30'000U);
  EXPECT_EQ(retry_after_ms({{"retry-after", "Wed, 21 Oct 2015 07:00:00 GMT"}}, kNow), 1U);
}

TEST(RetryHint, IgnoresNonsenseAndBoundsTheRest) {
  for (const char* value : {"", "-1", "soon", "1e9", "7 s", "nan", "inf", "0x10"}) {
    EXPECT_EQ(retry_after_ms({{"retry-after", value}}, kNow), 0U) << value;
  }
  EXPECT_EQ(retry_after_ms({{"retry-after", "99999999999999999999"}}, kNow), 86'400'000U);
}

TEST(RetryHint, TakesTheResetOfAnExhaustedLimit) {
  EXPECT_EQ(retry_after_ms({{"x-ratelimit-remaining-requests", "0"},
                            {"x-ratelimit-reset-requests", "1m0.5s"},
                            {"x-ratelimit-remaining-tokens", "10"},
                            {"x-ratelimit-reset-tokens", "6m0s"}},
                           kNow),
            60'500U);
  EXPECT_EQ(
      retry_after_ms({{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-tokens", "20ms"}},
                     kNow),
      20U);
  EXPECT_EQ(retry_after_ms({{"anthropic-ratelimit-input-tokens-remaining", "0"},
                            {"anthropic-ratelimit-input-tokens-reset", "2015-10-21T07:28:05Z"}},
                           kNow),
            5000U);
  EXPECT_EQ(
      retry_after_ms(
          {{"x-ratelimit-remaining-tokens", "0"}, {"x-ratelimit-reset-tokens", "5 parsecs"}}, kNow),
      0U);
}

TEST(RetryHint, SaysWhetherToRetryOnlyWhenTheProviderDoes) {
  EXPECT_EQ(should_retry({{"X-Should-Retry", "true"}}), true);
  EXPECT_EQ(should_retry({{"x-should-retry", "false"}}), false);
  EXPECT_EQ(should_retry({{"x-should-retry", "maybe"}}), std::nullopt);
  EXPECT_EQ(should_retry({}), std::nullopt);
}

}  // namespace
}  // namespace openclaw::sdk
