// The store, over a storage plugin: group commit on one writer thread, reads on a few others.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/host/library.hpp"
#include "core/host/manifest.hpp"
#include "core/host/storage/batch_pace.hpp"
#include "core/host/storage/failure_tally.hpp"
#include "core/host/storage/held_counts.hpp"
#include "core/host/storage/store_call.hpp"
#include "core/log/log.hpp"
#include "core/pipeline/ports.hpp"
#include "core/runtime/loop.hpp"
#include "openclaw/storage.h"

namespace openclaw::host {

class Instance;

class StoragePort final : public pipeline::StorePort, public pipeline::SharedStorePort {
 public:
  /// As one of several gateways.
  struct MemberOptions {
    std::string instance, info_json;
    std::uint32_t lease_ms = 10'000;
  };
  struct Options {
    std::size_t readers = 2;
    std::size_t max_batch = 256;      ///< writes a transaction
    std::size_t max_queued = 100000;  ///< then writes and reads fail with Errc::again
    std::size_t max_queued_bytes = 128U << 20U;
    std::uint32_t deadline_ms = 30000;
    std::optional<MemberOptions> member{};  ///< none: the store is this gateway's alone
  };
  struct Counters {  ///< [any thread]
    std::atomic<std::uint64_t> batches{0}, writes{0}, failures{0};
    std::atomic<std::uint64_t> commit_ns{0};
  };

  /// `fatal` is called at most once, from any thread, when it is unknown what became of a batch or
  /// the store takes no more: the gateway must stop, the store is the truth.
  StoragePort(log::Log& log, Options options, std::function<void(const std::string&)> fatal);
  ~StoragePort() override;  ///< waits for every call to return

  /// Opens the writer (lock, check, migration), then the readers. Blocking, before loops run.
  /// `instance` has been created and outlives the port.
  Result<void> open(Instance& instance);
  /// Writes what is queued, then closes. Blocking; nothing may be called afterwards. False when a
  /// call had not returned by `until`: that is fatal, and the port must not be destroyed.
  [[nodiscard]] bool close(runtime::TimePoint until);
  /// [any thread] One for each thread that calls the store, for the watchdog.
  [[nodiscard]] const std::deque<StoreCall>& calls() const { return calls_; }
  /// What the watchdog finds, once a round; by one thread.
  void judge(StoreAnswers answers);
  [[nodiscard]] const Counters& counters() const { return counters_; }
  /// [any thread] The last commit went well, and no call hangs.
  [[nodiscard]] bool healthy() const { return healthy_.load() && !hangs_.load(); }
  [[nodiscard]] std::string last_error() const;  ///< [any thread]
  /// [any thread] Dead letters and held replies; follows the commits by one read.
  [[nodiscard]] HeldCounts::Snapshot held() const { return held_.snapshot(); }
  /// Blocking, before the loops run: the greatest epoch that the store has seen.
  Result<std::uint64_t> max_epoch_now();
  /// The same for a value; none when it is not there.
  Result<std::optional<std::string>> value_now(const std::string& ns, const std::string& key);

  void write(pipeline::Write write, pipeline::Done<pipeline::Written> done) override;
  void history(std::string session, std::uint32_t max_entries, std::uint64_t max_bytes,
               pipeline::Done<pipeline::History> done) override;
  void inbox(bool dead, std::uint64_t after_id, std::uint32_t limit,
             pipeline::Done<std::vector<pipeline::InboxRow>> done) override;
  void outbox(bool dead, std::uint64_t after_id, std::uint32_t limit,
              pipeline::Done<std::vector<pipeline::OutboxRow>> done) override;
  void value(std::string ns, std::string key, pipeline::Done<pipeline::StoredValue> done) override;
  void idle_sessions(std::int64_t before_ms, std::uint32_t limit,
                     pipeline::Done<std::vector<pipeline::SessionRow>> done) override;
  void stats(pipeline::Done<pipeline::StoreStats> done) override;

