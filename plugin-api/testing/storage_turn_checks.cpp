// Checks of claiming and ending turns: attempts, epochs, dead letters.
#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

void attempts_are_counted_before_the_turn(StoreUnderTest& store) {
  const auto id = store.ingest();
  EXPECT_EQ(store.writer.one(Attempt{.epoch = 3, .ids = {id}}).status, OC_OK);
  EXPECT_EQ(store.writer.one(Attempt{.epoch = 4, .ids = {id}}).status, OC_OK);
  const auto rows = store.reader().inbox();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].attempts, 2u);
  EXPECT_EQ(rows[0].epoch, 4u);
}

void an_attempt_is_all_or_nothing(StoreUnderTest& store) {
  const auto mine = store.ingest(), others = store.ingest({}, "other");
  for (const auto& ids : {Ids{mine, 999999}, Ids{mine, others}, Ids{others}, Ids{999999}}) {
    EXPECT_EQ(store.writer.one(Attempt{.ids = ids}).status, OC_E_CONFLICT);
  }
  for (const auto& row : store.reader().inbox()) EXPECT_EQ(row.attempts, 0u) << row.id;
}

void an_older_epoch_does_not_take_rows_back(StoreUnderTest& store) {
  const auto id = store.ingest();
  store.writer.one(Attempt{.epoch = 7, .ids = {id}});
  EXPECT_EQ(store.writer.one(Attempt{.epoch = 6, .ids = {id}}).status, OC_E_CONFLICT);
  EXPECT_EQ(store.reader().inbox().at(0).epoch, 7u);
}

void a_finish_moves_everything_at_once(StoreUnderTest& store) {
  const auto a = store.ingest(), b = store.ingest(), waiting = store.ingest();
  store.writer.one(Attempt{.ids = {a, b}});
  const auto done = store.writer.one(
      Finish{.ids = {a, b},
             .transcript = {{OC_ROLE_USER, "question"}, {OC_ROLE_ASSISTANT, "answer"}},
             .outbox = {{.idem_key = "k1", .payload = "1"}, {.idem_key = "k2", .payload = "2"}}});
  EXPECT_EQ(done.status, OC_OK);
  auto reader = store.reader();
  const auto inbox = reader.inbox();
  ASSERT_EQ(inbox.size(), 1u);
  EXPECT_EQ(inbox[0].id, waiting);
  EXPECT_EQ(reader.history("agent:main:main").size(), 2u);
  const auto outbox = reader.outbox();
  ASSERT_EQ(outbox.size(), 2u);
  EXPECT_EQ(outbox[0].id, done.id);
  EXPECT_EQ(outbox[1].id, done.id + 1);
  EXPECT_EQ(outbox[0].entry.payload, "1");
  EXPECT_TRUE(reader.inbox(OC_LIST_DEAD).empty());
}

/// Nothing of a refused finish is there.
void expect_untouched(StoreUnderTest& store, std::size_t inbox_rows) {
  auto reader = store.reader();
  EXPECT_EQ(reader.inbox().size(), inbox_rows);
  EXPECT_TRUE(reader.inbox(OC_LIST_DEAD).empty());
  EXPECT_TRUE(reader.history("agent:main:main").empty());
  EXPECT_TRUE(reader.sessions().empty());
  EXPECT_TRUE(reader.outbox().empty());
  EXPECT_EQ(reader.stat("inbox"), static_cast<std::int64_t>(inbox_rows));
  EXPECT_EQ(reader.stat("outbox"), 0);
}

void a_fenced_finish_writes_nothing(StoreUnderTest& store) {
  const auto a = store.ingest(), b = store.ingest();
  Finish finish{.epoch = 5,
                .ids = {a, b},
                .transcript = {{OC_ROLE_USER, "x"}},
                .outbox = {{.idem_key = "k"}}};
  EXPECT_EQ(store.writer.one(finish).status, OC_E_CONFLICT) << "never claimed";
  store.writer.one(Attempt{.epoch = 5, .ids = {a}});
  EXPECT_EQ(store.writer.one(finish).status, OC_E_CONFLICT) << "one of two claimed";
  store.writer.one(Attempt{.epoch = 6, .ids = {a, b}});
  EXPECT_EQ(store.writer.one(finish).status, OC_E_CONFLICT) << "claimed by a newer epoch";
  finish.epoch = 0;
  EXPECT_EQ(store.writer.one(finish).status, OC_E_CONFLICT) << "epoch 0";
  finish.epoch = 7;
  EXPECT_EQ(store.writer.one(finish).status, OC_E_CONFLICT) << "epoch that never claimed";
  finish.disposition = OC_DONE_DEAD;
  EXPECT_EQ(store.writer.one(finish).status, OC_E_CONFLICT) << "as a dead letter too";
  expect_untouched(store, 2);
}

void an_unclaimed_row_is_not_finished_by_epoch_0(StoreUnderTest& store) {
  const auto id = store.ingest();
  EXPECT_EQ(store.writer.one(Finish{.epoch = 0, .ids = {id}}).status, OC_E_CONFLICT);
  expect_untouched(store, 1);
}

void a_finish_of_another_session_writes_nothing(StoreUnderTest& store) {
  const auto id = store.ingest({}, "other");
  store.writer.one(Attempt{.session = "other", .ids = {id}});
  EXPECT_EQ(store.writer.one(Finish{.ids = {id}}).status, OC_E_CONFLICT);
  expect_untouched(store, 1);
}

