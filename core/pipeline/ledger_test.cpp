#include "core/pipeline/ledger.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <thread>

namespace openclaw::pipeline {
namespace {

TEST(Ledger, EveryEndTakesFromTheQueue) {
  Ledger ledger;
  ledger.accept();
  ledger.accept(2);
  ledger.recover(3);
  ledger.answer(2);
  ledger.silence();
  ledger.bury();
  ledger.fence();
  const auto s = ledger.snapshot();
  EXPECT_EQ(s.accepted, 6U);
  EXPECT_EQ(s.answered, 2U);
  EXPECT_EQ(s.silent, 1U);
  EXPECT_EQ(s.dead, 1U);
  EXPECT_EQ(s.fenced, 1U);
  EXPECT_EQ(s.queued, 1U);
  EXPECT_TRUE(s.balanced());
}

TEST(Ledger, ARevivedMessageIsQueuedAgain) {
  Ledger ledger;
  ledger.accept();
  ledger.bury();
  ledger.revive();
  EXPECT_EQ(ledger.snapshot().queued, 1U);
  EXPECT_EQ(ledger.snapshot().dead, 0U);
  EXPECT_TRUE(ledger.balanced());
}

TEST(Ledger, EndingMoreThanThereAreIsABugThatChangesNothing) {
  Ledger ledger;
  ledger.accept();
  EXPECT_THROW(ledger.answer(2), std::logic_error);
  EXPECT_EQ(ledger.snapshot().queued, 1U);
  EXPECT_EQ(ledger.snapshot().answered, 0U);
  ledger.answer();
  EXPECT_THROW(ledger.bury(), std::logic_error);
  EXPECT_TRUE(ledger.balanced());
}

TEST(Ledger, AnUnbalancedSnapshotSaysSo) {
  Ledger::Snapshot s;
  s.accepted = 2;
  s.answered = 1;
  EXPECT_FALSE(s.balanced());
  s.queued = 1;
  EXPECT_TRUE(s.balanced());
  s.accepted = 3;
  EXPECT_FALSE(s.balanced());
  s.fenced = 1;
  EXPECT_TRUE(s.balanced());
}

TEST(Ledger, IsBalancedInEverySnapshotWhileTwoThreadsWrite) {
  Ledger ledger;
  std::atomic<int> done{0};
  const auto write = [&] {
    for (int i = 0; i < 20'000; ++i) {
      ledger.accept(2);
      ledger.answer();
      ledger.bury();
    }
    ++done;
  };
  std::thread one(write), two(write);
  std::uint64_t looks = 0;
  while (done < 2 || looks == 0) {
    EXPECT_TRUE(ledger.balanced());
    ++looks;
  }
  one.join();
  two.join();
  EXPECT_EQ(ledger.snapshot().accepted, 80'000U);
  EXPECT_EQ(ledger.snapshot().queued, 0U);
}

}  // namespace
}  // namespace openclaw::pipeline
