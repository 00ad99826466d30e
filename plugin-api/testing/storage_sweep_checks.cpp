// Checks of removing what is old.
#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

void finish_one(StoreUnderTest& store, const std::string& event, std::int64_t received_ms,
                std::uint32_t disposition = OC_DONE_SILENT, std::int64_t ended_ms = 0) {
  const auto id = store.writer.one(Ingest{.event_id = event, .received_ms = received_ms}).id;
  store.writer.one(Attempt{.ids = {id}});
  store.writer.one(Finish{.ids = {id},
                          .disposition = disposition,
                          .reason = "r",
                          .ts_ms = ended_ms == 0 ? received_ms : ended_ms});
}

/// Sweeps until nothing is left to do; how many rows went.
std::uint64_t sweep_all(StoreUnderTest& store, std::int64_t before_ms) {
  std::uint64_t removed = 0;
  for (int step = 0; step < 100; ++step) {
    const auto result = store.writer.one(SweepStep{before_ms, 1000});
    EXPECT_EQ(result.status, OC_OK);
    if (result.id == 0) return removed;
    removed += result.id;
  }
  ADD_FAILURE() << "a sweep never came to its end";
  return removed;
}

void old_dedupe_keys_go_and_young_ones_stay(StoreUnderTest& store) {
  finish_one(store, "young", 2000);
  finish_one(store, "old", 1000);
  sweep_all(store, 1500);
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "young"}).flags, OC_RESULT_DUPLICATE);
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "old"}).flags, 0u);
}

void the_key_of_a_waiting_message_stays(StoreUnderTest& store) {
  store.writer.one(Ingest{.event_id = "waits", .received_ms = 1});
  sweep_all(store, 1000000);
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "waits"}).flags, OC_RESULT_DUPLICATE);
  EXPECT_EQ(store.reader().inbox().size(), 1u);
}

void old_dead_letters_go(StoreUnderTest& store) {
  finish_one(store, "", 1, OC_DONE_DEAD, 1000);
  finish_one(store, "", 1, OC_DONE_DEAD, 2000);
  EXPECT_GE(sweep_all(store, 1500), 1u);
  EXPECT_EQ(store.reader().inbox(OC_LIST_DEAD).size(), 1u);
  EXPECT_EQ(store.writer.stat("deadInbox"), 1);
}

void old_held_replies_go_and_waiting_ones_stay(StoreUnderTest& store) {
  const auto unknown = store.turn("k1"), dead = store.turn("k2"), young = store.turn("k3");
  const auto started = store.turn("k4");
  store.writer.apply({Move{unknown, OC_OUTBOX_UNKNOWN, "r", 1000},
                      Move{dead, OC_OUTBOX_DEAD, "r", 1000}, Move{young, OC_OUTBOX_DEAD, "r", 2000},
                      Move{started, OC_OUTBOX_STARTED, "", 1000}});
  sweep_all(store, 1500);
  auto reader = store.reader();
  const auto held = reader.outbox(OC_LIST_DEAD);
  ASSERT_EQ(held.size(), 1u);
  EXPECT_EQ(held[0].id, young);
  EXPECT_EQ(reader.outbox().size(), 1u);
  EXPECT_EQ(reader.stat("deadOutbox"), 1);
}

void a_step_is_bounded(StoreUnderTest& store) {
  for (int i = 0; i < 5; ++i) finish_one(store, "e" + std::to_string(i), 1000, OC_DONE_DEAD);
  EXPECT_EQ(store.writer.one(SweepStep{5000, 0}).id, 0u);
  std::uint64_t all = 0;
  for (int step = 0; step < 20; ++step) {
    const auto removed = store.writer.one(SweepStep{5000, 3}).id;
    EXPECT_LE(removed, 3u);
    all += removed;
  }
  EXPECT_EQ(all, 10u) << "five keys and five dead letters";
  EXPECT_EQ(store.writer.stat("deadInbox"), 0);
}

void the_transcript_is_not_swept(StoreUnderTest& store) {
  store.turn("k");
  sweep_all(store, 1000000);
  EXPECT_EQ(store.reader().history("agent:main:main").size(), 2u);
  EXPECT_EQ(store.reader().outbox().size(), 1u);
}

}  // namespace

Checks sweep_checks() {
  return {{"OldDedupeKeysGoAndYoungOnesStay", old_dedupe_keys_go_and_young_ones_stay},
          {"TheKeyOfAWaitingMessageStays", the_key_of_a_waiting_message_stays},
          {"OldDeadLettersGo", old_dead_letters_go},
          {"OldHeldRepliesGoAndWaitingOnesStay", old_held_replies_go_and_waiting_ones_stay},
          {"ASweepStepIsBounded", a_step_is_bounded},
          {"TheTranscriptIsNotSwept", the_transcript_is_not_swept}};
}

}  // namespace openclaw::testing
