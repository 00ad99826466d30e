#include "intake.hpp"

#include <gtest/gtest.h>

namespace openclaw::discord {
namespace {

std::optional<Incoming> in(const std::string& channel) {
  Incoming message;
  message.chat_id = channel;
  return message;
}

TEST(Intake, AHeldChannelWaitsAndOthersDoNot) {
  Intake intake;
  intake.add(1, in("a"));
  intake.add(2, in("b"));
  Intake::Entry* first = intake.next();
  intake.settled(first->id, false);
  intake.hold("a");
  ASSERT_NE(intake.next(), nullptr);
  EXPECT_EQ(intake.find(2)->state, Intake::Entry::State::under_way);
  EXPECT_EQ(intake.next(), nullptr);
  intake.settled(2, true);
  EXPECT_EQ(intake.durable(), 0) << "the first is not done";
  intake.release("a");
  EXPECT_EQ(intake.next()->id, 1U);
  intake.settled(1, true);
  EXPECT_EQ(intake.durable(), 2);
}

TEST(Intake, WhatIsDoneBehindAMessageThatWaitsPilesUpNeitherNorFillsIt) {
  Intake intake;
  intake.add(1, in("a"));
  intake.hold("a");
  std::int64_t seq = 1;
  for (int i = 0; i < 2'000; ++i) {
    intake.add(++seq, std::nullopt);
    intake.add(++seq, in("b"));
    Intake::Entry* entry = intake.next();
    ASSERT_NE(entry, nullptr);
    intake.settled(entry->id, true);
  }
  EXPECT_FALSE(intake.full());
  EXPECT_LE(intake.remembered(), 2U);
  EXPECT_EQ(intake.durable(), 0);
  intake.release("a");
  intake.settled(intake.next()->id, true);
  EXPECT_EQ(intake.durable(), seq);
  EXPECT_EQ(intake.remembered(), 0U);
}

TEST(Intake, OutOfOrderRunsAreJoinedAndTheirOrderKept) {
  Intake intake;
  for (std::int64_t seq = 1; seq <= 5; ++seq) intake.add(seq, in(std::to_string(seq)));
  while (intake.next() != nullptr) {
  }
  for (const std::uint64_t id : {4U, 2U, 3U}) intake.settled(id, true);
  EXPECT_EQ(intake.remembered(), 3U);
  EXPECT_EQ(intake.durable(), 0);
  intake.settled(1, true);
  EXPECT_EQ(intake.durable(), 4);
  intake.settled(5, true);
  EXPECT_EQ(intake.durable(), 5);
}

TEST(Intake, ANewSessionsCountIsNotRaisedByWhatIsDoneOfTheOld) {
  Intake intake;
  intake.add(1, in("a"));
  intake.add(100, std::nullopt);
  intake.new_session();
  intake.add(1, std::nullopt);
  EXPECT_EQ(intake.durable(), 0);
  intake.settled(intake.next()->id, true);
  EXPECT_EQ(intake.durable(), 1);
}

TEST(Intake, ItIsFullOfWhatIsNotDone) {
  Intake intake;
  for (std::size_t i = 1; i <= Intake::kFull; ++i) {
    EXPECT_FALSE(intake.full());
    intake.add(static_cast<std::int64_t>(i), in("a"));
  }
  EXPECT_TRUE(intake.full());
}

}  // namespace
}  // namespace openclaw::discord
