// A disk that is full or fails: what is promised about the batch, and what happens after it.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include "faulty_disk.hpp"
#include "test_place.hpp"

namespace openclaw::sqlite {
namespace {

using ::testing::HasSubstr;
using testing::Ingest;
using testing::StoreClient;
using testing::StoreInstance;

class DiskTest : public ::testing::Test {
 protected:
  void open() {
    writer_.close();
    instance_.emplace(*oc_plugin_entry_1(0)->api, place_->section_json());
    writer_ = instance_->writer();
    ASSERT_TRUE(writer_.is_open()) << writer_.last.message;
  }
  void open_another() {
    writer_.close();
    place_.emplace();
    open();
  }
  void SetUp() override { open_another(); }
  void TearDown() override { disk_.faults = {}; }
  oc_status add(const std::string& event, std::size_t bytes = 100) {
    writer_.try_apply({Ingest{.event_id = event, .payload = std::string(bytes, 'x')},
                       Ingest{.event_id = event + "b"}});
    return writer_.last.status;
  }
  std::size_t rows() { return writer_.inbox().size(); }

  FaultyDisk disk_;
  std::optional<TestPlace> place_;
  std::optional<StoreInstance> instance_;
  StoreClient writer_;
};

TEST_F(DiskTest, AFullDiskRefusesTheBatchAndGoesOnWhenSpaceIsBack) {
  ASSERT_EQ(add("before"), OC_OK);
  disk_.faults.log_writes_left = 1;
  EXPECT_EQ(add("lost"), OC_E_IO);
  EXPECT_THAT(writer_.last.message, HasSubstr("the disk is full; free some space"));
  EXPECT_EQ(add("lost too"), OC_E_IO);
  EXPECT_EQ(rows(), 2U);
  EXPECT_EQ(writer_.stat("inbox"), 2);
  disk_.faults = {};
  EXPECT_EQ(add("lost"), OC_OK) << "its dedupe key was not kept";
  EXPECT_EQ(rows(), 4U);
  const auto rows_now = writer_.inbox();
  EXPECT_EQ(rows_now[2].id, rows_now[1].id + 1) << "no number was used up";
  open();
  EXPECT_EQ(rows(), 4U);
  EXPECT_EQ(writer_.stat("inbox"), 4);
}

TEST_F(DiskTest, FullAtAnyWriteOfABatchLeavesNothingOfIt) {
  ASSERT_EQ(add("before"), OC_OK);
  int failed = 0;
  for (int nth = 1;; ++nth) {
    disk_.faults.log_writes_left = nth;
    // Larger than the page cache, so that it spills into the log before the commit.
    const oc_status status = add("big", 12 << 20);
    disk_.faults = {};
    if (status == OC_OK) break;
    ASSERT_EQ(status, OC_E_IO) << "at write " << nth;
    ASSERT_EQ(rows(), 2U) << "at write " << nth;
    ++failed;
    nth += nth / 4;
  }
  EXPECT_GT(failed, 10);
  EXPECT_EQ(rows(), 4U);
  open();
  EXPECT_EQ(rows(), 4U);
}

TEST_F(DiskTest, AFailedSyncAtCommitIsUnknownAndEndsWriting) {
  ASSERT_EQ(add("before"), OC_OK);
  disk_.faults.log_syncs_left = 1;
  EXPECT_EQ(add("unclear"), OC_E_UNKNOWN);
  EXPECT_THAT(writer_.last.message, HasSubstr("restart the gateway"));
  disk_.faults = {};
  EXPECT_EQ(add("after"), OC_E_UNKNOWN) << "although the disk seems well again";
  EXPECT_THAT(writer_.last.message, HasSubstr("takes no more writes"));
  open();
  EXPECT_TRUE(rows() == 2 || rows() == 4) << rows();
  EXPECT_EQ(writer_.stat("inbox"), static_cast<std::int64_t>(rows()));
  EXPECT_EQ(add("after"), OC_OK);
}

TEST_F(DiskTest, AFailedWriteAtCommitIsUnknown) {
  ASSERT_EQ(add("before"), OC_OK);
  disk_.faults.log_writes_left = 1;
  disk_.faults.write_error = SQLITE_IOERR_WRITE;
  EXPECT_EQ(add("unclear"), OC_E_UNKNOWN);
  disk_.faults = {};
  open();
  EXPECT_TRUE(rows() == 2 || rows() == 4) << rows();
}

TEST_F(DiskTest, AFailedSyncOfACheckpointEndsWritingButLosesNothing) {
  disk_.faults.file_syncs_left = 1;
  int added = 0;
  // The log grows until a checkpoint is due; the batch that brought it is committed all the same.
  while (added < 200 && add(std::to_string(added), 1 << 20) == OC_OK) ++added;
  EXPECT_GT(added, 1);
  EXPECT_LT(added, 200);
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "only that ends the gateway";
  EXPECT_THAT(writer_.last.message, HasSubstr("restart the gateway"));
  disk_.faults = {};
  open();
  EXPECT_EQ(rows(), 2U * static_cast<unsigned>(added));
}

TEST_F(DiskTest, AnErrorAtAnyCallKeepsWhatWasCommittedAndEndsInARestartAtMost) {
  int failed = 0;
  for (int nth = 1;; nth += 1 + nth / 4) {
    SCOPED_TRACE("call " + std::to_string(nth));
    open_another();
    ASSERT_EQ(add("before"), OC_OK);
    disk_.faults.calls_left = nth;
    std::size_t sure = 2, possible = 2;
    bool lost = false;
    for (int batch = 0; batch < 3 && !lost; ++batch) {
      // The second makes the log so long that a checkpoint follows it.
      const oc_status status = add(std::to_string(batch), batch == 1 ? 9 << 20 : 100);
      lost = status == OC_E_UNKNOWN;
      if (status == OC_OK) possible = sure += 2;
      if (lost) possible = sure + 2;
    }
    if (lost) {
      EXPECT_EQ(add("more"), OC_E_UNKNOWN) << "once lost, always lost";
    }
    const bool hit = disk_.faults.calls_left == 0;
    disk_.faults = {};
    open();
    EXPECT_TRUE(rows() == sure || rows() == possible)
        << rows() << " rows, expected " << sure << " or " << possible;
    EXPECT_EQ(writer_.stat("inbox"), static_cast<std::int64_t>(rows()));
    ASSERT_EQ(add("after"), OC_OK) << writer_.last.message;
    if (!hit) break;
    ++failed;
  }
  EXPECT_GT(failed, 15);
}

TEST_F(DiskTest, TheOwnersLockIsHeldUntilTheDatabaseIsClosed) {
  add("before");
  int closed = 0;
  disk_.faults.at_close = [&] {
    const int fd = ::open((place_->path() + ".lock").c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_GE(fd, 0);
    // A lock of another open file is another owner's, also within one process.
    EXPECT_EQ(::flock(fd, LOCK_EX | LOCK_NB), -1) << "another gateway could have come in";
    ::close(fd);
    ++closed;
  };
  writer_.close();
  EXPECT_EQ(closed, 1);
}

TEST_F(DiskTest, AnotherProgramsTransactionIsWaitedForAMomentOnly) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(place_->path().c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(add("refused"), OC_E_IO);
  EXPECT_THAT(writer_.last.message, HasSubstr("another process keeps it locked"));
  EXPECT_EQ(sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr), SQLITE_OK);
  EXPECT_EQ(sqlite3_close(other), SQLITE_OK);
  EXPECT_EQ(add("refused"), OC_OK);
  EXPECT_EQ(rows(), 2U);
}

}  // namespace
}  // namespace openclaw::sqlite
