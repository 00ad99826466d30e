#include "openclaw/cpp/channel/backoff.hpp"

#include <gtest/gtest.h>

namespace openclaw::sdk {
namespace {

TEST(Backoff, DoublesUpToItsCapWithinTenPercent) {
  Backoff backoff(5'000, 300'000, 1);
  std::uint64_t expected = 5'000;
  for (int i = 0; i < 12; ++i) {
    const std::uint64_t ms = backoff.next();
    EXPECT_GE(ms, expected * 9 / 10);
    EXPECT_LE(ms, expected * 11 / 10);
    expected = std::min<std::uint64_t>(300'000, expected * 2);
  }
  backoff.reset();
  EXPECT_LE(backoff.next(), 5'500U);
}

TEST(Backoff, TwoSeedsDoNotWaitAlike) {
  Backoff a(5'000, 300'000, 1);
  Backoff b(5'000, 300'000, 2);
  int different = 0;
  for (int i = 0; i < 8; ++i) different += a.next() != b.next() ? 1 : 0;
  EXPECT_GT(different, 4);
}

}  // namespace
}  // namespace openclaw::sdk
