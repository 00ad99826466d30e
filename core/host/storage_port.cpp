// The store, over a storage plugin: group commit on one writer thread, reads on a few others.
#include "core/host/storage_port.hpp"

#include <pthread.h>

#include <map>
#include <utility>

#include "core/host/instance.hpp"
#include "core/host/store_batch.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using pipeline::Done;
using sdk::copy;
using sdk::str;

namespace {

/// The status that a slot returned decides; `error` only explains it.
Error to_error(oc_status status, oc_error error, const std::string& plugin) {
  error.code = status;
  Error out = to_call_error(error).error;
  if (out.message.empty()) out.message = "the storage plugin " + plugin + " gave no reason";
  return out;
}

std::size_t size_of(const pipeline::Write& write) {
  if (const auto* ingest = std::get_if<pipeline::Ingest>(&write))
    return ingest->payload_json.size();
  if (const auto* finish = std::get_if<pipeline::Finish>(&write)) {
    std::size_t n = 0;
    for (const auto& t : finish->transcript) n += t.text.size();
    for (const auto& o : finish->outbox) n += o.payload_json.size();
    return n;
  }
  if (const auto* value = std::get_if<pipeline::PutValue>(&write)) return value->value.size();
  return 64;
}

Result<pipeline::Written> to_written(const oc_write_result& r) {
  if (r.status == OC_OK) return pipeline::Written{r.id, (r.flags & OC_RESULT_DUPLICATE) != 0};
  if (r.status == OC_E_CONFLICT) return Error{Errc::conflict, "another epoch or version owns this"};
  if (r.status == OC_E_NOTFOUND) return Error{Errc::not_found, "no such row"};
  if (r.status == OC_E_INVAL) return Error{Errc::invalid, "it is malformed or over a limit"};
  return Error{Errc::storage, "the store refused the write"};
}

}  // namespace

StoragePort::StoragePort(log::Log& log, Options options,
                         std::function<void(const std::string&)> fatal)
    : log_(log), options_(options), fatal_(std::move(fatal)) {}

StoragePort::~StoragePort() {
  close();
}

Result<oc_store_conn*> StoragePort::open_connection(std::uint32_t role) {
  oc_store_conn* connection = nullptr;
  oc_error error{};
  error.size = sizeof error;
  const oc_status status = slots_->open(instance_->storage_inst(), role, &connection, &error);
  if (status == OC_OK && connection != nullptr) return connection;
  return to_error(status == OC_OK ? OC_E_PLUGIN : status, error, instance_->name());
}

Result<void> StoragePort::open(Instance& instance) {
  instance_ = &instance;
  slots_ = instance_->slots<oc_storage>("oc.storage/1");
  if (slots_ == nullptr)
    return Error{Errc::unsupported, instance_->name() + " has no storage slots"};
  auto writer = open_connection(OC_STORE_WRITER);
  if (writer.has_error()) return writer.error();
  writer_ = *writer;
  for (std::size_t i = 0; i < options_.readers; ++i) {
    auto reader = open_connection(OC_STORE_READER);
    if (reader.has_error()) return reader.error();
    readers_.push_back(*reader);
  }
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
  return {};
}

void StoragePort::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
  }
  write_ready_.notify_all();
  read_ready_.notify_all();
  for (auto& thread : threads_) thread.join();
  threads_.clear();
  for (auto* reader : readers_) slots_->close(reader);
  readers_.clear();
  if (writer_ != nullptr) slots_->close(std::exchange(writer_, nullptr));
}

std::string StoragePort::last_error() const {
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
  log_.error("store.failed", {{"error", reason}});
}

// ---- writes ----

void StoragePort::write(pipeline::Write write, Done<pipeline::Written> done) {
  Pending pending{std::move(write), std::move(done), runtime::Loop::current(), 0};
  pending.bytes = size_of(pending.write);
  const char* refused = nullptr;
  {
    const std::lock_guard lock(mutex_);
    if (closing_ || failed_.load()) {
      refused = "the store is closed";
    } else if (writes_.size() >= options_.max_queued ||
               queued_bytes_ + pending.bytes > options_.max_queued_bytes) {
      refused = "the store is behind: too many writes wait";
    } else {
      queued_bytes_ += pending.bytes;
      writes_.push_back(std::move(pending));
    }
  }
  if (refused == nullptr) {
    write_ready_.notify_one();
    return;
  }
  pending.loop->post([d = std::move(pending.done), refused]() mutable {
    d(Error{Errc::again, refused, 1000, true});
  });
}

