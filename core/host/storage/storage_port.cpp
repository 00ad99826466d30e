// Opening, closing, and what is known of the store's health.
#include "core/host/storage/storage_port.hpp"

#include <pthread.h>

#include <algorithm>
#include <map>
#include <utility>

#include "core/host/call_error.hpp"
#include "core/host/instance.hpp"
#include "core/host/storage/store_batch.hpp"
#include "core/host/storage/store_value.hpp"
#include "core/runtime/wall_clock.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using pipeline::Done;
using sdk::copy;

namespace {

constexpr char kHangs[] =
    "a call into the store has not returned for a long time; see whether the disk that "
    "storage.path names, or the server that storage.url names, still answers";
constexpr char kNeverReturned[] =
    "a call into the store never returned, so that nobody knows what became of it; see whether the "
    "disk that storage.path names, or the server that storage.url names, still answers";

}  // namespace

StoragePort::StoragePort(log::Log& log, Options options,
                         std::function<void(const std::string&)> fatal)
    : log_(log),
      options_(std::move(options)),
      fatal_(std::move(fatal)),
      calls_(1 + options_.readers + (options_.member ? 1 : 0)) {}

StoragePort::~StoragePort() {
  begin_close();
  closer_.join();
}

Result<oc_store_conn*> StoragePort::open_connection(std::uint32_t role) {
  oc_store_conn* connection = nullptr;
  oc_error error = blank_error();
  const oc_status status = slots_->open(instance_->storage_inst(), role, &connection, &error);
  if (status == OC_OK && connection != nullptr) return connection;
  return explain(instance_->name(), status == OC_OK ? OC_E_PLUGIN : status, error);
}

Result<void> StoragePort::open(Instance& instance) {
  instance_ = &instance;
  slots_ = instance_->slots<oc_storage>("oc.storage/1");
  if (slots_ == nullptr)
    return Error{Errc::unsupported, instance_->name() + " has no storage slots"};
  const auto opening = runtime::boot_ms();
  auto writer = open_writer();
  if (writer.has_error()) return writer.error();
  writer_ = *writer;
  extend_lease(opening);
  for (std::size_t i = 0; i < options_.readers; ++i) {
    auto reader = open_connection(OC_STORE_READER);
    if (reader.has_error()) return reader.error();
    readers_.push_back(*reader);
  }
  if (options_.member) {
    auto waiter = open_connection(OC_STORE_READER);
    if (waiter.has_error()) return waiter.error();
    waiter_ = *waiter;
  }
  if (!readers_.empty()) count_held(readers_.front());
  start_threads();
  return {};
}

void StoragePort::start_threads() {
  threads_.emplace_back([this] {
    pthread_setname_np(pthread_self(), "store-writer");
    write_loop();
  });
  for (std::size_t i = 0; i < options_.readers; ++i) {
    threads_.emplace_back([this, i] {
      pthread_setname_np(pthread_self(), "store-reader");
      read_loop(i);
    });
  }
  if (waiter_ == nullptr) return;
  threads_.emplace_back([this] {
    pthread_setname_np(pthread_self(), "store-waiter");
    wait_loop();
  });
}

bool StoragePort::close(runtime::TimePoint until) {
  begin_close();
  if (closed_.wait_until(until) == std::future_status::ready) return true;
  give_up(kNeverReturned);
  return false;
}

/// On a thread of its own: closing makes calls into the plugin too, any of which may hang.
void StoragePort::begin_close() {
  if (closer_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  write_ready_.notify_all();
  read_ready_.notify_all();
  wait_ready_.notify_all();
  std::promise<void> closed;
  closed_ = closed.get_future();
  closer_ = std::thread([this, closed = std::move(closed)]() mutable {
    pthread_setname_np(pthread_self(), "store-closer");
    close_all();
    closed.set_value();
  });
}

void StoragePort::close_all() {
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  for (auto* reader : readers_) slots_->close(reader);
  readers_.clear();
  if (waiter_ != nullptr) slots_->close(std::exchange(waiter_, nullptr));
  if (writer_ != nullptr) slots_->close(std::exchange(writer_, nullptr));
}

void StoragePort::judge(StoreAnswers answers) {
  const bool hangs = answers != StoreAnswers::in_time;
  if (hangs_.exchange(hangs) != hangs) {
    if (hangs) {
      log_.error("store.hangs", {{"error", kHangs}});
    } else {
      log_.info("store.answers_again");
    }
  }
  if (answers == StoreAnswers::never) give_up(kNeverReturned);
}

void StoragePort::give_up(const std::string& reason) {
  if (!failed_.exchange(true)) fatal_(reason);
}

std::string StoragePort::last_error() const {
  if (hangs_.load()) return kHangs;
  const std::lock_guard lock(mutex_);
  return last_error_;
}

void StoragePort::note_failure(const std::string& reason) {
  counters_.failures.fetch_add(1);
  healthy_.store(false);
  {
    const std::lock_guard lock(mutex_);
    last_error_ = reason;
  }
  if (const auto times = failures_.failed(reason, runtime::SteadyClock::now())) {
    log_.error("store.failed", {{"error", reason}, {"times", *times}});
  }
}

/// On the writer's thread, as note_failure().
void StoragePort::note_success() {
  healthy_.store(true, std::memory_order_relaxed);
  if (const auto lasted = failures_.worked(runtime::SteadyClock::now())) {
    log_.info("store.works_again", {{"after_ms", lasted->count()}});
  }
}

Result<std::uint64_t> StoragePort::max_epoch_now() {
  oc_error error = blank_error();
  std::uint64_t epoch = 0;
  // The readers' threads have nothing to do yet, so their connection is free.
  const oc_status status =
      slots_->max_epoch(readers_.front(), options_.deadline_ms, &epoch, &error);
  if (status != OC_OK) return explain(instance_->name(), status, error);
  return epoch;
}

Result<std::optional<std::string>> StoragePort::value_now(const std::string& ns,
                                                          const std::string& key) {
  return value_of(*slots_, readers_.front(), instance_->name(), ns, key, options_.deadline_ms);
}

}  // namespace openclaw::host
