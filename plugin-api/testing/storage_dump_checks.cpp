// Checks of reading a whole store and putting it into another.
#include <gtest/gtest.h>

#include <algorithm>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

/// Something of every kind, with what may be in a text.
void fill(StoreUnderTest& store) {
  auto& w = store.writer;
  const std::string odd("a\0b\n\xF0\x9F\x98\x80", 8);
  store.turn("sent", 3);
  store.turn("held", 4, "agent:main:other");
  w.one(Finish{.session = "archive", .transcript = {{OC_ROLE_USER, "old", "{}", 11}}, .ts_ms = 12});
  w.one(SessionChange{.session = "archive", .ts_ms = 13});
  w.one(Finish{.session = "archive",
               .transcript = {{OC_ROLE_ASSISTANT, odd, R"({"tokens":1})", 14}},
               .ts_ms = 15});
  w.one(Finish{.session = "all archived", .transcript = {{OC_ROLE_SYSTEM, "x"}}, .ts_ms = 16});
  w.one(SessionChange{.session = "all archived", .ts_ms = 17});
  for (const auto& row : store.reader().outbox()) {
    if (row.entry.idem_key == "held") w.one(Move{row.id, OC_OUTBOX_UNKNOWN, "cut off", 18});
  }
  w.one(Put{"ns", "k", "1"});
  w.one(Put{"ns", "k", "2"});
  w.one(Put{"ns", odd, odd});
  w.one(Put{"n", "sk", "another key"});
  store.ingest("waits");
  const auto claimed = store.ingest("claimed", "agent:main:claimed");
  w.one(Attempt{"agent:main:claimed", 7, {claimed}});
  const auto dead = store.ingest("dead", "agent:main:dead");
  w.one(Attempt{"agent:main:dead", 9, {dead}});
  w.one(Finish{.session = "agent:main:dead",
               .epoch = 9,
               .ids = {dead},
               .disposition = OC_DONE_DEAD,
               .reason = "poison",
               .ts_ms = 19});
  // The newest numbers are of rows that are gone.
  const auto last = store.turn("gone", 2, "agent:main:gone");
  w.one(Move{last, OC_OUTBOX_SENT});
}

std::string told(const Record& r) {
  return std::to_string(r.kind) + " id " + std::to_string(r.id) + " number " +
         std::to_string(r.number) + " epoch " + std::to_string(r.epoch) + " " + r.session + "|" +
         r.channel + "|" + r.ns + "|" + r.key + "|" + r.text + "|" + r.extra;
}

/// Not what a store gives by itself: its own numbers of sessions and the like are not in it.
void expect_same(const std::vector<Record>& got, const std::vector<Record>& wanted) {
  ASSERT_EQ(got.size(), wanted.size());
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i], wanted[i]) << told(got[i]) << "\nis not\n" << told(wanted[i]);
  }
}

std::vector<AnyWrite> as_writes(const std::vector<Record>& records) {
  return {records.begin(), records.end()};
}

void a_dump_has_every_record(StoreUnderTest& store) {
  fill(store);
  const auto all = store.snapshot_alone().dump();
  const auto count = [&](std::uint32_t kind) {
    return std::count_if(all.begin(), all.end(), [&](const Record& r) { return r.kind == kind; });
  };
  EXPECT_EQ(count(OC_RECORD_COUNTER), 3);
  EXPECT_EQ(count(OC_RECORD_SESSION), 5);
  EXPECT_EQ(count(OC_RECORD_ENTRY), 9);
  EXPECT_EQ(count(OC_RECORD_VALUE), 3);
  EXPECT_EQ(count(OC_RECORD_EVENT), 3) << "those without an event's id are not known";
  EXPECT_EQ(count(OC_RECORD_MESSAGE), 2);
  EXPECT_EQ(count(OC_RECORD_DEAD), 1);
  EXPECT_EQ(count(OC_RECORD_REPLY), 2);
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end(), [](const Record& a, const Record& b) {
    const auto place = [](const Record& r) { return r.kind == OC_RECORD_ENTRY ? 2U : r.kind; };
    return place(a) < place(b);
  }));
  for (std::size_t i = 1; i < all.size(); ++i) {
    if (all[i].kind == OC_RECORD_ENTRY) {
      EXPECT_EQ(all[i].session, all[i - 1].session);
    }
  }
}

