// Measures this plugin beside the disk it writes to: openclaw_sqlite_benchmark [FOLDER] [SECONDS].
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "open.hpp"
#include "openclaw/cpp/storage.hpp"

namespace {

using openclaw::sdk::str;
using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kDeadlineMs = 60000;
constexpr int kSessions = 1000;
const std::string kPayload(300, 'p');
const std::string kText(200, 't');

double cpu_seconds() {
  timespec t{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

/// Calls `step` for a while; calls a second, and microseconds of CPU a call.
template <class Step>
std::pair<double, double> measure(double seconds, Step step) {
  const auto begin = Clock::now();
  const double cpu = cpu_seconds();
  const auto elapsed = [&] { return std::chrono::duration<double>(Clock::now() - begin).count(); };
  double calls = 0;
  while (elapsed() < seconds) {
    step();
    ++calls;
  }
  return {calls / elapsed(), (cpu_seconds() - cpu) / calls * 1e6};
}

class Bench {
 public:
  explicit Bench(openclaw::sdk::StoreConnection& store) : store_(store) {}

  void ingest(int n) {
    names_.clear();
    ingests_.clear();
    for (int i = 0; i < n; ++i) names_.push_back("event-" + std::to_string(next_event_++));
    for (int i = 0; i < n; ++i) {
      ingests_.push_back({sizeof(oc_write_ingest), 0, session(i), str("main"), str("telegram"),
                          str("default"), str(names_[static_cast<std::size_t>(i)]), str(kPayload),
                          1700000000000, 0});
    }
    apply(OC_WRITE_INGEST, ingests_);
  }

  /// Ingest, claim, history, finish, send started, sent: each step of n turns in one commit.
  void turns(int n) {
    ingest(n);
    ids_.clear();
    for (const auto& r : results_) ids_.push_back(r.id);
    std::vector<oc_write_attempt> attempts;
    std::vector<oc_write_finish> finishes;
    std::vector<oc_outbox_entry> replies;
    std::vector<oc_write_outbox> moves;
    std::vector<std::string> keys;
    for (int i = 0; i < n; ++i) keys.push_back("turn-" + names_[static_cast<std::size_t>(i)]);
    for (int i = 0; i < n; ++i) {
      const auto at = static_cast<std::size_t>(i);
      attempts.push_back({sizeof(oc_write_attempt), 1, session(i), 1, &ids_[at]});
      replies.push_back({sizeof(oc_outbox_entry), 0, session(i), str("telegram"), str("default"),
                         str(keys[at]), str(kPayload), 1700000000000, 0});
    }
    const oc_transcript_entry said[2] = {
        {sizeof(oc_transcript_entry), OC_ROLE_USER, 0, 1700000000000, str(kText), {}},
        {sizeof(oc_transcript_entry), OC_ROLE_ASSISTANT, 0, 1700000000000, str(kText), {}}};
    for (int i = 0; i < n; ++i) {
      oc_write_finish f{};
      f.size = sizeof f;
      f.disposition = OC_DONE_ANSWERED;
      f.session = session(i);
      f.epoch = 1;
      f.ids = &ids_[static_cast<std::size_t>(i)];
      f.n_ids = 1;
      f.transcript = said;
      f.n_transcript = 2;
      f.transcript_stride = sizeof(oc_transcript_entry);
      f.outbox = &replies[static_cast<std::size_t>(i)];
      f.n_outbox = 1;
      f.outbox_stride = sizeof(oc_outbox_entry);
      finishes.push_back(f);
    }
    apply(OC_WRITE_ATTEMPT, attempts);
    for (int i = 0; i < n; ++i) {
      store_.history(
          session(i), 20, 1 << 20, kDeadlineMs,
          [](void*, const oc_transcript_entry*) noexcept -> std::uint32_t { return 1; }, nullptr);
    }
    apply(OC_WRITE_FINISH, finishes);
    for (const auto& r : results_) {
      moves.push_back({sizeof(oc_write_outbox), OC_OUTBOX_STARTED, r.id, 1700000000001, {}, {}});
    }
    apply(OC_WRITE_OUTBOX, moves);
    for (auto& m : moves) m.state = OC_OUTBOX_SENT;
    apply(OC_WRITE_OUTBOX, moves);
    first_session_ += n;
  }

 private:
  oc_str session(int i) {
    static const std::vector<std::string> names = [] {
      std::vector<std::string> all;
      for (int s = 0; s < kSessions; ++s) {
        all.push_back("agent:main:telegram:direct:" + std::to_string(100000 + s));
      }
      return all;
    }();
    return str(names[static_cast<std::size_t>((first_session_ + i) % kSessions)]);
  }

  template <class Body>
  void apply(std::uint32_t kind, const std::vector<Body>& bodies) {
    writes_.clear();
    for (const auto& body : bodies) writes_.push_back({sizeof(oc_write), kind, &body});
    results_.assign(bodies.size(), {sizeof(oc_write_result), OC_OK, 0, 0, 0, {}});
    store_.apply({writes_.data(), results_.data(), writes_.size(), sizeof(oc_write),
                  sizeof(oc_write_result)},
                 kDeadlineMs);
    for (const auto& r : results_) {
      if (r.status != OC_OK) throw std::runtime_error("a write was refused");
    }
  }

  openclaw::sdk::StoreConnection& store_;
  std::int64_t next_event_ = 0;
  int first_session_ = 0;
  std::vector<std::string> names_;
  std::vector<oc_write_ingest> ingests_;
  std::vector<oc_write> writes_;
  std::vector<oc_write_result> results_;
  std::vector<std::uint64_t> ids_;
};

void raw_disk(const std::string& path, double seconds) {
  const int fd = ::open(path.c_str(), O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  const std::string page(4096, 'x');
  bool failed = fd < 0;
  const auto [rate, cpu] = measure(seconds, [&] {
    failed = failed || ::write(fd, page.data(), page.size()) < 0 || ::fdatasync(fd) != 0;
  });
  ::close(fd);
  if (failed) throw std::runtime_error("the raw loop failed");
  std::printf("%-34s %8.0f /s  %6.1f us CPU\n", "append 4 KiB + fdatasync, in C", rate, cpu);
}

}  // namespace

int main(int argc, char** argv) {
  std::string folder = std::string(argc > 1 ? argv[1] : "/tmp") + "/openclaw-bench-XXXXXX";
  const double seconds = argc > 2 ? std::strtod(argv[2], nullptr) : 3.0;
  if (::mkdtemp(folder.data()) == nullptr) {
    std::fprintf(stderr, "cannot make %s\n", folder.c_str());
    return 1;
  }
  try {
    raw_disk(folder + "/raw", seconds);
    const auto store = openclaw::sqlite::open_writer(folder + "/sessions.db");
    Bench bench(*store);
    for (const int n : {1, 16, 64}) {
      const auto [rate, cpu] = measure(seconds, [&] { bench.ingest(n); });
      std::printf("ingest, %2d a commit: %6.0f commits/s %8.0f rows/s  %6.1f us CPU a row\n", n,
                  rate, rate * n, cpu / n);
    }
    for (const int n : {1, 16, 64}) {
      const auto [rate, cpu] = measure(seconds, [&] { bench.turns(n); });
      std::printf("turns, %2d a batch (5 commits):  %8.0f turns/s  %6.1f us CPU a turn\n", n,
                  rate * n, cpu / n);
    }
  } catch (const std::exception& e) {
    std::fprintf(stderr, "%s\n", e.what());
    std::filesystem::remove_all(folder);
    return 1;
  }
  std::filesystem::remove_all(folder);
  return 0;
}
