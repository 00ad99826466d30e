// Checks with readers at work while the writer commits.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

void a_commit_is_seen_at_once(StoreUnderTest& store) {
  auto reader = store.reader();
  EXPECT_TRUE(reader.inbox().empty());
  const auto id = store.ingest();
  EXPECT_EQ(reader.inbox().at(0).id, id);
  store.writer.one(Attempt{.epoch = 5, .ids = {id}});
  EXPECT_EQ(reader.inbox().at(0).epoch, 5u);
  EXPECT_EQ(reader.stat("maxEpoch"), 5);
}

void readers_see_whole_commits_only(StoreUnderTest& store) {
  constexpr int kBatches = 150;
  constexpr int kRowsPerBatch = 4;
  std::atomic<bool> writing{true};
  std::atomic<int> reads{0};
  std::vector<std::string> torn(2);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < torn.size(); ++t) {
    threads.emplace_back([&, t, reader = store.reader()]() mutable {
      // At least once after the writer has ended, so that the last commit is read too.
      for (bool last = false; !last;) {
        last = !writing.load();
        const auto rows = reader.inbox(OC_LIST_LIVE, 0, 100000).size();
        const auto entries = reader.history("agent:main:main", 100000).size();
        const auto counted = reader.stat("inbox");
        if (rows % kRowsPerBatch != 0 || entries % 2 != 0 || counted % kRowsPerBatch != 0) {
          torn[t] = std::to_string(rows) + " rows, " + std::to_string(entries) + " entries, " +
                    std::to_string(counted) + " counted";
        }
        if (last && (rows != kBatches * kRowsPerBatch || entries != 2 * kBatches)) {
          torn[t] = "the end: " + std::to_string(rows) + " rows";
        }
        reads.fetch_add(1);
      }
    });
  }
  for (int i = 0; i < kBatches; ++i) {
    std::vector<AnyWrite> writes(kRowsPerBatch, Ingest{});
    writes.push_back(Finish{.transcript = {{OC_ROLE_USER, "q"}, {OC_ROLE_ASSISTANT, "a"}}});
    store.writer.apply(writes);
  }
  writing.store(false);
  for (auto& thread : threads) thread.join();
  for (const auto& what : torn) EXPECT_EQ(what, "");
  EXPECT_GE(reads.load(), 2);
}

}  // namespace

Checks concurrency_checks() {
  return {{"ACommitIsSeenAtOnce", a_commit_is_seen_at_once},
          {"ReadersSeeWholeCommitsOnly", readers_see_whole_commits_only}};
}

}  // namespace openclaw::testing
