#include "openclaw/cpp/holder_watch.hpp"

#include <gtest/gtest.h>

namespace openclaw::sdk {
namespace {

using namespace std::chrono_literals;
using Next = HolderWatch::Next;

class Watching : public ::testing::Test {
 protected:
  HolderWatch::Step meet(const char* holder, Fate fate, std::int64_t left_ms) {
    const auto step = watch_.meet(holder, fate, left_ms, now_);
    now_ += step.pause;
    return step;
  }
  HolderWatch::TimePoint now_{1h};
  HolderWatch watch_{now_ + 5s};
};

TEST_F(Watching, OneThatIsGoneIsNotWaitedFor) {
  EXPECT_EQ(meet("a", Fate::gone, 60'000).next, Next::ask_again);
  EXPECT_EQ(meet("b", Fate::gone, 1).next, Next::ask_again);
  EXPECT_EQ(watch_.gone(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(Watching, OneThatLivesIsNotWaitedFor) {
  EXPECT_EQ(meet("a", Fate::lives, 1).next, Next::it_lives);
  EXPECT_TRUE(watch_.gone().empty());
}

TEST_F(Watching, OneElsewhereIsAskedAboutUntilItsLeaseEnds) {
  for (const std::int64_t left_ms : {1'200, 700, 200, 0}) {
    const auto step = meet("a", Fate::elsewhere, left_ms);
    EXPECT_EQ(step.next, Next::pause) << left_ms;
    EXPECT_GE(step.pause, 10ms) << "a lease that just ends is no busy loop";
    EXPECT_LE(step.pause, 500ms) << "it may leave before";
  }
  EXPECT_TRUE(watch_.gone().empty()) << "nobody knows";
}

TEST_F(Watching, OneElsewhereThatRenewsItsLeaseLives) {
  EXPECT_EQ(meet("a", Fate::elsewhere, 1'200).next, Next::pause);
  EXPECT_EQ(meet("a", Fate::elsewhere, 700).next, Next::pause);
  EXPECT_EQ(meet("a", Fate::elsewhere, 1'200).next, Next::it_lives);
}

TEST_F(Watching, AnothersLongerLeaseIsNoRenewal) {
  EXPECT_EQ(meet("a", Fate::elsewhere, 100).next, Next::pause);
  EXPECT_EQ(meet("b", Fate::elsewhere, 1'200).next, Next::pause);
}

TEST_F(Watching, ALeaseThatOutlastsTheDeadlineIsNotWaitedFor) {
  EXPECT_EQ(meet("a", Fate::elsewhere, 5'000).next, Next::no_time);
  EXPECT_EQ(meet("a", Fate::elsewhere, 4'999).next, Next::pause);
  now_ += 4'495ms;  // 5 left
  EXPECT_EQ(meet("a", Fate::elsewhere, 0).next, Next::no_time) << "nor is the shortest pause";
}

TEST_F(Watching, OneThatIsSoonDoneIsWaitedForAsLongAsThereIsTime) {
  EXPECT_EQ(watch_.wait_for("a", Fate::lives, now_).next, Next::pause);
  EXPECT_EQ(watch_.wait_for("a", Fate::elsewhere, now_).next, Next::pause);
  EXPECT_EQ(watch_.wait_for("a", Fate::lives, now_ + 4'960ms).next, Next::no_time);
  EXPECT_EQ(watch_.wait_for("a", Fate::gone, now_).next, Next::ask_again);
  EXPECT_EQ(watch_.gone(), std::vector<std::string>{"a"});
}

TEST_F(Watching, WhoseLeaseEndedIsGivenTheTimeToRenewIt) {
  const auto await = [this](Fate fate, std::int64_t left_ms, std::int64_t mark) {
    const auto step = watch_.await_renewal("a", fate, left_ms, mark, now_);
    now_ += step.pause;
    return step;
  };
  EXPECT_EQ(watch_.waited_ms(now_), 0);
  EXPECT_EQ(await(Fate::lives, 900, 7).next, Next::pause) << "as long as it has no lease";
  EXPECT_EQ(watch_.mark(), 7);
  EXPECT_EQ(watch_.waited_ms(now_), 500);
  EXPECT_EQ(await(Fate::elsewhere, 400, 7).pause, 400ms);
  EXPECT_EQ(watch_.waited_ms(now_), 900);
  EXPECT_EQ(await(Fate::elsewhere, 900, 8).next, Next::pause) << "one renewed, and lapsed again";
  EXPECT_EQ(watch_.waited_ms(now_), 500) << "from the beginning";
  EXPECT_EQ(await(Fate::elsewhere, 60'000, 8).next, Next::no_time);
  EXPECT_EQ(await(Fate::gone, 60'000, 8).next, Next::ask_again);
  EXPECT_EQ(meet("a", Fate::elsewhere, 10).next, Next::it_lives) << "it renewed its lease";
}

}  // namespace
}  // namespace openclaw::sdk
