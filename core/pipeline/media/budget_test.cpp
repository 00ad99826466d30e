#include "core/pipeline/media/budget.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace openclaw::pipeline {
namespace {

using Share = MediaBudget::Share;

TEST(MediaBudget, GrantsAtOnceWhileThereIsEnoughThenInOrder) {
  MediaBudget budget(10);
  std::optional<Share> first, second, third;
  const auto a = budget.reserve(6, [&](Share s) { first = std::move(s); });
  const auto b = budget.reserve(6, [&](Share s) { second = std::move(s); });
  const auto c = budget.reserve(1, [&](Share s) { third = std::move(s); });
  ASSERT_TRUE(first);
  EXPECT_FALSE(second) << "only 4 are left";
  EXPECT_FALSE(third) << "it would pass the one before it by";
  first->shrink_to(2);
  ASSERT_TRUE(second);
  EXPECT_TRUE(third);
  EXPECT_EQ(budget.in_use(), 9U);
  first.reset();
  second.reset();
  third.reset();
  EXPECT_EQ(budget.in_use(), 0U);
}

TEST(MediaBudget, MoreThanThereIsAtAllIsAllThereIs) {
  MediaBudget budget(10);
  std::optional<Share> share;
  const auto r = budget.reserve(1'000, [&](Share s) { share = std::move(s); });
  ASSERT_TRUE(share);
  EXPECT_EQ(share->bytes(), 10U);
}

TEST(MediaBudget, WhoHasGoneIsPassedBy) {
  MediaBudget budget(10);
  std::optional<Share> first, third;
  bool second = false;
  const auto a = budget.reserve(10, [&](Share s) { first = std::move(s); });
  {
    const auto b = budget.reserve(10, [&](const Share&) { second = true; });
  }
  auto cancelled = budget.reserve(5, [&](const Share&) { second = true; });
  cancelled.cancel();
  const auto c = budget.reserve(10, [&](Share s) { third = std::move(s); });
  first.reset();
  EXPECT_FALSE(second);
  EXPECT_TRUE(third);
}

TEST(MediaBudget, AShareThatIsMovedGivesBackOnce) {
  MediaBudget budget(10);
  Share kept;
  const auto a = budget.reserve(4, [&](Share s) {
    Share moved = std::move(s);
    kept = std::move(moved);
  });
  EXPECT_EQ(budget.in_use(), 4U);
  kept.shrink_to(7);
  EXPECT_EQ(budget.in_use(), 4U) << "it does not grow";
  kept = Share();
  EXPECT_EQ(budget.in_use(), 0U);
}

}  // namespace
}  // namespace openclaw::pipeline
