// What is read and written under the core's keys, alone and with other gateways.
#include "core/pipeline/sharing/kept_values.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace openclaw::pipeline {
namespace {

/// Answers when the test says so.
class HeldStore final : public StorePort {
 public:
  void write(Write write, Done<Written> done) override {
    writes.emplace_back(std::get<PutValue>(write), std::move(done));
  }
  void value(std::string, std::string key, Done<StoredValue> done) override {
    reads.emplace_back(std::move(key), std::move(done));
  }
  void history(std::string, std::uint32_t, std::uint64_t, Done<History>) override {}
  void inbox(bool, std::uint64_t, std::uint32_t, Done<std::vector<InboxRow>>) override {}
  void outbox(bool, std::uint64_t, std::uint32_t, Done<std::vector<OutboxRow>>) override {}
  void idle_sessions(std::int64_t, std::uint32_t, Done<std::vector<SessionRow>>) override {}
  void stats(Done<StoreStats>) override {}

  void written(Result<Written> result) {
    auto done = std::move(writes.front().second);
    writes.pop_front();
    done(std::move(result));
  }
  void read(Result<StoredValue> result) {
    auto done = std::move(reads.front().second);
    reads.pop_front();
    done(std::move(result));
  }
  std::deque<std::pair<PutValue, Done<Written>>> writes;
  std::deque<std::pair<std::string, Done<StoredValue>>> reads;
};

Written version(std::uint64_t n) {
  Written out;
  out.id = n;
  return out;
}
const Error kConflict{Errc::conflict, "another wrote it", 0, false};

class KeptValuesTest : public ::testing::Test {
 protected:
  KeptValues values(bool shared) {
    return {store, log, shared, [this](const std::string& key, const std::string& value) {
              if (value == "broken") return Result<void>{Error{Errc::invalid, "broken"}};
              restored.push_back(key + "=" + value);
              return Result<void>{};
            }};
  }
  KeptValues::Read note() {
    return [this](const Result<void>& r) { read.push_back(r.has_error() ? "failed" : "read"); };
  }
  Done<Written> outcome() {
    return [this](const Result<Written>& r) {
      written.push_back(r.has_error() ? "failed" : "written");
    };
  }
  HeldStore store;
  log::Log log{static_cast<log::Level>(5), false};  // quiet
  std::vector<std::string> restored, read, written;
};
using Texts = std::vector<std::string>;

TEST_F(KeptValuesTest, WhatWasNeverWrittenStaysAsItIs) {
  auto kept = values(true);
  kept.read("k", note());
  store.read(Error{Errc::not_found, "none"});
  EXPECT_EQ(read, Texts{"read"});
  EXPECT_TRUE(restored.empty());
}

TEST_F(KeptValuesTest, OfSeveralAWriteIsOnTopOfWhatWasReadOrWrittenLast) {
  auto kept = values(true);
  kept.write("k", "1", outcome());
  EXPECT_EQ(store.writes.front().first.expect_version, 0U);
  store.written(version(3));
  kept.read("k", note());
  store.read(StoredValue{"k", "theirs", 7});
  EXPECT_EQ(restored, Texts{"k=theirs"});
  kept.write("k", "2", outcome());
  EXPECT_EQ(store.writes.front().first.expect_version, 7U);
}

TEST_F(KeptValuesTest, AloneItIsWrittenWhateverWasThere) {
  auto kept = values(false);
  kept.write("k", "1", outcome());
  EXPECT_EQ(store.writes.front().first.expect_version, UINT64_MAX);
  EXPECT_FALSE(kept.lost_race(kConflict, 0));
}

TEST_F(KeptValuesTest, ReadsOfWhatIsBeingWrittenComeAfterItAndAskOnce) {
  auto kept = values(true);
  kept.write("k", "1", outcome());
  kept.write("k", "2", outcome());
  kept.read("k", note());
  kept.read("k", note());
  kept.read("other", note());
  ASSERT_EQ(store.reads.size(), 1U) << "of the other key alone";
  EXPECT_EQ(store.reads.front().first, "other");
  store.written(version(1));
  EXPECT_EQ(store.reads.size(), 1U) << "the second write is under way";
  store.written(kConflict);
  EXPECT_EQ(written, (Texts{"written", "failed"}));
  ASSERT_EQ(store.reads.size(), 3U);
  store.read(Error{Errc::not_found, "none"});
  store.read(StoredValue{"k", "theirs", 2});
  store.read(StoredValue{"k", "theirs", 2});
  EXPECT_EQ(read, Texts(3, "read"));
}

TEST_F(KeptValuesTest, AReadThatAWriteOvertookIsRepeated) {
  auto kept = values(true);
  kept.read("k", note());
  kept.write("k", "mine", outcome());
  store.read(StoredValue{"k", "old", 1});
  EXPECT_TRUE(restored.empty()) << "what is here is newer";
  EXPECT_TRUE(read.empty());
  store.written(version(2));
  store.read(StoredValue{"k", "mine", 2});
  EXPECT_EQ(read, Texts{"read"});
}

TEST_F(KeptValuesTest, AnOlderReadThatComesLaterChangesNothing) {
  auto kept = values(true);
  kept.read("k", note());
  kept.read("k", note());
  std::swap(store.reads[0], store.reads[1]);
  store.read(StoredValue{"k", "new", 2});
  store.read(StoredValue{"k", "old", 1});
  EXPECT_EQ(restored, Texts{"k=new"});
  EXPECT_EQ(read, Texts(2, "read"));
}

TEST_F(KeptValuesTest, WhatCannotBeReadOrUnderstoodIsAnErrorAndIsReadAgain) {
  auto kept = values(true);
  kept.read("k", note());
  store.read(Error{Errc::storage, "away"});
  kept.read("k", note());
  store.read(StoredValue{"k", "broken", 4});
  EXPECT_EQ(read, Texts(2, "failed"));
  kept.read("k", note());
  store.read(StoredValue{"k", "whole", 4});
  EXPECT_EQ(restored, Texts{"k=whole"}) << "the same version, which was not taken over";
}

TEST_F(KeptValuesTest, ALostRaceIsRunAgainAFewTimes) {
  auto kept = values(true);
  EXPECT_TRUE(kept.lost_race(kConflict, 0));
  EXPECT_TRUE(kept.lost_race(kConflict, 4));
  EXPECT_FALSE(kept.lost_race(kConflict, 5));
  EXPECT_FALSE(kept.lost_race(Error{Errc::storage, "away"}, 0));
  EXPECT_FALSE(kept.lost_race(version(1), 0));
}

TEST_F(KeptValuesTest, WhatComesAfterItsEndIsNotHeard) {
  {
    auto kept = values(true);
    kept.read("k", note());
    kept.write("w", "1", outcome());
  }
  store.read(StoredValue{"k", "late", 1});
  store.written(version(1));
  EXPECT_TRUE(restored.empty());
  EXPECT_EQ(written, Texts{"written"}) << "its caller has a life of its own";
}

}  // namespace
}  // namespace openclaw::pipeline
