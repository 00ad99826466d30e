// Reads of the store on threads of their own; each row is checked and copied as it is visited.
#include <utility>

#include "core/host/call_error.hpp"
#include "core/host/instance.hpp"
#include "core/host/storage/storage_port.hpp"
#include "core/host/storage/store_rows.hpp"
#include "core/host/storage/store_stats.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using namespace store_rows;
using pipeline::Done;
using sdk::str;

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
    calls_[1 + index].began(runtime::SteadyClock::now());
    read(readers_[index]);
    calls_[1 + index].ended();
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
        oc_error error = blank_error();
        const oc_status status = f(connection, rows, &error);
        Result<T> result = status == OC_OK ? Result<T>(std::move(rows))
                                           : Result<T>(explain(instance_->name(), status, error));
        loop->post([dd = std::move(d), r = std::move(result)]() mutable { (*dd)(std::move(r)); });
      });
  if (refused == nullptr) return;
  loop->post([dd = std::move(d), refused] { (*dd)(Error{Errc::again, refused, 1000, true}); });
}

/// A read of many rows; `slot` gives the visitor's context to the plugin's slot.
template <class Rows, class Fn>
void StoragePort::list(Done<Rows> done, Fn slot) {
  read(std::move(done),
       [s = std::move(slot)](oc_store_conn* c, Rows& rows, oc_error* error) mutable {
         Gathered<Rows> found;
         const oc_status status = s(c, &found, error);
         rows = std::move(found.rows);
         return end(status, found.malformed, error);
       });
}

void StoragePort::history(std::string session, std::uint32_t max_entries, std::uint64_t max_bytes,
                          Done<pipeline::History> done) {
  list(std::move(done), [this, session = std::move(session), max_entries, max_bytes](
                            oc_store_conn* c, void* found, oc_error* error) {
    return slots_->history(c, str(session), max_entries, max_bytes, options_.deadline_ms,
                           &take_row<pipeline::History, oc_transcript_entry>, found, error);
  });
}

void StoragePort::inbox(bool dead, std::uint64_t after_id, std::uint32_t limit,
                        Done<std::vector<pipeline::InboxRow>> done) {
  list(std::move(done),
       [this, dead, after_id, limit](oc_store_conn* c, void* found, oc_error* error) {
         return slots_->inbox(
             c, dead ? OC_LIST_DEAD : OC_LIST_LIVE, after_id, limit, options_.deadline_ms,
             &take_row<std::vector<pipeline::InboxRow>, oc_inbox_row>, found, error);
       });
}

void StoragePort::outbox(bool dead, std::uint64_t after_id, std::uint32_t limit,
                         Done<std::vector<pipeline::OutboxRow>> done) {
  list(std::move(done),
       [this, dead, after_id, limit](oc_store_conn* c, void* found, oc_error* error) {
         return slots_->outbox(
             c, dead ? OC_LIST_DEAD : OC_LIST_LIVE, after_id, limit, options_.deadline_ms,
             &take_row<std::vector<pipeline::OutboxRow>, oc_outbox_row>, found, error);
       });
}

void StoragePort::idle_sessions(std::int64_t before_ms, std::uint32_t limit,
                                Done<std::vector<pipeline::SessionRow>> done) {
  list(std::move(done), [this, before_ms, limit](oc_store_conn* c, void* found, oc_error* error) {
    return slots_->idle_sessions(c, before_ms, limit, options_.deadline_ms,
                                 &take_row<std::vector<pipeline::SessionRow>, oc_session_row>,
                                 found, error);
  });
}

void StoragePort::members(Done<std::vector<pipeline::Member>> done) {
  list(std::move(done), [this](oc_store_conn* c, void* found, oc_error* error) {
    return slots_->members(c, options_.deadline_ms,
                           &take_row<std::vector<pipeline::Member>, oc_member_row>, found, error);
  });
}

void StoragePort::stats(Done<pipeline::StoreStats> done) {
  read(std::move(done), [this](oc_store_conn* c, pipeline::StoreStats& stats, oc_error* error) {
    std::string json;
    const oc_status status = slots_->stats(c, options_.deadline_ms, &put_text, &json, error);
    if (status != OC_OK) return status;
    auto read = stats_of(json);
    if (read.has_error()) {
      sdk::fill(error, 0, "the storage plugin's stats lack sessions or usedBytes");
      return OC_E_PLUGIN;
    }
    stats = *read;
    return OC_OK;
  });
}

void StoragePort::value(std::string ns, std::string key, Done<pipeline::StoredValue> done) {
  read(std::move(done), [this, ns = std::move(ns), key = std::move(key)](
                            oc_store_conn* c, pipeline::StoredValue& value, oc_error* error) {
    Gathered<std::vector<pipeline::StoredValue>> found;
    const oc_status status =
        slots_->kv_get(c, str(ns), str(key), options_.deadline_ms,
                       &take_row<std::vector<pipeline::StoredValue>, oc_kv_row>, &found, error);
    if (!found.rows.empty()) value = std::move(found.rows.front());
    return end(status, found.malformed, error);
  });
}

void StoragePort::count_held(oc_store_conn* reader) {
  std::string text;
  oc_error error = blank_error();
  const std::uint64_t call = held_.begin();
  const oc_status status = slots_->stats(reader, options_.deadline_ms, &put_text, &text, &error);
  if (status != OC_OK) {
    log_.warn("store.stats_failed", {{"error", explain(instance_->name(), status, error).message}});
  } else if (!held_.read(text, call)) {
    log_.warn("store.stats_failed",
              {{"error",
                "the storage plugin's stats lack deadInbox, deadOutbox or unknownOutbox: "
                "install another version"}});
  }
}

/// Counts once for all commits until the read begins.
void StoragePort::count_held_soon() {
  if (counting_.exchange(true)) return;
  const char* refused = enqueue_read([this](oc_store_conn* reader) {
    counting_.store(false);
    count_held(reader);
  });
  // Behind or closing: the next commit that changes them asks again.
  if (refused != nullptr) counting_.store(false);
}

}  // namespace openclaw::host
