#include "core/host/inflow.hpp"

#include <gtest/gtest.h>

namespace openclaw::host {
namespace {

TEST(Inflow, BoundsRequestsAndBytesTogether) {
  const auto inflow = std::make_shared<Inflow>(2, 100);
  auto first = inflow->request(40);
  auto second = inflow->request(40);
  ASSERT_TRUE(first && second);
  EXPECT_FALSE(inflow->request(1)) << "too many";
  EXPECT_FALSE(inflow->message(21)) << "too large";
  EXPECT_TRUE(inflow->message(20)) << "a message is no request";
  first.reset();
  EXPECT_TRUE(inflow->request(60));
}

TEST(Inflow, ALighterShareStillCounts) {
  const auto inflow = std::make_shared<Inflow>(1, 100);
  auto share = inflow->request(100);
  share->lighten();
  EXPECT_FALSE(inflow->request(0));
  EXPECT_TRUE(inflow->message(100));
  Inflow::Share moved = std::move(*share);
  share.reset();
  EXPECT_FALSE(inflow->request(0)) << "a share that was moved is given back once";
  moved = {};
  EXPECT_TRUE(inflow->request(100));
}

TEST(Inflow, TakesNothingOnceItIsShut) {
  const auto inflow = std::make_shared<Inflow>(10, 100);
  inflow->shut();
  EXPECT_FALSE(inflow->request(0));
  EXPECT_FALSE(inflow->message(0));
}

}  // namespace
}  // namespace openclaw::host
