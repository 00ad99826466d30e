#include "receipt_watch.hpp"

#include <gtest/gtest.h>

namespace openclaw::whatsapp {
namespace {

constexpr std::int64_t kWait = ReceiptWatch::kWaitMs;

TEST(ReceiptWatch, NothingIsLostBeforeSomethingWasSent) {
  ReceiptWatch watch;
  EXPECT_FALSE(watch.find_lost(1'000'000));
  EXPECT_FALSE(watch.due_ms());
}

TEST(ReceiptWatch, AMessageWithoutAnyWebhookBehindItIsLostIn100Seconds) {
  ReceiptWatch watch;
  watch.accepted(900, 1'000);
  watch.accepted(5'000, 6'000);
  EXPECT_EQ(watch.due_ms(), 1'000 + kWait) << "the first counts";
  EXPECT_FALSE(watch.find_lost(1'000 + kWait - 1));
  EXPECT_TRUE(watch.find_lost(1'000 + kWait));
  watch.accepted(200'000, 200'100);
  EXPECT_FALSE(watch.due_ms()) << "it is told once";
  EXPECT_FALSE(watch.find_lost(900'000));
  watch.heard(900'000);
  watch.accepted(900'001, 900'002);
  EXPECT_TRUE(watch.due_ms());
  static_assert(kWait < 120'000);
}

TEST(ReceiptWatch, AnyWebhookAfterItIsEnough) {
  ReceiptWatch watch;
  watch.accepted(900, 1'000);
  watch.heard(2'000);
  EXPECT_FALSE(watch.due_ms());
  EXPECT_FALSE(watch.find_lost(1'000'000));
  watch.accepted(2'900, 3'000);
  EXPECT_EQ(watch.due_ms(), 3'000 + kWait);
}

TEST(ReceiptWatch, AReceiptMayOvertakeTheAnswer) {
  ReceiptWatch watch;
  watch.heard(950);
  watch.accepted(900, 1'000);
  EXPECT_FALSE(watch.due_ms());
  watch.accepted(960, 1'100);
  EXPECT_TRUE(watch.due_ms()) << "that one was heard of before it was sent";
}

}  // namespace
}  // namespace openclaw::whatsapp