void a_dump_of_an_empty_store_has_the_counters_alone(StoreUnderTest& store) {
  const auto all = store.snapshot_alone().dump();
  EXPECT_EQ(all.size(), 3u);
  for (const auto& r : all) {
    EXPECT_EQ(r.kind, OC_RECORD_COUNTER);
    EXPECT_EQ(r.id + r.epoch, 0u);
  }
}

void a_dump_goes_on_where_a_call_ended(StoreUnderTest& store) {
  fill(store);
  auto snapshot = store.snapshot_alone();
  const auto all = snapshot.dump();
  for (const std::uint64_t bytes : {0U, 1U, 100U, 500U}) expect_same(snapshot.dump(bytes), all);
}

void a_snapshot_sees_one_moment(StoreUnderTest& store) {
  fill(store);
  auto snapshot = store.snapshot();
  if (!store.has_snapshots()) {
    EXPECT_FALSE(snapshot.is_open()) << "say has_snapshots() in the place";
    EXPECT_EQ(snapshot.last.status, OC_E_AGAIN) << snapshot.last.message;
    EXPECT_FALSE(snapshot.last.message.empty());
    EXPECT_TRUE(store.snapshot_alone().is_open());
    return;
  }
  ASSERT_TRUE(snapshot.is_open()) << snapshot.last.message;
  const auto before = snapshot.dump();
  store.turn("later", 20, "agent:main:later");
  store.writer.one(Put{"ns", "k", "later"});
  store.ingest("later");
  expect_same(snapshot.dump(), before);
  snapshot.close();
  EXPECT_GT(store.snapshot_alone().dump().size(), before.size());
}

void what_is_loaded_is_what_was_dumped(StoreUnderTest& store) {
  fill(store);
  const std::string stats[] = {"inbox",      "outbox",        "deadInbox", "sessions",
                               "deadOutbox", "unknownOutbox", "maxEpoch",  "usedBytes"};
  std::vector<std::int64_t> figures;
  for (const auto& name : stats) figures.push_back(store.writer.stat(name));
  auto records = store.snapshot_alone().dump();
  const auto other = store.another();
  for (const auto& result : other->writer.apply(as_writes(records))) {
    EXPECT_EQ(result.status, OC_OK) << result.reason;
  }
  for (std::size_t i = 0; i < std::size(stats); ++i) {
    EXPECT_EQ(other->writer.stat(stats[i]), figures[i]) << stats[i];
  }
  expect_same(other->snapshot_alone().dump(), records);
  other->reopen();
  EXPECT_EQ(other->reader().sessions("archive").at(0).entries, 1u);
  EXPECT_EQ(other->reader().history("archive").size(), 1u);
  EXPECT_EQ(other->reader().history("all archived").size(), 0u);
}

void loading_again_changes_nothing(StoreUnderTest& store) {
  fill(store);
  auto records = store.snapshot_alone().dump();
  const auto other = store.another();
  other->writer.apply(as_writes(records));
  const auto used = other->writer.stat("usedBytes");
  other->writer.apply(as_writes(records));
  EXPECT_EQ(other->writer.stat("usedBytes"), used);
  expect_same(other->snapshot_alone().dump(), records);
}

void a_loaded_store_goes_on(StoreUnderTest& store) {
  fill(store);
  auto records = store.snapshot_alone().dump();
  std::uint64_t last_inbox = 0, last_outbox = 0;
  for (const auto& r : records) {
    if (r.kind == OC_RECORD_COUNTER && r.key == "inbox") last_inbox = r.id;
    if (r.kind == OC_RECORD_COUNTER && r.key == "outbox") last_outbox = r.id;
  }
  EXPECT_EQ(last_inbox, 6u) << "as many as were ever given";
  EXPECT_EQ(last_outbox, 3u);
  const auto other = store.another();
  other->writer.apply(as_writes(records));
  other->reopen();
  EXPECT_EQ(other->writer.max_epoch(), 9u);
  const auto known = other->writer.one(Ingest{.event_id = "waits"});
  EXPECT_EQ(known.flags, OC_RESULT_DUPLICATE);
  EXPECT_GT(other->ingest("new"), last_inbox);
  EXPECT_GT(other->turn("new", 21), last_outbox);
  // What was claimed is still so, and ends.
  const auto rows = other->reader().inbox();
  const auto claimed = std::find_if(rows.begin(), rows.end(),
                                    [](const InboxRow& r) { return r.event_id == "claimed"; });
  ASSERT_NE(claimed, rows.end());
  EXPECT_EQ(claimed->epoch, 7u);
  EXPECT_EQ(claimed->attempts, 1u);
  EXPECT_EQ(
      other->writer.one(Finish{.session = "agent:main:claimed", .epoch = 7, .ids = {claimed->id}})
          .status,
      OC_OK);
  EXPECT_GT(other->writer.one(Put{"ns", "k", "3", 2}).id, 2u) << "versions go on";
  other->writer.one(Finish{.session = "archive", .transcript = {{OC_ROLE_USER, "on"}}});
  const auto history = other->reader().history("archive");
  ASSERT_EQ(history.size(), 2u);
  EXPECT_GT(history[1].id, history[0].id);
  EXPECT_EQ(other->writer.one(Finish{.outbox = {{.idem_key = "held"}}}).status, OC_E_CONFLICT)
      << "the key of a held reply is taken";
}

