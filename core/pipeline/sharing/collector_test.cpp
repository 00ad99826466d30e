// When one of several gateways looks for what has come.
#include "core/pipeline/sharing/collector.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>

namespace openclaw::pipeline {
namespace {

/// Its calls end when the test says so.
class HintedStore final : public SharedStorePort {
 public:
  std::size_t rounds = 0;
  std::deque<Done<Collected>> collects;
  std::deque<Done<void>> waits;

  [[nodiscard]] const std::string& instance() const override { return name_; }
  void collect(Wanted, Done<Collected> done) override {
    ++rounds;
    collects.push_back(std::move(done));
  }
  void wait(runtime::Millis, Done<void> done) override { waits.push_back(std::move(done)); }
  void members(Done<std::vector<Member>>) override {}
  [[nodiscard]] runtime::TimePoint leased_until() const override { return {}; }

  void end_collect(Result<Collected> with = Collected{}) {
    ASSERT_EQ(collects.size(), 1U);
    auto done = std::move(collects.front());
    collects.pop_front();
    done(std::move(with));
  }
  void end_wait(const Result<void>& with = {}) {
    ASSERT_EQ(waits.size(), 1U) << "never two at a time";
    auto done = std::move(waits.front());
    waits.pop_front();
    done(with);
  }

 private:
  std::string name_ = "a";
};

class CollectorTest : public ::testing::Test {
 protected:
  CollectorTest() {
    collector.begin();
    store.end_collect();
  }

  runtime::Loop loop{"test"};  // not started: no pause ends here
  HintedStore store;
  log::Log log{static_cast<log::Level>(5), false};  // quiet
  std::size_t taken = 0;
  Collector collector{{loop, store, log, [] { return Wanted{}; },
                       [this](const Collected&) { ++taken; }, runtime::Millis{3'600'000}}};
};

TEST_F(CollectorTest, LooksAgainAtEachHint) {
  EXPECT_EQ(taken, 1U);
  EXPECT_EQ(store.rounds, 1U);
  store.end_wait();
  EXPECT_EQ(store.rounds, 2U);
  store.end_collect();
  store.end_wait();
  EXPECT_EQ(store.rounds, 3U);
}

TEST_F(CollectorTest, AHintDuringARoundIsNotLost) {
  collector.soon();
  EXPECT_EQ(store.rounds, 2U);
  store.end_wait();
  EXPECT_EQ(store.rounds, 2U) << "never two at a time";
  store.end_collect();
  EXPECT_EQ(store.rounds, 3U);
  store.end_collect();
  EXPECT_EQ(store.rounds, 3U);
}

TEST_F(CollectorTest, AHintBehindARoundThatOvertookItIsNotLost) {
  collector.soon();
  store.end_collect();
  EXPECT_EQ(store.rounds, 2U);
  store.end_wait();
  EXPECT_EQ(store.rounds, 3U);
  store.end_collect();
  store.end_wait();
  EXPECT_EQ(store.rounds, 4U);
}

TEST_F(CollectorTest, WhatIsAskedForDuringARoundComesBehindIt) {
  collector.soon();
  collector.soon();
  collector.soon();
  EXPECT_EQ(store.rounds, 2U);
  store.end_collect();
  EXPECT_EQ(store.rounds, 3U);
  store.end_collect();
  EXPECT_EQ(store.rounds, 3U);
}

TEST_F(CollectorTest, WithoutHintsItPauses) {
  store.end_wait(Error{Errc::again, "no connection"});
  EXPECT_EQ(store.rounds, 1U);
  EXPECT_TRUE(store.waits.empty());
  collector.soon();
  EXPECT_EQ(store.rounds, 2U);
}

TEST_F(CollectorTest, AFullRoundIsFollowedByTheNext) {
  store.end_wait();
  Collected full;
  full.messages.emplace_back();
  full.more = true;
  store.end_collect(std::move(full));
  EXPECT_EQ(store.rounds, 3U);
}

TEST_F(CollectorTest, NothingIsTakenAfterTheEnd) {
  collector.soon();
  collector.end();
  store.end_collect();
  store.end_wait();
  EXPECT_EQ(taken, 1U);
  EXPECT_EQ(store.rounds, 2U);
}

}  // namespace
}  // namespace openclaw::pipeline
