#include "core/host/operations.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace openclaw::host {

TEST(Operations, AClosedIdNamesNothingAlsoWhenItsSlotIsUsedAgain) {
  Operations<int> ops(10);
  const oc_op first = ops.open(1);
  EXPECT_EQ(ops.close(first), 1);
  const oc_op second = ops.open(2);
  EXPECT_NE(first, second);
  EXPECT_EQ(ops.find(first), nullptr);
  EXPECT_EQ(ops.close(first), std::nullopt);
  EXPECT_EQ(*ops.find(second), 2);
}

TEST(Operations, ARefusedValueStaysWithTheCaller) {
  Operations<std::unique_ptr<int>> ops(1);
  ASSERT_NE(ops.open(std::make_unique<int>(1)), 0U);
  auto refused = std::make_unique<int>(2);
  EXPECT_EQ(ops.open(std::move(refused)), 0U);
  ASSERT_NE(refused, nullptr);  // NOLINT(bugprone-use-after-move): that is the promise
  EXPECT_EQ(*refused, 2);
}

TEST(Operations, ZeroAndIdsOutOfRangeNameNothing) {
  Operations<int> ops(1);
  const oc_op op = ops.open(1);
  for (const oc_op wrong : {oc_op{0}, op + 1, UINT64_MAX, op & 0xFFFFFFFFU}) {
    EXPECT_EQ(ops.find(wrong), nullptr) << wrong;
  }
  EXPECT_EQ(ops.ids(), std::vector<oc_op>{op});
}

}  // namespace openclaw::host
