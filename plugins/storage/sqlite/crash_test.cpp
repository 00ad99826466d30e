// kill -9 in the middle of batches: what was acknowledged is there, whole.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "test_place.hpp"

namespace openclaw::sqlite {
namespace {

using testing::AnyWrite;
using testing::Entry;
using testing::Finish;
using testing::Ingest;
using testing::StoreInstance;

/// Messages of one batch, beside one entry of the transcript.
constexpr int kPerBatch = 3;

[[noreturn]] void write_until_killed(const TestPlace& place, int acknowledge_fd, int first_batch) {
  StoreInstance instance(*oc_plugin_entry_1(0)->api, place.section_json());
  auto writer = instance.writer();
  if (!writer.is_open()) ::_exit(1);
  for (int batch = first_batch;; ++batch) {
    std::vector<AnyWrite> writes;
    for (int i = 0; i < kPerBatch; ++i) {
      writes.push_back(
          Ingest{.event_id = std::to_string(batch) + '/' + std::to_string(i),
                 .payload = std::string(static_cast<std::size_t>(batch % 50) * 400, 'p')});
    }
    writes.push_back(Finish{.transcript = {Entry{OC_ROLE_USER, "batch " + std::to_string(batch)}}});
    writer.try_apply(writes);
    if (writer.last.status != OC_OK) ::_exit(2);
    if (::write(acknowledge_fd, &batch, sizeof batch) != sizeof batch) ::_exit(3);
  }
}

/// Starts a writer, kills it after `acks` acknowledgements; the last batch it acknowledged.
int kill_after(const TestPlace& place, int first_batch, unsigned acks) {
  int fds[2];
  if (::pipe(fds) != 0) throw std::runtime_error("pipe");
  const pid_t pid = ::fork();
  if (pid == 0) {
    ::close(fds[0]);
    write_until_killed(place, fds[1], first_batch);
  }
  ::close(fds[1]);
  int last = first_batch - 1, batch = 0;
  for (unsigned n = 0; n < acks && ::read(fds[0], &batch, sizeof batch) == sizeof batch; ++n) {
    last = batch;
  }
  ::kill(pid, SIGKILL);
  while (::read(fds[0], &batch, sizeof batch) == sizeof batch) last = batch;
  ::close(fds[0]);
  int status = 0;
  ::waitpid(pid, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "it ended by itself: " << WEXITSTATUS(status);
  return last;
}

TEST(Crash, EveryAcknowledgedBatchIsThereWhole) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const TestPlace place;
  int next = 0;
  for (int round = 0; round < 8; ++round) {
    const int acknowledged = kill_after(place, next, 1 + static_cast<unsigned>(random() % 60));
    StoreInstance instance(*oc_plugin_entry_1(0)->api, place.section_json());
    auto writer = instance.writer();
    ASSERT_TRUE(writer.is_open()) << writer.last.message;
    const auto rows = writer.inbox(OC_LIST_LIVE, 0, 1000000);
    const auto entries = writer.history("agent:main:main", 1000000);
    // The batch that the kill cut may be there too, but not a part of it.
    const int found = static_cast<int>(entries.size()) - 1;
    ASSERT_TRUE(found == acknowledged || found == acknowledged + 1) << found << ' ' << acknowledged;
    ASSERT_EQ(rows.size(), static_cast<std::size_t>(found + 1) * kPerBatch);
    EXPECT_EQ(writer.stat("inbox"), static_cast<std::int64_t>(rows.size()));
    std::size_t at = 0;
    for (int batch = 0; batch <= found; ++batch) {
      ASSERT_EQ(entries[static_cast<std::size_t>(batch)].text, "batch " + std::to_string(batch));
      for (int i = 0; i < kPerBatch; ++i, ++at) {
        ASSERT_EQ(rows[at].event_id, std::to_string(batch) + '/' + std::to_string(i));
        ASSERT_EQ(rows[at].payload.size(), static_cast<std::size_t>(batch % 50) * 400);
      }
    }
    next = found + 1;
  }
  EXPECT_GT(next, 8);
}

}  // namespace
}  // namespace openclaw::sqlite
