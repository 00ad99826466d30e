#include "core/pipeline/backoff.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

TEST(Backoff, DoublesUpToItsCap) {
  Backoff b(Millis(5000), Millis(18'000), 0.0);
  EXPECT_EQ(b.next(0.3), Millis(5000));
  EXPECT_EQ(b.next(0.3), Millis(10'000));
  EXPECT_EQ(b.next(0.3), Millis(18'000));
  EXPECT_EQ(b.next(0.3), Millis(18'000));
}

TEST(Backoff, StartsOverAfterReset) {
  Backoff b(Millis(100), Millis(1000), 0.0);
  b.next(0.5);
  b.next(0.5);
  b.reset();
  EXPECT_EQ(b.next(0.5), Millis(100));
}

TEST(Backoff, SpreadsByItsJitterBothWays) {
  EXPECT_EQ(Backoff(Millis(1000), Millis(9000), 0.1).next(0.0), Millis(900));
  EXPECT_EQ(Backoff(Millis(1000), Millis(9000), 0.1).next(1.0), Millis(1100));
}

TEST(Backoff, JitterNeverPassesTheCap) {
  Backoff b(Millis(9000), Millis(9000), 0.5);
  EXPECT_EQ(b.next(0.99), Millis(9000));
}

TEST(Backoff, NeverOverflowsHoweverLongItGoesOn) {
  Backoff b(Millis(1), Millis::max() / 4, 0.0);
  for (int i = 0; i < 200; ++i) EXPECT_GT(b.next(0.5), Millis(0));
}

}  // namespace
}  // namespace openclaw::pipeline
