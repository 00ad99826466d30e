#include "openclaw/cpp/provider/progress_deadline.hpp"

#include <gtest/gtest.h>

namespace openclaw::sdk {
namespace {

TEST(ProgressDeadline, CountsFromTheStartUntilProgressAndFromThereOn) {
  ProgressDeadline d(1000, 50, 20);
  EXPECT_EQ(d.left_ms(1010), 40);
  EXPECT_EQ(d.left_ms(1050), 0);
  d.progress(1040);
  EXPECT_TRUE(d.begun());
  EXPECT_EQ(d.left_ms(1050), 10);
  EXPECT_EQ(d.left_ms(1060), 0);
  EXPECT_EQ(d.limit_ms(), 20U);
}

TEST(ProgressDeadline, ZeroMeansNone) {
  ProgressDeadline d(0, 0, 5);
  EXPECT_LT(d.left_ms(1'000'000), 0);
  d.progress(1'000'000);
  EXPECT_EQ(d.left_ms(1'000'000), 5);
}

}  // namespace
}  // namespace openclaw::sdk
