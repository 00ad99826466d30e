#include "core/host/storage/held_counts.hpp"

#include <gtest/gtest.h>

namespace openclaw::host {

TEST(HeldCounts, ChangeByWhatEndsUpWithTheOperatorOrLeavesHim) {
  using pipeline::Disposition;
  using pipeline::OutboxState;
  const auto finish = [](Disposition d) {
    pipeline::Finish f;
    f.disposition = d;
    return HeldCounts::changed_by(f);
  };
  const auto mark = [](OutboxState s) {
    pipeline::MarkOutbox m;
    m.state = s;
    return HeldCounts::changed_by(m);
  };
  EXPECT_TRUE(finish(Disposition::dead));
  EXPECT_FALSE(finish(Disposition::answered));
  EXPECT_TRUE(mark(OutboxState::unknown));
  EXPECT_TRUE(mark(OutboxState::dead));
  EXPECT_FALSE(mark(OutboxState::started));
  EXPECT_FALSE(mark(OutboxState::sent));
  EXPECT_TRUE(HeldCounts::changed_by(pipeline::Resolve{}));
  EXPECT_TRUE(HeldCounts::changed_by(pipeline::Sweep{}));
  EXPECT_FALSE(HeldCounts::changed_by(pipeline::Ingest{}));
}

TEST(HeldCounts, RefuseStatsThatLackOne) {
  HeldCounts counts;
  EXPECT_TRUE(counts.read(R"({"deadInbox":1,"deadOutbox":5,"unknownOutbox":5})", counts.begin()));
  EXPECT_EQ(counts.snapshot().dead_replies, 0U);
  for (const char* stats :
       {"", "[]", R"({"deadInbox":2,"deadOutbox":5})", R"({"deadOutbox":5,"unknownOutbox":0})",
        R"({"deadInbox":2,"deadOutbox":1,"unknownOutbox":2})",
        R"({"deadInbox":"2","deadOutbox":1,"unknownOutbox":0})"}) {
    EXPECT_FALSE(counts.read(stats, counts.begin())) << stats;
  }
  EXPECT_EQ(counts.snapshot().messages, 1U);
}

TEST(HeldCounts, WhatALaterCallSawStaysWhenAnEarlierOneAnswersAfterIt) {
  HeldCounts counts;
  const std::uint64_t earlier = counts.begin(), later = counts.begin();
  EXPECT_TRUE(counts.read(R"({"deadInbox":0,"deadOutbox":3,"unknownOutbox":0})", later));
  EXPECT_TRUE(counts.read(R"({"deadInbox":0,"deadOutbox":2,"unknownOutbox":0})", earlier));
  EXPECT_EQ(counts.snapshot().dead_replies, 3U);
}

}  // namespace openclaw::host