void a_second_finish_is_a_conflict(StoreUnderTest& store) {
  const auto id = store.ingest();
  store.writer.one(Attempt{.ids = {id}});
  const Finish finish{.ids = {id}, .transcript = {{OC_ROLE_USER, "x"}}};
  EXPECT_EQ(store.writer.one(finish).status, OC_OK);
  EXPECT_EQ(store.writer.one(finish).status, OC_E_CONFLICT);
  EXPECT_EQ(store.reader().history("agent:main:main").size(), 1u);
}

void a_finish_without_rows_only_adds(StoreUnderTest& store) {
  const auto done = store.writer.one(
      Finish{.transcript = {{OC_ROLE_SYSTEM, "note"}}, .outbox = {{.idem_key = "k"}}});
  EXPECT_EQ(done.status, OC_OK);
  EXPECT_EQ(store.reader().history("agent:main:main").at(0).role, OC_ROLE_SYSTEM);
  EXPECT_EQ(store.reader().outbox().at(0).id, done.id);
}

void dead_letters_keep_the_message_and_the_reason(StoreUnderTest& store) {
  const auto id = store.writer.one(Ingest{.event_id = "e", .payload = "poison"}).id;
  store.writer.one(Attempt{.epoch = 2, .ids = {id}});
  EXPECT_EQ(
      store.writer
          .one(Finish{
              .epoch = 2, .ids = {id}, .disposition = OC_DONE_DEAD, .reason = "failed 5 times"})
          .status,
      OC_OK);
  store.reopen();
  auto reader = store.reader();
  EXPECT_TRUE(reader.inbox().empty());
  const auto dead = reader.inbox(OC_LIST_DEAD);
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].id, id);
  EXPECT_EQ(dead[0].payload, "poison");
  EXPECT_EQ(dead[0].event_id, "e");
  EXPECT_EQ(dead[0].attempts, 1u);
  EXPECT_EQ(dead[0].reason, "failed 5 times");
  EXPECT_EQ(dead[0].epoch, 2u);
  EXPECT_EQ(dead[0].dead_ms, 2000);
  EXPECT_EQ(reader.stat("deadInbox"), 1);
  EXPECT_EQ(reader.stat("inbox"), 0);
}

void a_silent_turn_leaves_no_dead_letter(StoreUnderTest& store) {
  const auto id = store.ingest();
  store.writer.one(Attempt{.ids = {id}});
  store.writer.one(Finish{.ids = {id}, .disposition = OC_DONE_SILENT});
  expect_untouched(store, 0);
}

void the_greatest_epoch_is_remembered(StoreUnderTest& store) {
  EXPECT_EQ(store.writer.stat("maxEpoch"), 0);
  EXPECT_EQ(store.writer.max_epoch(), 0u);
  store.turn("k1", 41);
  store.turn("k2", 12);
  EXPECT_EQ(store.reader().stat("maxEpoch"), 41);
  EXPECT_EQ(store.writer.max_epoch(), 41u);
  store.reopen();
  EXPECT_EQ(store.reader().stat("maxEpoch"), 41) << "although its rows are finished";
  EXPECT_EQ(store.reader().max_epoch(), 41u);
}

void nonsense_is_refused(StoreUnderTest& store) {
  const auto id = store.ingest();
  EXPECT_EQ(store.writer.one(oc_write{sizeof(oc_write), 4711, nullptr}).status, OC_E_INVAL);
  EXPECT_EQ(store.writer.one(oc_write{sizeof(oc_write), OC_WRITE_INGEST, nullptr}).status,
            OC_E_INVAL);
  store.writer.one(Attempt{.ids = {id}});
  EXPECT_EQ(store.writer.one(Finish{.ids = {id}, .disposition = 9}).status, OC_E_INVAL);
  EXPECT_EQ(store.writer.one(Move{.id = 1, .state = 9}).status, OC_E_INVAL);
  EXPECT_EQ(store.writer.one(SessionChange{.action = 9}).status, OC_E_INVAL);
  EXPECT_EQ(store.writer.one(Resolve{.id = id, .action = 9}).status, OC_E_INVAL);
  EXPECT_EQ(store.writer.one(Resolve{.queue = 9, .id = id}).status, OC_E_INVAL);
  EXPECT_EQ(store.writer.one(Notice{{}, "t", "only members tell"}).status, OC_E_INVAL);
  EXPECT_EQ(store.writer.one(Lease{"only members lease"}).status, OC_E_INVAL);
  expect_untouched(store, 1);
}

}  // namespace

Checks turn_checks() {
  return {{"AttemptsAreCountedBeforeTheTurn", attempts_are_counted_before_the_turn},
          {"AnAttemptIsAllOrNothing", an_attempt_is_all_or_nothing},
          {"AnOlderEpochDoesNotTakeRowsBack", an_older_epoch_does_not_take_rows_back},
          {"AFinishMovesEverythingAtOnce", a_finish_moves_everything_at_once},
          {"AFencedFinishWritesNothing", a_fenced_finish_writes_nothing},
          {"AnUnclaimedRowIsNotFinishedByEpoch0", an_unclaimed_row_is_not_finished_by_epoch_0},
          {"AFinishOfAnotherSessionWritesNothing", a_finish_of_another_session_writes_nothing},
          {"ASecondFinishIsAConflict", a_second_finish_is_a_conflict},
          {"AFinishWithoutRowsOnlyAdds", a_finish_without_rows_only_adds},
          {"DeadLettersKeepTheMessageAndTheReason", dead_letters_keep_the_message_and_the_reason},
          {"ASilentTurnLeavesNoDeadLetter", a_silent_turn_leaves_no_dead_letter},
          {"TheGreatestEpochIsRemembered", the_greatest_epoch_is_remembered},
          {"NonsenseIsRefused", nonsense_is_refused}};
}

}  // namespace openclaw::testing