void StoragePort::write_loop() {
  std::deque<Pending> batch;
  while (true) {
    {
      std::unique_lock lock(mutex_);
      write_ready_.wait(lock, [this] { return closing_ || !writes_.empty(); });
      if (writes_.empty()) return;
      while (!writes_.empty() && batch.size() < options_.max_batch) {
        queued_bytes_ -= writes_.front().bytes;
        batch.push_back(std::move(writes_.front()));
        writes_.pop_front();
      }
    }
    commit(batch);
    batch.clear();
  }
}

void StoragePort::commit(std::deque<Pending>& batch) {
  if (failed_.load()) {
    // Queued before the commit that failed: these were never given to the plugin.
    const Error closed{Errc::storage,
                       "the store is closed: an earlier commit's outcome is unknown"};
    for (auto& pending : batch) {
      pending.loop->post([d = std::move(pending.done), closed]() mutable { d(closed); });
    }
    return;
  }
  StoreBatch laid_out;
  for (const auto& pending : batch) laid_out.add(pending.write);
  oc_error error{};
  error.size = sizeof error;
  const auto before = runtime::SteadyClock::now();
  const oc_status status = slots_->apply(writer_, laid_out.writes(), laid_out.results(),
                                         laid_out.size(), options_.deadline_ms, &error);
  counters_.commit_ns.fetch_add(static_cast<std::uint64_t>(
      std::chrono::nanoseconds(runtime::SteadyClock::now() - before).count()));
  counters_.batches.fetch_add(1);
  counters_.writes.fetch_add(batch.size());

  Error failure;
  if (status == OC_OK) {
    healthy_.store(true, std::memory_order_relaxed);
  } else {
    failure = to_error(status, error, instance_->name());
    if (status != OC_E_UNKNOWN && failure.code != Errc::deadline) failure.code = Errc::storage;
    note_failure(failure.message);
    if (status == OC_E_UNKNOWN) {
      failure.code = Errc::unknown;
      if (!failed_.exchange(true)) fatal_(failure.message);
    }
  }

  // One post a loop, however many of its writes were in the batch.
  struct Outcome {
    Done<pipeline::Written> done;
    Result<pipeline::Written> written;
  };
  std::map<runtime::Loop*, std::vector<Outcome>> by_loop;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    Result<pipeline::Written> written =
        status == OC_OK ? to_written(laid_out.results()[i]) : Result<pipeline::Written>(failure);
    by_loop[batch[i].loop].push_back({std::move(batch[i].done), std::move(written)});
  }
  for (auto& [loop, outcomes] : by_loop) {
    loop->post([o = std::move(outcomes)]() mutable {
      for (auto& outcome : o) outcome.done(std::move(outcome.written));
    });
  }
}

// ---- reads ----

const char* StoragePort::enqueue_read(Read&& read) {
  {
    const std::lock_guard lock(mutex_);
    if (closing_) return "the store is closed";
    if (reads_.size() >= options_.max_queued) return "the store is behind: too many reads wait";
    reads_.push_back(std::move(read));
  }
  read_ready_.notify_one();
  return nullptr;
}

void StoragePort::read_loop(std::size_t index) {
  while (true) {
    Read read;
    {
      std::unique_lock lock(mutex_);
      read_ready_.wait(lock, [this] { return closing_ || !reads_.empty(); });
      if (reads_.empty()) return;
      read = std::move(reads_.front());
      reads_.pop_front();
    }
    read(readers_[index]);
  }
}

template <class T, class Fn>
void StoragePort::read(Done<T> done, Fn fn) {
  // Shared between the queued read and the refusal: exactly one of them calls it.
  auto d = std::make_shared<Done<T>>(std::move(done));
  runtime::Loop* const loop = runtime::Loop::current();
  const char* refused =
      enqueue_read([this, loop, d, f = std::move(fn)](oc_store_conn* connection) mutable {
        T rows{};
        oc_error error{};
        error.size = sizeof error;
        const oc_status status = f(connection, rows, &error);
        Result<T> result = status == OC_OK ? Result<T>(std::move(rows))
                                           : Result<T>(to_error(status, error, instance_->name()));
        loop->post([dd = std::move(d), r = std::move(result)]() mutable { (*dd)(std::move(r)); });
      });
  if (refused == nullptr) return;
  loop->post([dd = std::move(d), refused] { (*dd)(Error{Errc::again, refused, 1000, true}); });
}

