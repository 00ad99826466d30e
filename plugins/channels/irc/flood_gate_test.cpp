#include "flood_gate.hpp"

#include <gtest/gtest.h>

namespace openclaw::irc {
namespace {

TEST(FloodGate, ABurstGoesAndThenALineEachInterval) {
  FloodGate gate(5, 2000);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(gate.wait_ms("a", 1, 100), 0) << i;
    gate.take("a", 1, 100);
  }
  EXPECT_EQ(gate.wait_ms("a", 1, 100), 2000);
  EXPECT_EQ(gate.wait_ms("a", 1, 2100), 0);
}

TEST(FloodGate, WhoWasToldToWaitKeepsThePlace) {
  FloodGate gate(2, 1000);
  gate.take("x", 2, 0);
  EXPECT_EQ(gate.wait_ms("a", 2, 0), 2000);
  EXPECT_EQ(gate.wait_ms("b", 1, 0), 3000) << "each a moment of its own";
  EXPECT_EQ(gate.wait_ms("late", 1, 2000), 2000) << "behind both";
  EXPECT_EQ(gate.wait_ms("a", 2, 2000), 0);
  gate.take("a", 2, 2000);
  EXPECT_EQ(gate.wait_ms("b", 1, 3000), 0);
}

TEST(FloodGate, WhoDoesNotComeLosesThePlace) {
  FloodGate gate(2, 1000);
  gate.take("x", 2, 0);
  EXPECT_EQ(gate.wait_ms("a", 2, 0), 2000);
  EXPECT_GT(gate.wait_ms("b", 1, 2000), 0);
  EXPECT_EQ(gate.wait_ms("b", 1, 12'000), 0);
}

TEST(FloodGate, MoreThanTheBurstBeginsWithAFullBucketAndIsSpread) {
  FloodGate gate(3, 1000);
  EXPECT_EQ(gate.wait_ms("a", 5, 10'000), 0);
  EXPECT_EQ(gate.due(5, 10'000, 10'000), 3U);
  EXPECT_EQ(gate.due(5, 10'000, 11'000), 4U);
  EXPECT_EQ(gate.due_at(4, 10'000), 12'000);
  gate.take("a", 5, 10'000);
  EXPECT_FALSE(gate.idle(10'000));
  EXPECT_EQ(gate.wait_ms("b", 1, 10'000), 3000);
}

}  // namespace
}  // namespace openclaw::irc
