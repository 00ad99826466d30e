#include "core/pipeline/delivery/backlog.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

TEST(Backlog, HoldsTheOldestAndNothingPastOneThatIsInTheStoreOnly) {
  Backlog b(2);
  EXPECT_TRUE(b.take(3));
  EXPECT_TRUE(b.take(5));
  EXPECT_FALSE(b.behind());
  EXPECT_FALSE(b.take(6));
  b.ended();
  EXPECT_FALSE(b.take(7)) << "6 comes first";
  EXPECT_EQ(b.held(), 1U);
  EXPECT_TRUE(b.behind());
}

TEST(Backlog, ReadsOnWhenHalfOfItHasLeft) {
  Backlog b(2);
  b.take(3);
  b.take(5);
  b.take(6);
  EXPECT_EQ(b.read_on(), std::nullopt);
  b.ended();
  EXPECT_EQ(b.read_on(), 5U);
  EXPECT_EQ(b.read_on(), std::nullopt) << "one page at a time";
  EXPECT_TRUE(b.found(6));
  b.page_over(6, false);
  EXPECT_FALSE(b.behind());
  EXPECT_EQ(b.held(), 2U);
}

TEST(Backlog, GoesOnWhereAPageWasTooLong) {
  Backlog b(2);
  for (std::uint64_t id = 1; id <= 5; ++id) b.take(id);
  b.ended();
  ASSERT_EQ(b.read_on(), 2U);
  EXPECT_TRUE(b.found(3));
  EXPECT_FALSE(b.found(4));
  b.page_over(5, false);
  EXPECT_TRUE(b.behind());
  b.ended();
  EXPECT_EQ(b.read_on(), 3U);
}

TEST(Backlog, PagesOfOthersArePassedBy) {
  Backlog b(1);
  b.take(1);
  b.take(2);
  b.ended();
  ASSERT_EQ(b.read_on(), 1U);
  b.page_over(40, true);
  EXPECT_TRUE(b.behind());
  EXPECT_EQ(b.read_on(), 40U);
  b.page_over(40, false);
  EXPECT_FALSE(b.behind());
}

TEST(Backlog, WhatIsStoredWhileAPageIsReadIsReadNext) {
  Backlog b(1);
  b.take(1);
  b.take(2);
  b.ended();
  ASSERT_EQ(b.read_on(), 1U);
  EXPECT_FALSE(b.take(3)) << "it would pass 2 by";
  EXPECT_TRUE(b.found(2));
  b.page_over(2, false);
  EXPECT_TRUE(b.behind());
  b.ended();
  EXPECT_EQ(b.read_on(), 2U);
  EXPECT_TRUE(b.found(3));
  b.page_over(3, false);
  EXPECT_FALSE(b.behind());
}

TEST(Backlog, WhatAPageShowedBeforeTheWordOfItIsNotTakenTwice) {
  Backlog b(4);
  for (const std::uint64_t id : {1U, 2U, 3U, 4U, 5U}) b.take(id);
  b.ended();
  b.ended();
  ASSERT_EQ(b.read_on(), 4U);
  EXPECT_TRUE(b.found(5));
  EXPECT_TRUE(b.found(6)) << "it was committed, but its writer has not heard yet";
  b.page_over(6, false);
  EXPECT_FALSE(b.take(6));
  EXPECT_EQ(b.held(), 4U);
  b.ended();
  EXPECT_TRUE(b.take(7));
}

TEST(Backlog, WhatKeptItsPlaceIsHeldWhateverIsStoredBeforeIt) {
  Backlog b(2);
  EXPECT_TRUE(b.has_room());
  b.take(1);
  b.take(2);
  EXPECT_FALSE(b.has_room());
  b.take(3);
  b.hold(4);
  EXPECT_EQ(b.held(), 3U);
  EXPECT_TRUE(b.holds(4)) << "a page will show it";
  b.ended();
  b.ended();
  EXPECT_FALSE(b.has_room()) << "3 comes first";
  ASSERT_EQ(b.read_on(), 2U);
  EXPECT_TRUE(b.found(3));
  EXPECT_TRUE(b.holds(4));
  b.page_over(4, false);
  EXPECT_FALSE(b.holds(4)) << "no page shows it any more";
  b.ended();
  EXPECT_TRUE(b.has_room());
  b.hold(5);
  EXPECT_FALSE(b.holds(5));
}

TEST(Backlog, AReadThatFailedIsMadeAgain) {
  Backlog b(1);
  b.take(1);
  b.take(2);
  b.ended();
  ASSERT_EQ(b.read_on(), 1U);
  b.failed();
  EXPECT_EQ(b.read_on(), 1U);
}

}  // namespace
}  // namespace openclaw::pipeline
