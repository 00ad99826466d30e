// Checks of the operator's decisions about dead letters and held replies.
#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

/// One dead letter of the event; its id.
std::uint64_t bury(StoreUnderTest& store, const std::string& event, std::int64_t ended_ms = 2000) {
  const auto id = store.writer.one(Ingest{.event_id = event, .payload = "poison"}).id;
  store.writer.one(Attempt{.epoch = 4, .ids = {id}});
  store.writer.one(Finish{.epoch = 4,
                          .ids = {id},
                          .disposition = OC_DONE_DEAD,
                          .reason = "failed 5 times",
                          .ts_ms = ended_ms});
  return id;
}

/// One held reply in `state`; its id.
std::uint64_t hold(StoreUnderTest& store, const std::string& key, std::uint32_t state) {
  const auto id = store.turn(key);
  store.writer.one(Move{id, state, "cut"});
  return id;
}

Resolve retry(std::uint32_t queue, std::uint64_t id) {
  return {.queue = queue, .id = id};
}
Resolve drop(std::uint32_t queue, std::uint64_t id) {
  return {.queue = queue, .id = id, .action = OC_RESOLVE_DROP};
}

void a_retried_message_waits_behind_the_others(StoreUnderTest& store) {
  const auto dead = bury(store, "e");
  const auto waiting = store.ingest();
  const auto again = store.writer.one(retry(OC_QUEUE_INBOX, dead));
  EXPECT_EQ(again.status, OC_OK);
  EXPECT_GT(again.id, waiting);
  store.reopen();
  auto reader = store.reader();
  EXPECT_TRUE(reader.inbox(OC_LIST_DEAD).empty());
  const auto rows = reader.inbox();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[1].id, again.id);
  EXPECT_EQ(rows[1].attempts, 0u);
  EXPECT_EQ(rows[1].epoch, 0u);
  EXPECT_EQ(rows[1].payload, "poison");
  EXPECT_EQ(rows[1].event_id, "e");
  EXPECT_EQ(rows[1].received_ms, 1000);
  EXPECT_EQ(rows[1].session, "agent:main:main");
  EXPECT_EQ(reader.stat("inbox"), 2);
  EXPECT_EQ(reader.stat("deadInbox"), 0);
  EXPECT_EQ(reader.max_epoch(), 4u) << "it stays seen";
}

void a_retried_message_lives_as_a_new_one(StoreUnderTest& store) {
  const auto id = store.writer.one(retry(OC_QUEUE_INBOX, bury(store, "e"))).id;
  EXPECT_EQ(store.writer.one(Finish{.epoch = 4, .ids = {id}}).status, OC_E_CONFLICT)
      << "the old claim is void";
  EXPECT_EQ(store.writer.one(Attempt{.epoch = 5, .ids = {id}}).status, OC_OK);
  EXPECT_EQ(store.writer.one(Finish{.epoch = 5, .ids = {id}}).status, OC_OK);
  EXPECT_GT(store.ingest(), id);
}

void a_retried_message_keeps_its_event_known(StoreUnderTest& store) {
  const auto id = store.writer.one(retry(OC_QUEUE_INBOX, bury(store, "e"))).id;
  for (int i = 0; i < 10; ++i) store.writer.one(SweepStep{1000000, 1000});
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "e"}).flags, OC_RESULT_DUPLICATE);
  const auto rows = store.reader().inbox();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].id, id);
}

void a_retried_message_is_known_again_after_its_key_was_swept(StoreUnderTest& store) {
  const auto dead = bury(store, "e", 5000);  // the key is older than the letter
  while (store.writer.one(SweepStep{4000, 1000}).id != 0) {
  }
  EXPECT_EQ(store.writer.one(retry(OC_QUEUE_INBOX, dead)).status, OC_OK);
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "e"}).flags, OC_RESULT_DUPLICATE);
}

void a_message_without_an_event_is_retried(StoreUnderTest& store) {
  const auto first = bury(store, ""), second = bury(store, "");
  const auto results = store.writer.apply(
      {retry(OC_QUEUE_INBOX, first), retry(OC_QUEUE_INBOX, second), Ingest{}, Ingest{}});
  for (const auto& r : results) EXPECT_EQ(r.status, OC_OK);
  EXPECT_LT(results[0].id, results[1].id) << "in the order that was asked for";
  EXPECT_EQ(store.reader().inbox().size(), 4u);
}

void a_dropped_message_is_gone(StoreUnderTest& store) {
  const auto dead = bury(store, "e"), other = bury(store, "f");
  EXPECT_EQ(store.writer.one(drop(OC_QUEUE_INBOX, dead)).status, OC_OK);
  store.reopen();
  auto reader = store.reader();
  EXPECT_TRUE(reader.inbox().empty());
  ASSERT_EQ(reader.inbox(OC_LIST_DEAD).size(), 1u);
  EXPECT_EQ(reader.inbox(OC_LIST_DEAD)[0].id, other);
  EXPECT_EQ(reader.stat("deadInbox"), 1);
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "e"}).flags, OC_RESULT_DUPLICATE)
      << "a redelivery does not bring it back";
}