void a_loaded_session_stands_in_for_the_one_that_was_there(StoreUnderTest& store) {
  auto& w = store.writer;
  w.one(Finish{.session = "s", .transcript = {{OC_ROLE_USER, "one"}, {OC_ROLE_USER, "two"}}});
  w.apply(
      {Record{.kind = OC_RECORD_SESSION, .first = 5, .next = 7, .updated_ms = 9, .session = "s"},
       Record{.kind = OC_RECORD_ENTRY,
              .number = OC_ROLE_USER,
              .id = 6,
              .session = "s",
              .text = "six"}});
  const auto history = store.reader().history("s");
  ASSERT_EQ(history.size(), 1u);
  EXPECT_EQ(history[0].text, "six");
  EXPECT_EQ(w.stat("usedBytes"), 3);
  EXPECT_EQ(store.reader().sessions("s").at(0).updated_ms, 9);
}

void what_no_engine_can_load_is_refused(StoreUnderTest& store) {
  const std::vector<AnyWrite> odd = {
      Record{.kind = 99},
      Record{.kind = OC_RECORD_ENTRY, .number = 7, .id = 1, .session = "s"},
      Record{.kind = OC_RECORD_REPLY, .number = OC_OUTBOX_SENT, .id = 1},
      Record{.kind = OC_RECORD_MESSAGE},
      Record{.kind = OC_RECORD_SESSION, .first = 3, .next = 2, .session = "s"},
      Record{.kind = OC_RECORD_VALUE, .id = UINT64_MAX, .key = "k"},
  };
  for (const auto& result : store.writer.apply(odd)) EXPECT_EQ(result.status, OC_E_INVAL);
  EXPECT_EQ(
      store.writer
          .one(Record{
              .kind = OC_RECORD_ENTRY, .number = OC_ROLE_USER, .id = 1, .session = "nobody's"})
          .status,
      OC_E_NOTFOUND);
}

void a_place_that_is_none_is_refused(StoreUnderTest& store) {
  fill(store);
  auto snapshot = store.snapshot_alone();
  for (const char* after : {"x", "1", "99:0:0:0:0:", "1:1:5:a", "1:0:99999999999999999999:a"}) {
    EXPECT_EQ(snapshot.dump_status(after), OC_E_INVAL) << after;
  }
}

}  // namespace

Checks dump_checks() {
  return {
      {"ADumpHasEveryRecord", a_dump_has_every_record},
      {"ADumpOfAnEmptyStoreHasTheCountersAlone", a_dump_of_an_empty_store_has_the_counters_alone},
      {"ADumpGoesOnWhereACallEnded", a_dump_goes_on_where_a_call_ended},
      {"ASnapshotSeesOneMoment", a_snapshot_sees_one_moment},
      {"WhatIsLoadedIsWhatWasDumped", what_is_loaded_is_what_was_dumped},
      {"LoadingAgainChangesNothing", loading_again_changes_nothing},
      {"ALoadedStoreGoesOn", a_loaded_store_goes_on},
      {"ALoadedSessionStandsInForTheOneThatWasThere",
       a_loaded_session_stands_in_for_the_one_that_was_there},
      {"WhatNoEngineCanLoadIsRefused", what_no_engine_can_load_is_refused},
      {"APlaceThatIsNoneIsRefused", a_place_that_is_none_is_refused}};
}

}  // namespace openclaw::testing
