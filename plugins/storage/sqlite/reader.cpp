// The read slots, each under its deadline.
#include "connection.hpp"
#include "explain.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::sqlite {

Reader::Reader(std::string path, std::unique_ptr<Database> database,
               std::unique_ptr<OwnerLock> lock)
    : lock_(std::move(lock)),
      path_(std::move(path)),
      database_(std::move(database)),
      inbox_(*database_),
      outbox_(*database_),
      transcript_(*database_),
      sessions_(*database_),
      kv_(*database_),
      totals_table_(*database_),
      dump_(*database_) {}

template <class Fn>
void Reader::read(std::uint32_t deadline_ms, Fn fn) {
  try {
    database_->set_deadline(deadline_ms);
    fn();
  } catch (const SqlError& error) {
    throw explain(error, path_, "read");
  }
}

void Reader::apply(const sdk::StoreWrites&, std::uint32_t) {
  throw sdk::StoreError(OC_E_INVAL, "this connection was opened for reading");
}

void Reader::history(oc_str session, std::uint32_t max_entries, std::uint64_t max_bytes,
                     std::uint32_t deadline_ms, oc_visit_entry visit, void* ctx) {
  read(deadline_ms, [&] { transcript_.history(session, max_entries, max_bytes, visit, ctx); });
}

void Reader::inbox(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit,
                   std::uint32_t deadline_ms, oc_visit_inbox visit, void* ctx) {
  read(deadline_ms, [&] { inbox_.list(list, after_id, limit, visit, ctx); });
}

void Reader::outbox(std::uint32_t list, std::uint64_t after_id, std::uint32_t limit,
                    std::uint32_t deadline_ms, oc_visit_outbox visit, void* ctx) {
  read(deadline_ms, [&] { outbox_.list(list, after_id, limit, visit, ctx); });
}

void Reader::kv(oc_str ns, oc_str prefix, oc_str after_key, std::uint32_t limit,
                std::uint32_t deadline_ms, oc_visit_kv visit, void* ctx) {
  read(deadline_ms, [&] { kv_.list(ns, prefix, after_key, limit, visit, ctx); });
}

void Reader::kv_get(oc_str ns, oc_str key, std::uint32_t deadline_ms, oc_visit_kv visit,
                    void* ctx) {
  bool found = false;
  read(deadline_ms, [&] { found = kv_.get(ns, key, visit, ctx); });
  if (!found) throw sdk::StoreError(OC_E_NOTFOUND, "no such key");
}

void Reader::sessions(oc_str prefix, oc_str after, std::uint32_t limit, std::uint32_t deadline_ms,
                      oc_visit_session visit, void* ctx) {
  read(deadline_ms, [&] { sessions_.list(prefix, after, limit, visit, ctx); });
}

void Reader::idle_sessions(std::int64_t before_ms, std::uint32_t limit, std::uint32_t deadline_ms,
                           oc_visit_session visit, void* ctx) {
  read(deadline_ms, [&] { sessions_.list_idle(before_ms, limit, visit, ctx); });
}

void Reader::stats(std::uint32_t deadline_ms, oc_put_text put, void* ctx) {
  std::string json;
  read(deadline_ms, [&] { json = totals_table_.stats_json(); });
  put(ctx, sdk::str(json));
}

std::uint64_t Reader::max_epoch(std::uint32_t deadline_ms) {
  std::int64_t epoch = 0;
  read(deadline_ms, [&] { epoch = totals_table_.load().max_epoch; });
  return static_cast<std::uint64_t>(epoch);
}

void Reader::dump(oc_str after, std::uint64_t max_bytes, std::uint32_t deadline_ms,
                  oc_visit_record visit, oc_put_text put_next, void* ctx) {
  read(deadline_ms,
       [&] { dump_.run(totals_table_.load(), sdk::view(after), max_bytes, visit, put_next, ctx); });
}

void Reader::hold_moment() {
  // A transaction begins to see with its first read.
  database_->execute("BEGIN");
  totals_table_.load();
}

}  // namespace openclaw::sqlite
