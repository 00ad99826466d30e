// Checks of replies on their way out.
#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

void every_field_of_a_reply_comes_back(StoreUnderTest& store) {
  const OutboxEntry in{.idem_key = "k",
                       .payload = "p",
                       .session = "s",
                       .channel = "c",
                       .account = "a",
                       .created_ms = 5,
                       .expires_ms = 6};
  const auto id = store.writer.one(Finish{.session = "s", .outbox = {in}}).id;
  const auto rows = store.reader().outbox();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].id, id);
  EXPECT_EQ(rows[0].state, OC_OUTBOX_STORED);
  EXPECT_EQ(rows[0].entry.idem_key, "k");
  EXPECT_EQ(rows[0].entry.payload, "p");
  EXPECT_EQ(rows[0].entry.session, "s");
  EXPECT_EQ(rows[0].entry.channel, "c");
  EXPECT_EQ(rows[0].entry.account, "a");
  EXPECT_EQ(rows[0].entry.created_ms, 5);
  EXPECT_EQ(rows[0].entry.expires_ms, 6);
}

void a_started_send_survives_a_restart(StoreUnderTest& store) {
  const auto first = store.turn("k1"), second = store.turn("k2");
  EXPECT_EQ(store.writer.one(Move{.id = first, .state = OC_OUTBOX_STARTED, .ts_ms = 77}).status,
            OC_OK);
  store.reopen();
  const auto rows = store.reader().outbox();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].id, first);
  EXPECT_EQ(rows[0].state, OC_OUTBOX_STARTED);
  EXPECT_EQ(rows[0].updated_ms, 77);
  EXPECT_EQ(rows[1].id, second);
  EXPECT_EQ(rows[1].state, OC_OUTBOX_STORED);
}

void a_turns_end_begins_the_send_of_its_first_reply(StoreUnderTest& store) {
  const OutboxEntry first{.idem_key = "k1", .created_ms = 77, .flags = OC_OUTBOX_START};
  const OutboxEntry second{.idem_key = "k2", .created_ms = 77, .flags = OC_OUTBOX_START};
  const auto written = store.writer.one(Finish{.session = "s", .outbox = {first, second}});
  EXPECT_EQ(written.status, OC_OK);
  EXPECT_EQ(written.flags, OC_RESULT_STARTED);
  const auto plain = store.writer.one(Finish{.outbox = {{.idem_key = "k3"}, second}});
  EXPECT_EQ(plain.status, OC_E_CONFLICT) << "its second key is taken";
  const auto refused =
      store.writer.one(Finish{.outbox = {{.idem_key = "k1", .flags = OC_OUTBOX_START}}});
  EXPECT_EQ(refused.status, OC_E_CONFLICT);
  EXPECT_EQ(refused.flags, 0u);
  store.reopen();
  auto rows = store.reader().outbox();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].id, written.id);
  EXPECT_EQ(rows[0].state, OC_OUTBOX_STARTED);
  EXPECT_EQ(rows[0].updated_ms, 77);
  EXPECT_EQ(rows[0].entry.flags, 0u);
  EXPECT_EQ(rows[1].state, OC_OUTBOX_STORED) << "only the first of them";
  EXPECT_EQ(store.writer.one(Move{.id = rows[0].id, .state = OC_OUTBOX_STORED}).status, OC_OK);
  EXPECT_EQ(store.reader().outbox().at(0).state, OC_OUTBOX_STORED) << "it was not sent after all";
  EXPECT_EQ(store.writer.one(Move{.id = rows[0].id, .state = OC_OUTBOX_SENT}).status, OC_OK);
  EXPECT_EQ(store.reader().stat("outbox"), 1);
}

void a_sent_reply_is_no_longer_listed(StoreUnderTest& store) {
  const auto id = store.turn("k");
  store.writer.one(Move{.id = id, .state = OC_OUTBOX_STARTED});
  EXPECT_EQ(store.writer.one(Move{.id = id, .state = OC_OUTBOX_SENT, .message_id = "m"}).status,
            OC_OK);
  auto reader = store.reader();
  EXPECT_TRUE(reader.outbox().empty());
  EXPECT_TRUE(reader.outbox(OC_LIST_DEAD).empty());
  EXPECT_EQ(reader.stat("outbox"), 0);
}

void unknown_and_dead_replies_wait_for_the_operator(StoreUnderTest& store) {
  const auto unknown = store.turn("k1"), dead = store.turn("k2"), live = store.turn("k3");
  store.writer.apply({Move{unknown, OC_OUTBOX_UNKNOWN, "cut"}, Move{dead, OC_OUTBOX_DEAD, "403"}});
  store.reopen();
  auto reader = store.reader();
  const auto held = reader.outbox(OC_LIST_DEAD);
  ASSERT_EQ(held.size(), 2u);
  EXPECT_EQ(held[0].id, unknown);
  EXPECT_EQ(held[0].state, OC_OUTBOX_UNKNOWN);
  EXPECT_EQ(held[0].reason, "cut");
  EXPECT_EQ(held[0].entry.idem_key, "k1");
  EXPECT_EQ(held[1].state, OC_OUTBOX_DEAD);
  EXPECT_EQ(held[1].reason, "403");
  const auto rows = reader.outbox();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].id, live);
  EXPECT_EQ(reader.stat("outbox"), 1);
  EXPECT_EQ(reader.stat("deadOutbox"), 2);
}

