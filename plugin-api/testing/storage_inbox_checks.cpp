// Checks of accepting messages: order, dedupe, what comes back.
#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

void ids_grow_in_order_of_acceptance(StoreUnderTest& store) {
  const auto results = store.writer.apply({Ingest{.event_id = "c"}, Ingest{.event_id = "a"},
                                           Ingest{.session = "other", .event_id = "b"}});
  const auto later = store.ingest("d");
  EXPECT_LT(0u, results[0].id);
  EXPECT_LT(results[0].id, results[1].id);
  EXPECT_LT(results[1].id, results[2].id);
  EXPECT_LT(results[2].id, later);
  const auto rows = store.reader().inbox();
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].event_id, "c");
  EXPECT_EQ(rows[1].event_id, "a");
  EXPECT_EQ(rows[2].session, "other");
  EXPECT_EQ(rows[3].id, later);
}

void every_field_comes_back(StoreUnderTest& store) {
  const Ingest in{.session = "agent:main:x",
                  .event_id = "e\xC3\xA9",
                  .payload = R"({"a":1})",
                  .received_ms = 1700000000123,
                  .agent = "a",
                  .channel = "c",
                  .account = "w"};
  const auto id = store.writer.one(in).id;
  const auto rows = store.reader().inbox();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].id, id);
  EXPECT_EQ(rows[0].attempts, 0u);
  EXPECT_EQ(rows[0].session, in.session);
  EXPECT_EQ(rows[0].agent, "a");
  EXPECT_EQ(rows[0].channel, "c");
  EXPECT_EQ(rows[0].account, "w");
  EXPECT_EQ(rows[0].event_id, in.event_id);
  EXPECT_EQ(rows[0].payload, in.payload);
  EXPECT_EQ(rows[0].received_ms, in.received_ms);
  EXPECT_EQ(rows[0].reason, "");
  EXPECT_EQ(rows[0].dead_ms, 0);
}

void a_known_event_is_a_duplicate(StoreUnderTest& store) {
  const auto id = store.ingest("e1");
  const auto again = store.writer.one(Ingest{.event_id = "e1"});
  EXPECT_EQ(again.status, OC_OK);
  EXPECT_EQ(again.flags, OC_RESULT_DUPLICATE);
  EXPECT_TRUE(again.id == id || again.id == 0) << again.id;
  EXPECT_EQ(store.reader().inbox().size(), 1u);
  EXPECT_EQ(store.writer.stat("inbox"), 1);
}

void a_duplicate_within_one_batch_is_seen(StoreUnderTest& store) {
  const auto results = store.writer.apply({Ingest{.event_id = "e"}, Ingest{.event_id = "e"}});
  EXPECT_EQ(results[0].flags, 0u);
  EXPECT_EQ(results[1].flags, OC_RESULT_DUPLICATE);
  EXPECT_EQ(store.reader().inbox().size(), 1u);
}

void the_same_event_elsewhere_is_another(StoreUnderTest& store) {
  const auto results =
      store.writer.apply({Ingest{.event_id = "e"}, Ingest{.event_id = "e", .channel = "other"},
                          Ingest{.event_id = "e", .account = "other"}});
  for (const auto& r : results) EXPECT_EQ(r.flags, 0u);
  EXPECT_EQ(store.reader().inbox().size(), 3u);
}

void parts_of_the_key_do_not_run_together(StoreUnderTest& store) {
  const auto results =
      store.writer.apply({Ingest{.event_id = "c", .channel = "a", .account = "b"},
                          Ingest{.event_id = "bc", .channel = "a", .account = ""},
                          Ingest{.event_id = "c", .channel = "ab", .account = ""}});
  for (const auto& r : results) EXPECT_EQ(r.flags, 0u);
}

void an_empty_event_id_is_never_a_duplicate(StoreUnderTest& store) {
  EXPECT_EQ(store.writer.one(Ingest{}).flags, 0u);
  EXPECT_EQ(store.writer.one(Ingest{}).flags, 0u);
  EXPECT_EQ(store.reader().inbox().size(), 2u);
}

void the_key_outlives_the_row_and_a_restart(StoreUnderTest& store) {
  const auto id = store.ingest("e1");
  store.writer.one(Attempt{.ids = {id}});
  ASSERT_EQ(store.writer.one(Finish{.ids = {id}}).status, OC_OK);
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "e1"}).flags, OC_RESULT_DUPLICATE);
  store.reopen();
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "e1"}).flags, OC_RESULT_DUPLICATE);
  EXPECT_EQ(store.reader().inbox().size(), 0u);
}

void no_id_is_given_twice(StoreUnderTest& store) {
  const auto id = store.ingest();
  store.writer.one(Attempt{.ids = {id}});
  store.writer.one(Finish{.ids = {id}});
  store.reopen();
  EXPECT_GT(store.ingest(), id);
}

void waiting_messages_survive_a_restart(StoreUnderTest& store) {
  const auto first = store.ingest("e1"), second = store.ingest("e2");
  store.writer.one(Attempt{.epoch = 9, .ids = {first}});
  store.reopen();
  const auto rows = store.reader().inbox();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].id, first);
  EXPECT_EQ(rows[0].attempts, 1u);
  EXPECT_EQ(rows[0].epoch, 9u);
  EXPECT_EQ(rows[1].id, second);
  EXPECT_EQ(rows[1].attempts, 0u);
}