void StoragePort::history(std::string session, std::uint32_t max_entries, std::uint64_t max_bytes,
                          Done<std::vector<pipeline::TranscriptEntry>> done) {
  read(std::move(done),
       [this, session = std::move(session), max_entries, max_bytes](
           oc_store_conn* c, std::vector<pipeline::TranscriptEntry>& rows, oc_error* error) {
         return slots_->history(
             c, str(session), max_entries, max_bytes, options_.deadline_ms,
             [](void* ctx, const oc_transcript_entry* e) noexcept -> std::uint32_t {
               static_cast<std::vector<pipeline::TranscriptEntry>*>(ctx)->push_back(
                   {e->id, static_cast<pipeline::Role>(e->role), e->ts_ms, copy(e->text),
                    copy(e->meta_json)});
               return 1;
             },
             &rows, error);
       });
}

void StoragePort::inbox(bool dead, std::uint64_t after_id, std::uint32_t limit,
                        Done<std::vector<pipeline::InboxRow>> done) {
  read(std::move(done),
       [this, dead, after_id, limit](oc_store_conn* c, std::vector<pipeline::InboxRow>& rows,
                                     oc_error* error) {
         return slots_->inbox(
             c, dead ? OC_LIST_DEAD : OC_LIST_LIVE, after_id, limit, options_.deadline_ms,
             [](void* ctx, const oc_inbox_row* r) noexcept -> std::uint32_t {
               static_cast<std::vector<pipeline::InboxRow>*>(ctx)->push_back(
                   {r->id, r->attempts, copy(r->session), copy(r->agent), copy(r->payload_json),
                    copy(r->reason), r->received_ms});
               return 1;
             },
             &rows, error);
       });
}

void StoragePort::outbox(bool dead, std::uint64_t after_id, std::uint32_t limit,
                         Done<std::vector<pipeline::OutboxRow>> done) {
  read(std::move(done),
       [this, dead, after_id, limit](oc_store_conn* c, std::vector<pipeline::OutboxRow>& rows,
                                     oc_error* error) {
         return slots_->outbox(
             c, dead ? OC_LIST_DEAD : OC_LIST_LIVE, after_id, limit, options_.deadline_ms,
             [](void* ctx, const oc_outbox_row* r) noexcept -> std::uint32_t {
               static_cast<std::vector<pipeline::OutboxRow>*>(ctx)->push_back(
                   {r->id,
                    static_cast<pipeline::OutboxState>(r->state),
                    copy(r->reason),
                    {copy(r->entry.session), copy(r->entry.channel), copy(r->entry.account),
                     copy(r->entry.idem_key), copy(r->entry.payload_json), r->entry.created_ms,
                     r->entry.expires_ms}});
               return 1;
             },
             &rows, error);
       });
}

void StoragePort::value(std::string ns, std::string key, Done<pipeline::StoredValue> done) {
  read(std::move(done), [this, ns = std::move(ns), key = std::move(key)](
                            oc_store_conn* c, pipeline::StoredValue& row, oc_error* error) {
    return slots_->kv_get(
        c, str(ns), str(key), options_.deadline_ms,
        [](void* ctx, const oc_kv_row* r) noexcept -> std::uint32_t {
          *static_cast<pipeline::StoredValue*>(ctx) = {copy(r->key), copy(r->value), r->version};
          return 1;
        },
        &row, error);
  });
}

void StoragePort::sessions(std::string prefix, std::string after, std::uint32_t limit,
                           Done<std::vector<pipeline::SessionRow>> done) {
  read(std::move(done),
       [this, prefix = std::move(prefix), after = std::move(after), limit](
           oc_store_conn* c, std::vector<pipeline::SessionRow>& rows, oc_error* error) {
         return slots_->sessions(
             c, str(prefix), str(after), limit, options_.deadline_ms,
             [](void* ctx, const oc_session_row* r) noexcept -> std::uint32_t {
               static_cast<std::vector<pipeline::SessionRow>*>(ctx)->push_back(
                   {copy(r->session), r->entries, r->bytes, r->updated_ms});
               return 1;
             },
             &rows, error);
       });
}

namespace {
void put_text(void* ctx, oc_str text) noexcept {
  *static_cast<std::string*>(ctx) = copy(text);
}
}  // namespace

void StoragePort::stats(Done<std::string> done) {
  read(std::move(done), [this](oc_store_conn* c, std::string& text, oc_error* error) {
    return slots_->stats(c, options_.deadline_ms, &put_text, &text, error);
  });
}

Result<std::string> StoragePort::stats_now() {
  oc_error error{};
  error.size = sizeof error;
  std::string text;
  // The readers' threads have nothing to do yet, so their connection is free.
  const oc_status status =
      slots_->stats(readers_.front(), options_.deadline_ms, &put_text, &text, &error);
  if (status != OC_OK) return to_error(status, error, instance_->name());
  return text;
}

}  // namespace openclaw::host
