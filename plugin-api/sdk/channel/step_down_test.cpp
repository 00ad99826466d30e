#include "openclaw/cpp/channel/step_down.hpp"

#include <gtest/gtest.h>

namespace openclaw::sdk {
namespace {

constexpr std::int64_t kAfter = StepDown::kAfterMs;

TEST(SteppingDown, ComesAfterAMinuteWithoutAnySuccess) {
  StepDown step_down;
  EXPECT_EQ(step_down.next_ms(), std::nullopt);
  EXPECT_FALSE(step_down.due(kAfter, 1)) << "nothing is tried";
  step_down.trying(1'000);
  step_down.trying(50'000);
  EXPECT_EQ(step_down.next_ms(), 1'000 + kAfter);
  EXPECT_FALSE(step_down.due(999 + kAfter, 1));
  EXPECT_TRUE(step_down.due(1'000 + kAfter, 1));
}

TEST(SteppingDown, ASuccessEndsTheTrouble) {
  StepDown step_down;
  step_down.trying(0);
  step_down.reached();
  EXPECT_EQ(step_down.next_ms(), std::nullopt);
  EXPECT_FALSE(step_down.due(kAfter, 1));
  step_down.trying(kAfter);
  EXPECT_FALSE(step_down.due(2 * kAfter - 1, 1));
  EXPECT_TRUE(step_down.due(2 * kAfter, 1));
}

TEST(SteppingDown, WhoIsAloneGoesOnUntilAnotherHasCome) {
  StepDown step_down;
  step_down.trying(0);
  EXPECT_FALSE(step_down.due(kAfter, 0));
  EXPECT_EQ(step_down.next_ms(), 2 * kAfter);
  EXPECT_FALSE(step_down.due(2 * kAfter - 1, 1));
  EXPECT_TRUE(step_down.due(2 * kAfter, 1));
}

TEST(SteppingDown, BackAgainItHasTheWholeTime) {
  StepDown step_down;
  step_down.trying(0);
  EXPECT_TRUE(step_down.due(kAfter, 1));
  EXPECT_FALSE(step_down.due(kAfter, 1)) << "once";
  step_down.trying(2 * kAfter);
  EXPECT_FALSE(step_down.due(3 * kAfter - 1, 1));
  EXPECT_TRUE(step_down.due(3 * kAfter, 1));
}

}  // namespace
}  // namespace openclaw::sdk