  pipeline::SharedStorePort* shared() override { return options_.member ? this : nullptr; }
  [[nodiscard]] const std::string& instance() const override;
  void collect(pipeline::Wanted wanted, pipeline::Done<pipeline::Collected> done) override;
  void wait(runtime::Millis longest, pipeline::Done<void> done) override;
  void members(pipeline::Done<std::vector<pipeline::Member>> done) override;
  [[nodiscard]] runtime::TimePoint leased_until() const override;

 private:
  struct Pending {
    pipeline::Write write;
    pipeline::Done<pipeline::Written> done;
    runtime::Loop* loop = nullptr;
    std::size_t bytes = 0;
  };
  using Read = runtime::UniqueFunction<void(oc_store_conn*)>;
  struct PendingCollect {
    pipeline::Wanted wanted;
    pipeline::Done<pipeline::Collected> done;
    runtime::Loop* loop = nullptr;
  };
  struct PendingWait {
    runtime::Millis longest;
    pipeline::Done<void> done;
    runtime::Loop* loop = nullptr;
  };

  void gather(runtime::Loop& loop);
  void write_loop();
  void read_loop(std::size_t index);
  void commit(std::deque<Pending>& batch);
  void renew();
  /// Null, or why it was not taken: then `read` is still the caller's.
  const char* enqueue_read(Read&& read);
  template <class T, class Fn>
  void read(pipeline::Done<T> done, Fn fn);
  template <class Rows, class Fn>
  void list(pipeline::Done<Rows> done, Fn slot);
  Result<oc_store_conn*> open_connection(std::uint32_t role);
  Result<oc_store_conn*> open_writer();
  void start_threads();
  void run_collect(PendingCollect pending);
  void wait_loop();
  void extend_lease(std::int64_t began_boot_ms);
  [[nodiscard]] runtime::Millis renew_again() const;
  void note_failure(const std::string& reason);
  void note_success();
  void give_up(const std::string& reason);
  void begin_close();
  void close_all();
  void count_held(oc_store_conn* reader);
  void count_held_soon();

  Instance* instance_ = nullptr;
  log::Log& log_;
  Options options_;
  std::function<void(const std::string&)> fatal_;
  const oc_storage* slots_ = nullptr;
  oc_store_conn *writer_ = nullptr, *waiter_ = nullptr;
  std::vector<oc_store_conn*> readers_;
  std::vector<std::thread> threads_;
  std::deque<StoreCall> calls_;  ///< the writer's, then the readers', the waiter's
  std::thread closer_;
  std::future<void> closed_;
  mutable std::mutex mutex_;
  std::condition_variable write_ready_, read_ready_, wait_ready_;
  std::deque<Pending> writes_;
  std::vector<runtime::Loop*> gathering_;  ///< loops that will say when their writes are complete
  bool write_due_ = false;
  BatchPace pace_;
  /// What a loop took last to hear of a write and to go on, ns; shared with its tasks.
  std::shared_ptr<std::atomic<std::int64_t>> heard_ns_ =
      std::make_shared<std::atomic<std::int64_t>>(0);
  std::size_t queued_bytes_ = 0;
  std::deque<Read> reads_;
  std::optional<PendingCollect> collect_;
  std::optional<PendingWait> wait_;
  std::string last_error_;
  bool closing_ = false;
  std::optional<runtime::TimePoint> renew_at_;  ///< the writer thread's
  FailureTally failures_;                       ///< the writer thread's
  bool renew_failed_ = false;                   ///< the writer thread's: that alone is unhealthy
  std::atomic<bool> healthy_{true};
  std::atomic<bool> failed_{false};
  std::atomic<bool> hangs_{false};
  std::atomic<std::int64_t> leased_until_{0};  ///< by the boot clock
  Counters counters_;
  HeldCounts held_;
  std::atomic<bool> counting_{false};  ///< a read is queued that has not begun
};

}  // namespace openclaw::host
