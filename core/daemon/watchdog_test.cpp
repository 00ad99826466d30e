#include "core/daemon/watchdog.hpp"

#include <gtest/gtest.h>

namespace openclaw::daemon {
namespace {

using runtime::Millis;
using runtime::TimePoint;

class WatchdogTest : public ::testing::Test {
 protected:
  /// The answer of a round `ms` after the one before.
  bool after(int ms, std::optional<TimePoint> since) {
    now += Millis(ms);
    watchdog.tick(now);
    return watchdog.blocked(this, since);
  }

  Watchdog watchdog;
  TimePoint now{std::chrono::hours(1)};
};

TEST_F(WatchdogTest, BlamesACallThatTakesLongerThanTheLimit) {
  EXPECT_FALSE(after(1000, std::nullopt));
  const TimePoint began = now + Millis(400);
  int rounds = 0;
  while (!after(1000, began)) ++rounds;
  EXPECT_EQ(rounds, 5);  // 0.6 s, 1.6 s, ... 4.6 s
}

TEST_F(WatchdogTest, ManyShortCallsAreNoLongOne) {
  EXPECT_FALSE(after(1000, std::nullopt));
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(after(1000, now + Millis(900)));
}

TEST_F(WatchdogTest, APauseOfTheWholeProcessCountsForNobody) {
  EXPECT_FALSE(after(1000, std::nullopt));
  const TimePoint began = now + Millis(990);
  EXPECT_FALSE(after(1000, began));
  EXPECT_FALSE(after(3'600'000, began));
  EXPECT_FALSE(after(1000, began));
  EXPECT_FALSE(after(1000, std::nullopt));
}

TEST_F(WatchdogTest, AfterAPauseACallThatStillBlocksIsFound) {
  EXPECT_FALSE(after(1000, std::nullopt));
  const TimePoint began = now + Millis(990);
  after(1000, began);
  after(3'600'000, began);
  int rounds = 0;
  while (!after(1000, began)) ++rounds;
  EXPECT_LE(rounds, 5);
}

}  // namespace
}  // namespace openclaw::daemon