void lists_page_by_id(StoreUnderTest& store) {
  std::vector<AnyWrite> writes(7, Ingest{});
  store.writer.apply(writes);
  auto reader = store.reader();
  std::uint64_t after = 0;
  std::vector<std::size_t> pages;
  for (auto page = reader.inbox(OC_LIST_LIVE, after, 3); !page.empty();
       page = reader.inbox(OC_LIST_LIVE, after, 3)) {
    pages.push_back(page.size());
    EXPECT_GT(page.front().id, after);
    after = page.back().id;
  }
  EXPECT_EQ(pages, (std::vector<std::size_t>{3, 3, 1}));
  EXPECT_TRUE(reader.inbox(OC_LIST_LIVE, 0, 0).empty());
  EXPECT_TRUE(reader.inbox(OC_LIST_LIVE, UINT64_MAX).empty());
  reader.stop_after = 2;
  EXPECT_EQ(reader.inbox().size(), 2u);
}

void an_epoch_claims_the_message_at_once(StoreUnderTest& store) {
  const auto id = store.writer.one(Ingest{.event_id = "e", .epoch = 7}).id;
  EXPECT_EQ(store.writer.max_epoch(), 7u);
  store.reopen();
  const auto rows = store.reader().inbox();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].epoch, 7u);
  EXPECT_EQ(rows[0].attempts, 1u);
  EXPECT_EQ(store.reader().max_epoch(), 7u);
  EXPECT_EQ(store.reader().stat("maxEpoch"), 7);
  EXPECT_EQ(store.writer.one(Attempt{.epoch = 6, .ids = {id}}).status, OC_E_CONFLICT);
  EXPECT_EQ(store.writer.one(Finish{.epoch = 6, .ids = {id}}).status, OC_E_CONFLICT);
  EXPECT_EQ(store.writer.one(Finish{.epoch = 7, .ids = {id}}).status, OC_OK)
      << "no attempt between";
  EXPECT_TRUE(store.reader().inbox().empty());
}

void a_claimed_message_is_attempted_again(StoreUnderTest& store) {
  const auto id = store.writer.one(Ingest{.epoch = 7}).id;
  EXPECT_EQ(store.writer.one(Attempt{.epoch = 8, .ids = {id}}).status, OC_OK);
  const auto row = store.reader().inbox().at(0);
  EXPECT_EQ(row.attempts, 2u);
  EXPECT_EQ(row.epoch, 8u);
}

void a_duplicate_claims_nothing(StoreUnderTest& store) {
  const auto waits = store.ingest("waits");
  const auto done = store.writer.one(Ingest{.event_id = "done", .epoch = 3}).id;
  store.writer.one(Finish{.epoch = 3, .ids = {done}});
  for (const auto* event : {"waits", "done"}) {
    const auto again = store.writer.one(Ingest{.event_id = event, .epoch = 9});
    EXPECT_EQ(again.flags, OC_RESULT_DUPLICATE) << event;
  }
  const auto rows = store.reader().inbox();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].id, waits);
  EXPECT_EQ(rows[0].epoch, 0u);
  EXPECT_EQ(rows[0].attempts, 0u);
  EXPECT_EQ(store.writer.max_epoch(), 3u) << "an epoch that claimed nothing was not seen";
}

void an_epoch_without_bounds_is_refused(StoreUnderTest& store) {
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "e", .epoch = UINT64_MAX}).status, OC_E_INVAL);
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "e"}).flags, 0u) << "not even its key";
  EXPECT_EQ(store.writer.max_epoch(), 0u);
}

void any_bytes_come_back_unchanged(StoreUnderTest& store) {
  using namespace std::string_literals;
  for (const auto& payload : {""s, "a\0b"s, "\0"s, "\xF0\x9F\xA6\x9E \xE4\xBD\xA0\xE5\xA5\xBD"s,
                              std::string(1 << 20, 'x'), "'; DROP TABLE inbox; --"s}) {
    const auto id = store.writer.one(Ingest{.event_id = "", .payload = payload}).id;
    const auto rows = store.reader().inbox(OC_LIST_LIVE, id - 1, 1);
    ASSERT_EQ(rows.size(), 1u);
    EXPECT_TRUE(rows[0].payload == payload) << payload.size() << ' ' << rows[0].payload.size();
  }
  // Keys that differ only after a NUL differ.
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "k\0a"s}).flags, 0u);
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "k\0b"s}).flags, 0u);
}

}  // namespace

Checks inbox_checks() {
  return {{"IdsGrowInOrderOfAcceptance", ids_grow_in_order_of_acceptance},
          {"EveryFieldOfAMessageComesBack", every_field_comes_back},
          {"AKnownEventIsADuplicate", a_known_event_is_a_duplicate},
          {"ADuplicateWithinOneBatchIsSeen", a_duplicate_within_one_batch_is_seen},
          {"TheSameEventIdElsewhereIsAnotherEvent", the_same_event_elsewhere_is_another},
          {"PartsOfTheDedupeKeyDoNotRunTogether", parts_of_the_key_do_not_run_together},
          {"AnEmptyEventIdIsNeverADuplicate", an_empty_event_id_is_never_a_duplicate},
          {"TheDedupeKeyOutlivesTheRowAndARestart", the_key_outlives_the_row_and_a_restart},
          {"NoInboxIdIsGivenTwice", no_id_is_given_twice},
          {"WaitingMessagesSurviveARestart", waiting_messages_survive_a_restart},
          {"ListsPageById", lists_page_by_id},
          {"AnEpochClaimsTheMessageAtOnce", an_epoch_claims_the_message_at_once},
          {"AClaimedMessageIsAttemptedAgain", a_claimed_message_is_attempted_again},
          {"ADuplicateClaimsNothing", a_duplicate_claims_nothing},
          {"AnEpochWithoutBoundsIsRefused", an_epoch_without_bounds_is_refused},
          {"AnyBytesComeBackUnchanged", any_bytes_come_back_unchanged}};
}

}  // namespace openclaw::testing