void a_held_reply_can_be_moved_again(StoreUnderTest& store) {
  const auto id = store.turn("k1"), other = store.turn("k2");
  store.writer.one(Move{id, OC_OUTBOX_UNKNOWN, "cut"});
  EXPECT_EQ(store.writer.one(Move{id, OC_OUTBOX_DEAD, "given up"}).status, OC_OK);
  EXPECT_EQ(store.reader().outbox(OC_LIST_DEAD).at(0).reason, "given up");
  EXPECT_EQ(store.writer.one(Move{id, OC_OUTBOX_STORED}).status, OC_OK);
  auto reader = store.reader();
  EXPECT_TRUE(reader.outbox(OC_LIST_DEAD).empty());
  const auto rows = reader.outbox();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].id, id) << "in its old place";
  EXPECT_EQ(rows[0].entry.payload, R"({"text":"answer"})");
  store.writer.one(Move{other, OC_OUTBOX_UNKNOWN, "cut"});
  EXPECT_EQ(store.writer.one(Move{other, OC_OUTBOX_SENT}).status, OC_OK) << "a late receipt";
  EXPECT_EQ(store.writer.stat("deadOutbox"), 0);
}

void a_reply_that_is_gone_is_not_found(StoreUnderTest& store) {
  for (std::uint32_t state = OC_OUTBOX_STORED; state <= OC_OUTBOX_DEAD; ++state) {
    EXPECT_EQ(store.writer.one(Move{.id = 4711, .state = state}).status, OC_E_NOTFOUND) << state;
  }
  EXPECT_EQ(store.writer.stat("outbox"), 0);
  EXPECT_EQ(store.writer.stat("deadOutbox"), 0);
}

void an_idempotency_key_is_unique(StoreUnderTest& store) {
  store.turn("taken");
  const auto held = store.turn("held");
  store.writer.one(Move{held, OC_OUTBOX_UNKNOWN, "cut"});
  const auto id = store.ingest();
  store.writer.one(Attempt{.ids = {id}});
  for (const auto* key : {"taken", "held"}) {
    EXPECT_EQ(store.writer
                  .one(Finish{.ids = {id},
                              .transcript = {{OC_ROLE_USER, "again"}},
                              .outbox = {{.idem_key = "new"}, {.idem_key = key}}})
                  .status,
              OC_E_CONFLICT)
        << key;
  }
  auto reader = store.reader();
  EXPECT_EQ(reader.inbox().size(), 1u);
  EXPECT_EQ(reader.history("agent:main:main").size(), 4u);
  EXPECT_EQ(reader.outbox().size(), 1u);
  EXPECT_EQ(reader.stat("outbox"), 1);
}

void outbox_ids_grow(StoreUnderTest& store) {
  const auto first = store.turn("k1");
  store.writer.one(Move{.id = first, .state = OC_OUTBOX_SENT});
  store.reopen();
  EXPECT_GT(store.turn("k2"), first);
}

/// What a later core asks for besides is told by the result's flags, or not done.
void flags_of_a_later_version_are_ignored(StoreUnderTest& store) {
  constexpr std::uint32_t kLater = 1U << 31U | 1U << 30U;
  const auto taken = store.writer.one(Ingest{.event_id = "e", .flags = kLater});
  EXPECT_EQ(taken.status, OC_OK);
  EXPECT_EQ(taken.flags, 0U);
  EXPECT_EQ(store.writer.one(Attempt{.epoch = 2, .ids = {taken.id}}).status, OC_OK);
  const auto plain = store.writer.one(
      Finish{.epoch = 2, .ids = {taken.id}, .outbox = {{.idem_key = "k1", .flags = kLater}}});
  EXPECT_EQ(plain.status, OC_OK) << plain.reason;
  EXPECT_EQ(plain.flags, 0U);
  const auto begun =
      store.writer.one(Finish{.outbox = {{.idem_key = "k2", .flags = kLater | OC_OUTBOX_START}}});
  EXPECT_EQ(begun.status, OC_OK) << begun.reason;
  EXPECT_EQ(begun.flags, OC_RESULT_STARTED);
  const auto rows = store.writer.outbox();
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].state, OC_OUTBOX_STORED);
  EXPECT_EQ(rows[1].state, OC_OUTBOX_STARTED);
  const auto put = store.writer.one(Put{.key = "k", .value = "v", .flags = kLater});
  EXPECT_EQ(put.status, OC_OK);
  EXPECT_EQ(store.writer.kv("plugin").size(), 1U) << "written, not deleted";
}

}  // namespace

Checks outbox_checks() {
  return {
      {"EveryFieldOfAReplyComesBack", every_field_of_a_reply_comes_back},
      {"AStartedSendSurvivesARestart", a_started_send_survives_a_restart},
      {"ATurnsEndBeginsTheSendOfItsFirstReply", a_turns_end_begins_the_send_of_its_first_reply},
      {"FlagsOfALaterVersionAreIgnored", flags_of_a_later_version_are_ignored},
      {"ASentReplyIsNoLongerListed", a_sent_reply_is_no_longer_listed},
      {"UnknownAndDeadRepliesWaitForTheOperator", unknown_and_dead_replies_wait_for_the_operator},
      {"AHeldReplyCanBeMovedAgain", a_held_reply_can_be_moved_again},
      {"AReplyThatIsGoneIsNotFound", a_reply_that_is_gone_is_not_found},
      {"AnIdempotencyKeyIsUnique", an_idempotency_key_is_unique},
      {"NoOutboxIdIsGivenTwice", outbox_ids_grow}};
}

}  // namespace openclaw::testing
