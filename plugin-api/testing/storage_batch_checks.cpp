// Checks of batches: a refused write in the middle, visibility, roles.
#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

void a_conflict_spares_its_neighbours(StoreUnderTest& store) {
  const auto id = store.ingest();
  store.writer.one(Attempt{.epoch = 2, .ids = {id}});
  store.turn("taken");
  const auto results = store.writer.apply(
      {Ingest{.event_id = "before"},
       Finish{.epoch = 1, .ids = {id}, .transcript = {{OC_ROLE_USER, "fenced"}}},
       Finish{.epoch = 2,
              .ids = {id},
              .transcript = {{OC_ROLE_USER, "clash"}},
              .outbox = {{.idem_key = "fresh"}, {.idem_key = "taken"}}},
       Put{.key = "k", .value = "v", .expect = 9}, Move{.id = 4711}, Attempt{.ids = {id, 4711}},
       Put{.key = "k", .value = "w"}, Ingest{.event_id = "after"}});
  const std::vector<oc_status> expected = {OC_OK,         OC_E_CONFLICT, OC_E_CONFLICT,
                                           OC_E_CONFLICT, OC_E_NOTFOUND, OC_E_CONFLICT,
                                           OC_OK,         OC_OK};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(results[i].status, expected[i]) << i;
  store.reopen();
  auto reader = store.reader();
  const auto rows = reader.inbox();
  ASSERT_EQ(rows.size(), 3u);
  EXPECT_EQ(rows[0].id, id);
  EXPECT_EQ(rows[0].attempts, 1u);
  EXPECT_EQ(rows[1].event_id, "before");
  EXPECT_EQ(rows[2].event_id, "after");
  EXPECT_EQ(reader.history("agent:main:main").size(), 2u);
  EXPECT_EQ(reader.outbox().size(), 1u);
  EXPECT_EQ(reader.kv_get("plugin", "k").at(0).value, "w");
  EXPECT_EQ(reader.stat("inbox"), 3);
  EXPECT_EQ(reader.stat("outbox"), 1);
}

void a_batch_sees_its_own_writes(StoreUnderTest& store) {
  const auto next = store.ingest() + 1;
  const auto results = store.writer.apply(
      {Ingest{.event_id = "e"}, Attempt{.ids = {next}},
       Finish{.ids = {next}, .transcript = {{OC_ROLE_USER, "x"}}, .outbox = {{.idem_key = "k"}}}});
  ASSERT_EQ(results[0].id, next) << "this check counts on ids that follow each other";
  EXPECT_EQ(results[1].status, OC_OK);
  EXPECT_EQ(results[2].status, OC_OK);
  EXPECT_EQ(store.reader().inbox().size(), 1u);
  EXPECT_EQ(store.reader().outbox().size(), 1u);
}

void an_empty_batch_is_fine(StoreUnderTest& store) {
  EXPECT_TRUE(store.writer.apply({}).empty());
}

void two_turns_in_one_batch_keep_their_order(StoreUnderTest& store) {
  const auto results = store.writer.apply(
      {Finish{.transcript = {{OC_ROLE_USER, "1"}, {OC_ROLE_ASSISTANT, "2"}},
              .outbox = {{.idem_key = "a"}, {.idem_key = "b"}}},
       Finish{.transcript = {{OC_ROLE_USER, "3"}}, .outbox = {{.idem_key = "c"}}}});
  EXPECT_EQ(results[1].id, results[0].id + 2);
  std::string text;
  for (const auto& e : store.reader().history("agent:main:main")) text += e.text;
  EXPECT_EQ(text, "123");
  EXPECT_EQ(store.reader().outbox().at(2).entry.idem_key, "c");
}

void a_large_batch_is_one_commit(StoreUnderTest& store) {
  std::vector<AnyWrite> writes;
  for (int i = 0; i < 2000; ++i) writes.push_back(Ingest{.event_id = std::to_string(i)});
  const auto results = store.writer.apply(writes);
  for (std::size_t i = 1; i < results.size(); ++i) ASSERT_GT(results[i].id, results[i - 1].id);
  EXPECT_EQ(store.writer.stat("inbox"), 2000);
}

