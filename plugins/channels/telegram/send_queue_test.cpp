#include "send_queue.hpp"

#include <gtest/gtest.h>

namespace openclaw::telegram {
namespace {

constexpr std::int64_t kStart = 1'000'000;

/// Sends one message after the other for `ms`; how many went.
int sent_in(SendQueue& queue, const std::string& chat, std::int64_t ms) {
  int sent = 0;
  SendQueue::Ticket ticket = 1;
  for (std::int64_t now = kStart; now < kStart + ms; now += 10) {
    queue.push(chat, ticket++, now);
    while (queue.next(now)) {
      ++sent;
      queue.done(chat, now);
    }
  }
  return sent;
}

TEST(SendQueue, LetsThreeAtOnceAndThenOneASecondToAPerson) {
  SendQueue queue;
  EXPECT_EQ(sent_in(queue, "7", 10'000), 3 + 9);
}

TEST(SendQueue, LetsNoMoreThanTwentyAMinuteToAGroup) {
  SendQueue queue;
  EXPECT_LE(sent_in(queue, "-7", 60'000), 20);
}

TEST(SendQueue, LetsNoMoreThanThirtyASecondInAll) {
  SendQueue queue;
  for (SendQueue::Ticket t = 1; t <= 200; ++t) queue.push(std::to_string(t), t, kStart);
  int sent = 0;
  for (std::int64_t now = kStart; now < kStart + 1'000; ++now) {
    while (queue.next(now)) ++sent;
  }
  EXPECT_LE(sent, 35);
  EXPECT_GE(sent, 28);
}

TEST(SendQueue, ABusyChatKeepsItsOrderAndDelaysNobodyElse) {
  SendQueue queue;
  queue.push("7", 1, kStart);
  queue.push("7", 2, kStart);
  queue.push("8", 3, kStart);
  EXPECT_EQ(queue.next(kStart), 1U);
  EXPECT_EQ(queue.next(kStart), 3U);
  EXPECT_EQ(queue.next(kStart), std::nullopt);
  queue.done("7", kStart);
  EXPECT_EQ(queue.next(kStart), 2U);
}

TEST(SendQueue, SaysWhenToComeBack) {
  SendQueue queue;
  EXPECT_EQ(queue.wake_in_ms(kStart), std::nullopt);
  for (SendQueue::Ticket t = 1; t <= 4; ++t) queue.push("7", t, kStart);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(queue.next(kStart));
    EXPECT_EQ(queue.wake_in_ms(kStart), std::nullopt) << "busy: done() comes first";
    queue.done("7", kStart);
  }
  EXPECT_EQ(queue.wake_in_ms(kStart), 1'000U);
  EXPECT_EQ(queue.next(kStart + 999), std::nullopt);
  EXPECT_EQ(queue.next(kStart + 1'000), 4U);
}

TEST(SendQueue, AHeldChatTakesNothingUntilItsTimeIsOver) {
  SendQueue queue;
  queue.push("7", 1, kStart);
  EXPECT_EQ(queue.hold("7", 5'000, kStart), std::vector<SendQueue::Ticket>{1});
  EXPECT_EQ(queue.push("7", 2, kStart + 4'999), SendQueue::Admission::held);
  EXPECT_EQ(queue.held_ms("7", kStart + 4'000), 1'000U);
  EXPECT_EQ(queue.push("7", 2, kStart + 5'000), SendQueue::Admission::queued);
}

TEST(SendQueue, IsBoundedPerChatAndInAll) {
  SendQueue queue;
  SendQueue::Ticket ticket = 1;
  for (std::size_t i = 0; i < SendQueue::kMaxWaitingPerChat; ++i) {
    EXPECT_EQ(queue.push("7", ticket++, kStart), SendQueue::Admission::queued);
  }
  EXPECT_EQ(queue.push("7", ticket++, kStart), SendQueue::Admission::full);
  while (queue.waiting() < SendQueue::kMaxWaiting) {
    ASSERT_EQ(queue.push(std::to_string(ticket + 100), ticket, kStart),
              SendQueue::Admission::queued);
    ++ticket;
  }
  EXPECT_EQ(queue.push("99999999", ticket, kStart), SendQueue::Admission::full);
}

TEST(SendQueue, RemovesAWaitingTicketOnce) {
  SendQueue queue;
  queue.push("7", 1, kStart);
  EXPECT_TRUE(queue.remove(1));
  EXPECT_FALSE(queue.remove(1));
  EXPECT_EQ(queue.next(kStart), std::nullopt);
  EXPECT_EQ(queue.waiting(), 0U);
}

}  // namespace
}  // namespace openclaw::telegram
