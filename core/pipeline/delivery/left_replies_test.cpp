#include "core/pipeline/delivery/left_replies.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

using runtime::Millis;

class LeftRepliesTest : public ::testing::Test {
 protected:
  runtime::TimePoint at(int ms) const { return start + Millis{ms}; }
  runtime::TimePoint start = runtime::SteadyClock::now();
  LeftReplies left;
};

TEST_F(LeftRepliesTest, ASessionIsBehindUntilARoundThatBeganAfterItWasStored) {
  EXPECT_FALSE(left.has("s"));
  left.leave("s", at(0));
  EXPECT_TRUE(left.has("s"));
  EXPECT_FALSE(left.has("t")) << "its order is its own";
  left.collected(at(1));
  EXPECT_TRUE(left.has("s")) << "it may not have been in the store yet";
  left.stored("s", at(5));
  left.collected(at(4));
  EXPECT_TRUE(left.has("s")) << "that round began before";
  left.collected(at(6));
  EXPECT_FALSE(left.has("s"));
}

TEST_F(LeftRepliesTest, WhoIsBusyIsBehindNoLongerThanItsOwnSessions) {
  for (int i = 0; i < 1000; ++i) {
    const std::string session = "s" + std::to_string(i % 20);
    if (left.has(session) || i < 20) {
      left.leave(session, at(10 * i));
      left.stored(session, at(10 * i + 2));
    }
    left.collected(at(10 * i + 4));
  }
  for (int i = 0; i < 20; ++i) EXPECT_FALSE(left.has("s" + std::to_string(i)));
}

TEST_F(LeftRepliesTest, AWriteThatNeverEndedIsOverAfterItsLongestTime) {
  left.leave("s", at(0));
  left.collected(at(35'000));
  EXPECT_TRUE(left.has("s"));
  left.collected(at(35'001));
  EXPECT_FALSE(left.has("s"));
}

TEST_F(LeftRepliesTest, EachThatIsUnderWayCounts) {
  left.leave("s", at(0));
  left.leave("s", at(0));
  left.stored("s", at(1));
  left.collected(at(2));
  EXPECT_TRUE(left.has("s"));
  left.stored("s", at(3));
  left.stored("s", at(3));
  left.collected(at(4));
  EXPECT_FALSE(left.has("s"));
}

TEST_F(LeftRepliesTest, BeyondItsBoundAllAreBehind) {
  for (std::size_t i = 0; i < LeftReplies::kMostSessions; ++i) {
    left.leave(std::to_string(i), at(0));
    left.stored(std::to_string(i), at(1));
  }
  EXPECT_FALSE(left.has("another"));
  left.leave("one too many", at(1));
  EXPECT_TRUE(left.has("another"));
  left.stored("one too many", at(2));
  left.collected(at(3));
  EXPECT_FALSE(left.has("another"));
  EXPECT_FALSE(left.has("0"));
}

}  // namespace
}  // namespace openclaw::pipeline
