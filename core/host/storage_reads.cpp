// Reads of the store on threads of their own; each row is checked and copied as it is visited.
#include <utility>

#include "core/host/instance.hpp"
#include "core/host/storage_port.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using pipeline::Done;
using sdk::copy;
using sdk::str;

namespace {

// Whether a row is long enough to hold every field of 1.0; a longer one is a later plugin's.
bool whole(const oc_transcript_entry* e) {
  return OC_COVERS(e, oc_transcript_entry, meta_json);
}
bool whole(const oc_inbox_row* r) {
  return OC_COVERS(r, oc_inbox_row, dead_ms);
}
bool whole(const oc_outbox_row* r) {
  return OC_COVERS(r, oc_outbox_row, entry) && OC_COVERS(r->entry, oc_outbox_entry, expires_ms);
}
bool whole(const oc_session_row* r) {
  return OC_COVERS(r, oc_session_row, updated_ms);
}
bool whole(const oc_kv_row* r) {
  return OC_COVERS(r, oc_kv_row, version);
}

pipeline::TranscriptEntry taken(const oc_transcript_entry& e) {
  return {e.id, static_cast<pipeline::Role>(e.role), e.ts_ms, copy(e.text), copy(e.meta_json)};
}
pipeline::InboxRow taken(const oc_inbox_row& r) {
  return {r.id,           r.attempts,    copy(r.session), copy(r.agent),   copy(r.payload_json),
          copy(r.reason), r.received_ms, r.epoch,         copy(r.channel), r.dead_ms};
}
pipeline::OutboxRow taken(const oc_outbox_row& r) {
  const oc_outbox_entry& e = *r.entry;
  return {r.id,
          static_cast<pipeline::OutboxState>(r.state),
          copy(r.reason),
          {copy(e.session), copy(e.channel), copy(e.account), copy(e.idem_key),
           copy(e.payload_json), e.created_ms, e.expires_ms},
          r.updated_ms};
}
pipeline::SessionRow taken(const oc_session_row& r) {
  return {copy(r.session), r.entries, r.bytes, r.updated_ms};
}
pipeline::StoredValue taken(const oc_kv_row& r) {
  return {copy(r.key), copy(r.value), r.version};
}

/// What a visitor fills.
template <class Row>
struct Gathered {
  std::vector<Row> rows{};
  bool malformed = false;
};

template <class Row, class Raw>
std::uint32_t take_row(void* ctx, const Raw* raw) noexcept {
  auto& into = *static_cast<Gathered<Row>*>(ctx);
  into.malformed = !whole(raw);
  if (into.malformed) return 0;
  into.rows.push_back(taken(*raw));
  return 1;
}

oc_status end(oc_status status, bool malformed, oc_error* error) {
  if (status != OC_OK || !malformed) return status;
  sdk::fill(
      error, OC_E_PLUGIN,
      "the storage plugin gave a row that is shorter than ABI 1.0's: install another version");
  return OC_E_PLUGIN;
}

}  // namespace

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
        oc_error error{};
        error.size = sizeof error;
        const oc_status status = f(connection, rows, &error);
        Result<T> result =
            status == OC_OK ? Result<T>(std::move(rows)) : Result<T>(explain(status, error));
        loop->post([dd = std::move(d), r = std::move(result)]() mutable { (*dd)(std::move(r)); });
      });
  if (refused == nullptr) return;
  loop->post([dd = std::move(d), refused] { (*dd)(Error{Errc::again, refused, 1000, true}); });
}

/// A read of many rows; `slot` gives the visitor's context to the plugin's slot.
template <class Row, class Fn>
void StoragePort::list(Done<std::vector<Row>> done, Fn slot) {
  read(std::move(done),
       [s = std::move(slot)](oc_store_conn* c, std::vector<Row>& rows, oc_error* error) mutable {
         Gathered<Row> found;
         const oc_status status = s(c, &found, error);
         rows = std::move(found.rows);
         return end(status, found.malformed, error);
       });
}

void StoragePort::history(std::string session, std::uint32_t max_entries, std::uint64_t max_bytes,
                          Done<std::vector<pipeline::TranscriptEntry>> done) {
  list(std::move(done), [this, session = std::move(session), max_entries, max_bytes](
                            oc_store_conn* c, void* found, oc_error* error) {
    return slots_->history(c, str(session), max_entries, max_bytes, options_.deadline_ms,
                           &take_row<pipeline::TranscriptEntry, oc_transcript_entry>, found, error);
  });
}

void StoragePort::inbox(bool dead, std::uint64_t after_id, std::uint32_t limit,
                        Done<std::vector<pipeline::InboxRow>> done) {
  list(std::move(done),
       [this, dead, after_id, limit](oc_store_conn* c, void* found, oc_error* error) {
         return slots_->inbox(c, dead ? OC_LIST_DEAD : OC_LIST_LIVE, after_id, limit,
                              options_.deadline_ms, &take_row<pipeline::InboxRow, oc_inbox_row>,
                              found, error);
       });
}

void StoragePort::outbox(bool dead, std::uint64_t after_id, std::uint32_t limit,
                         Done<std::vector<pipeline::OutboxRow>> done) {
  list(std::move(done),
       [this, dead, after_id, limit](oc_store_conn* c, void* found, oc_error* error) {
         return slots_->outbox(c, dead ? OC_LIST_DEAD : OC_LIST_LIVE, after_id, limit,
                               options_.deadline_ms, &take_row<pipeline::OutboxRow, oc_outbox_row>,
                               found, error);
       });
}

void StoragePort::idle_sessions(std::int64_t before_ms, std::uint32_t limit,
                                Done<std::vector<pipeline::SessionRow>> done) {
  list(std::move(done), [this, before_ms, limit](oc_store_conn* c, void* found, oc_error* error) {
    return slots_->idle_sessions(c, before_ms, limit, options_.deadline_ms,
                                 &take_row<pipeline::SessionRow, oc_session_row>, found, error);
  });
}

void StoragePort::stats(Done<std::string> done) {
  read(std::move(done), [this](oc_store_conn* c, std::string& json, oc_error* error) {
    const oc_put_text put = [](void* into, oc_str text) noexcept {
      *static_cast<std::string*>(into) = copy(text);
    };
    return slots_->stats(c, options_.deadline_ms, put, &json, error);
  });
}

void StoragePort::value(std::string ns, std::string key, Done<pipeline::StoredValue> done) {
  read(std::move(done), [this, ns = std::move(ns), key = std::move(key)](
                            oc_store_conn* c, pipeline::StoredValue& value, oc_error* error) {
    Gathered<pipeline::StoredValue> found;
    const oc_status status =
        slots_->kv_get(c, str(ns), str(key), options_.deadline_ms,
                       &take_row<pipeline::StoredValue, oc_kv_row>, &found, error);
    if (!found.rows.empty()) value = std::move(found.rows.front());
    return end(status, found.malformed, error);
  });
}

namespace {
void put_text(void* ctx, oc_str said) noexcept {
  *static_cast<std::string*>(ctx) = copy(said);
}
}  // namespace

void StoragePort::count_held(oc_store_conn* reader) {
  std::string text;
  oc_error error{};
  error.size = sizeof error;
  const std::uint64_t call = held_.begin();
  const oc_status status = slots_->stats(reader, options_.deadline_ms, &put_text, &text, &error);
  if (status != OC_OK) {
    log_.warn("store.stats_failed", {{"error", explain(status, error).message}});
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
