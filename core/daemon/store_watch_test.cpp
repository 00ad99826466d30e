#include "core/daemon/store_watch.hpp"

#include <gtest/gtest.h>

namespace openclaw::daemon {
namespace {

using host::StoreAnswers;
using runtime::Millis;
using runtime::TimePoint;

class StoreWatchTest : public ::testing::Test {
 protected:
  StoreAnswers after(int ms) {
    now += Millis(ms);
    return watch.look(now, calls);
  }
  /// Rounds, one a second, until it says something else than before.
  int seconds_of(StoreAnswers answers) {
    int seconds = 1;
    while (after(1000) == answers && seconds < 1000) ++seconds;
    return seconds;
  }

  StoreWatch watch{Millis(30'000)};
  std::deque<host::StoreCall> calls{3};
  TimePoint now{std::chrono::hours(1)};
};

TEST_F(StoreWatchTest, ACallThatDoesNotReturnIsLateThenNeverComesBack) {
  after(1000);
  calls[0].began(now);
  EXPECT_EQ(seconds_of(StoreAnswers::in_time), 11);
  EXPECT_EQ(seconds_of(StoreAnswers::late), 50) << "the deadline, and 30 s of grace";
  EXPECT_EQ(after(1000), StoreAnswers::never);
}

TEST_F(StoreWatchTest, AReaderThatHangsCountsBesideAWriterThatWorks) {
  after(1000);
  calls[2].began(now);
  for (int i = 0; i < 10; ++i) {
    calls[0].began(now + Millis(900));
    EXPECT_EQ(after(1000), StoreAnswers::in_time);
    calls[0].ended();
  }
  EXPECT_EQ(after(1000), StoreAnswers::late);
  calls[2].ended();
  EXPECT_EQ(after(1000), StoreAnswers::in_time);
}

TEST_F(StoreWatchTest, APauseOfTheWholeProcessIsNoFaultOfTheStore) {
  after(1000);
  calls[0].began(now + Millis(500));
  EXPECT_EQ(after(1000), StoreAnswers::in_time);
  EXPECT_EQ(after(3'600'000), StoreAnswers::in_time);
}

}  // namespace
}  // namespace openclaw::daemon