void a_retried_reply_is_stored_again(StoreUnderTest& store) {
  for (const auto state : {OC_OUTBOX_UNKNOWN, OC_OUTBOX_DEAD}) {
    const std::string key = "k" + std::to_string(state);
    const auto held = hold(store, key, state);
    const auto waiting = store.turn(key + "-later");
    const auto again = store.writer.one(retry(OC_QUEUE_OUTBOX, held));
    EXPECT_EQ(again.status, OC_OK);
    EXPECT_GT(again.id, waiting);
    store.reopen();
    auto reader = store.reader();
    EXPECT_TRUE(reader.outbox(OC_LIST_DEAD).empty());
    const auto rows = reader.outbox(OC_LIST_LIVE, again.id - 1);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_EQ(rows[0].id, again.id);
    EXPECT_EQ(rows[0].state, OC_OUTBOX_STORED);
    EXPECT_EQ(rows[0].updated_ms, 5000);
    EXPECT_EQ(rows[0].reason, "");
    EXPECT_EQ(rows[0].entry.idem_key, key);
    EXPECT_EQ(rows[0].entry.payload, R"({"text":"answer"})");
    EXPECT_EQ(rows[0].entry.created_ms, 2000);
    EXPECT_EQ(rows[0].entry.expires_ms, 9000);
    EXPECT_EQ(store.writer.one(Move{.id = again.id, .state = OC_OUTBOX_SENT}).status, OC_OK);
    EXPECT_EQ(store.writer.one(Move{.id = held, .state = OC_OUTBOX_SENT}).status, OC_E_NOTFOUND);
    EXPECT_EQ(store.writer.one(Move{.id = waiting, .state = OC_OUTBOX_SENT}).status, OC_OK);
  }
  EXPECT_EQ(store.writer.stat("outbox"), 0);
  EXPECT_EQ(store.writer.stat("deadOutbox"), 0);
}

void a_dropped_reply_is_gone_and_its_key_free(StoreUnderTest& store) {
  const auto held = hold(store, "k", OC_OUTBOX_UNKNOWN);
  EXPECT_EQ(store.writer.one(drop(OC_QUEUE_OUTBOX, held)).status, OC_OK);
  EXPECT_TRUE(store.reader().outbox(OC_LIST_DEAD).empty());
  EXPECT_EQ(store.writer.stat("deadOutbox"), 0);
  EXPECT_GT(store.turn("k"), held);
}

void only_held_rows_are_resolved(StoreUnderTest& store) {
  const auto waiting = store.ingest();
  const auto stored = store.turn("k");
  const auto dead = bury(store, "e");
  const auto held = hold(store, "h", OC_OUTBOX_DEAD);
  store.writer.one(drop(OC_QUEUE_INBOX, dead));
  store.writer.one(retry(OC_QUEUE_OUTBOX, held));
  const auto rows = store.reader().inbox().size(), replies = store.reader().outbox().size();
  for (const auto action : {OC_RESOLVE_RETRY, OC_RESOLVE_DROP}) {
    for (const auto id : {waiting, dead, std::uint64_t{4711}, std::uint64_t{0}, UINT64_MAX}) {
      EXPECT_EQ(store.writer.one(Resolve{OC_QUEUE_INBOX, id, action}).status, OC_E_NOTFOUND) << id;
    }
    for (const auto id : {stored, held, std::uint64_t{4711}, std::uint64_t{0}, UINT64_MAX}) {
      EXPECT_EQ(store.writer.one(Resolve{OC_QUEUE_OUTBOX, id, action}).status, OC_E_NOTFOUND) << id;
    }
  }
  auto reader = store.reader();
  EXPECT_EQ(reader.inbox().size(), rows);
  EXPECT_EQ(reader.outbox().size(), replies);
  EXPECT_EQ(reader.stat("inbox"), static_cast<std::int64_t>(rows));
  EXPECT_EQ(reader.stat("outbox"), static_cast<std::int64_t>(replies));
  EXPECT_EQ(reader.stat("deadInbox"), 0);
  EXPECT_EQ(reader.stat("deadOutbox"), 0);
}

void unknown_replies_are_counted_apart(StoreUnderTest& store) {
  const auto unknown = hold(store, "k1", OC_OUTBOX_UNKNOWN);
  hold(store, "k2", OC_OUTBOX_DEAD);
  EXPECT_EQ(store.reader().stat("unknownOutbox"), 1);
  EXPECT_EQ(store.reader().stat("deadOutbox"), 2);
  store.writer.one(Move{unknown, OC_OUTBOX_DEAD, "given up"});
  EXPECT_EQ(store.reader().stat("unknownOutbox"), 0);
  EXPECT_EQ(store.reader().stat("deadOutbox"), 2);
}

}  // namespace

Checks resolve_checks() {
  return {{"ARetriedMessageWaitsBehindTheOthers", a_retried_message_waits_behind_the_others},
          {"ARetriedMessageLivesAsANewOne", a_retried_message_lives_as_a_new_one},
          {"ARetriedMessageKeepsItsEventKnown", a_retried_message_keeps_its_event_known},
          {"ARetriedMessageIsKnownAgainAfterItsKeyWasSwept",
           a_retried_message_is_known_again_after_its_key_was_swept},
          {"AMessageWithoutAnEventIsRetried", a_message_without_an_event_is_retried},
          {"ADroppedMessageIsGone", a_dropped_message_is_gone},
          {"ARetriedReplyIsStoredAgain", a_retried_reply_is_stored_again},
          {"ADroppedReplyIsGoneAndItsKeyFree", a_dropped_reply_is_gone_and_its_key_free},
          {"OnlyHeldRowsAreResolved", only_held_rows_are_resolved},
          {"UnknownRepliesAreCountedApart", unknown_replies_are_counted_apart}};
}

}  // namespace openclaw::testing