void a_reader_cannot_write(StoreUnderTest& store) {
  auto reader = store.reader();
  reader.try_apply({Ingest{.event_id = "e"}});
  EXPECT_TRUE(OC_APPLY_NOT_DONE(reader.last.status)) << reader.last.status;
  EXPECT_NE(reader.last.message, "");
  EXPECT_TRUE(store.reader().inbox().empty());
}

void a_second_writer_is_refused(StoreUnderTest& store) {
  auto second = store.second_writer();
  EXPECT_FALSE(second.is_open());
  EXPECT_NE(second.last.status, OC_OK);
  EXPECT_NE(second.last.message, "");
  store.ingest("e");
  EXPECT_EQ(store.reader().inbox().size(), 1u) << "the first goes on";
}

void the_writer_reads_too(StoreUnderTest& store) {
  store.turn("k");
  EXPECT_EQ(store.writer.history("agent:main:main").size(), 2u);
  EXPECT_EQ(store.writer.outbox().size(), 1u);
  EXPECT_EQ(store.writer.sessions().size(), 1u);
}

void a_result_says_why_in_its_own_row(StoreUnderTest& store) {
  const auto results = store.writer.apply(
      {Ingest{.event_id = "e"}, Move{.id = 4711}, Attempt{.ids = {4711}}, Ingest{.event_id = "f"}});
  EXPECT_EQ(results[0].reason, "");
  EXPECT_EQ(results[1].status, OC_E_NOTFOUND);
  EXPECT_EQ(results[2].status, OC_E_CONFLICT);
  EXPECT_NE(results[1].reason, "nonsense") << "left as the host lent it";
  EXPECT_NE(results[2].reason, "nonsense") << "left as the host lent it";
  EXPECT_EQ(results[3].reason, "");
}

void strides_shorter_than_the_first_are_refused(StoreUnderTest& store) {
  EXPECT_EQ(store.writer.apply_with_strides(sizeof(oc_write) - 8, sizeof(oc_write_result)),
            OC_E_INVAL);
  EXPECT_EQ(store.writer.apply_with_strides(sizeof(oc_write), sizeof(oc_write_result) - 8),
            OC_E_INVAL);
  EXPECT_TRUE(store.reader().inbox().empty());
  EXPECT_EQ(store.writer.apply_with_strides(sizeof(oc_write), sizeof(oc_write_result)), OC_OK);
  EXPECT_EQ(store.reader().inbox().size(), 1u);
}

void stats_name_what_the_host_needs(StoreUnderTest& store) {
  store.turn("k");
  for (const char* name : {"inbox", "outbox", "deadInbox", "deadOutbox", "unknownOutbox",
                           "maxEpoch", "bytes", "usedBytes", "sessions"}) {
    EXPECT_GE(store.writer.stat(name), 0) << name << " in " << store.writer.stats();
  }
  EXPECT_GT(store.writer.stat("bytes"), 0);
}

}  // namespace

Checks batch_checks() {
  return {{"AConflictSparesItsNeighbours", a_conflict_spares_its_neighbours},
          {"ABatchSeesItsOwnWrites", a_batch_sees_its_own_writes},
          {"AnEmptyBatchIsFine", an_empty_batch_is_fine},
          {"TwoTurnsInOneBatchKeepTheirOrder", two_turns_in_one_batch_keep_their_order},
          {"ALargeBatchIsOneCommit", a_large_batch_is_one_commit},
          {"AReaderCannotWrite", a_reader_cannot_write},
          {"ASecondWriterIsRefused", a_second_writer_is_refused},
          {"TheWriterReadsToo", the_writer_reads_too},
          {"AResultSaysWhyInItsOwnRow", a_result_says_why_in_its_own_row},
          {"StridesShorterThanTheFirstAreRefused", strides_shorter_than_the_first_are_refused},
          {"StatsNameWhatTheHostNeeds", stats_name_what_the_host_needs}};
}

}  // namespace openclaw::testing
