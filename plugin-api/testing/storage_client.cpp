// Turns owned writes into the ABI's structs, and borrowed rows into owned ones.
#include "openclaw/testing/storage_client.hpp"

#include <gtest/gtest.h>

#include <utility>

#include "storage_rows.hpp"

namespace openclaw::testing {

using sdk::copy;
using sdk::str;

namespace {

constexpr std::uint64_t kCanary = 0xC0FFEE00C0FFEE00;

/// A struct of the ABI as a later minor's: longer, and its size says so.
template <class T>
struct Longer {
  T known{};
  std::uint64_t later[2] = {kCanary, kCanary};

  Longer() { known.size = sizeof(Longer); }
  explicit Longer(T given) : known(given) { known.size = sizeof(Longer); }
};

/// The ABI's structs of one batch; addresses stay as it grows.
class Packed {
 public:
  explicit Packed(const std::vector<AnyWrite>& batch) {
    for (const auto& w : batch) {
      std::visit([this](const auto& write) { add(write); }, w);
    }
  }
  std::vector<Longer<oc_write>> writes;

 private:
  template <class Body>
  void push(std::uint32_t kind, std::deque<Longer<Body>>& bodies, Body body) {
    bodies.emplace_back(body);
    writes.emplace_back(oc_write{0, kind, &bodies.back().known});
  }
  void add(const oc_write& w) { writes.emplace_back(w); }
  void add(const Ingest& w) {
    push(OC_WRITE_INGEST, ingests_,
         {sizeof(oc_write_ingest), w.flags, str(w.session), str(w.agent), str(w.channel),
          str(w.account), str(w.event_id), str(w.payload), w.received_ms, w.epoch});
  }
  void add(const Attempt& w) {
    push(OC_WRITE_ATTEMPT, attempts_,
         {sizeof(oc_write_attempt), static_cast<std::uint32_t>(w.ids.size()), str(w.session),
          w.epoch, w.ids.data()});
  }
  void add(const Finish& w) {
    auto& entries = entries_.emplace_back();
    for (const auto& e : w.transcript) {
      entries.emplace_back(oc_transcript_entry{0, e.role, 0, e.ts_ms, str(e.text), str(e.meta)});
    }
    auto& replies = replies_.emplace_back();
    for (const auto& e : w.outbox) {
      replies.emplace_back(oc_outbox_entry{0, e.flags, str(e.session), str(e.channel),
                                           str(e.account), str(e.idem_key), str(e.payload),
                                           e.created_ms, e.expires_ms});
    }
    oc_write_finish body{};
    body.size = sizeof body;
    body.disposition = w.disposition;
    body.session = str(w.session);
    body.epoch = w.epoch;
    body.ids = w.ids.data();
    body.n_ids = static_cast<std::uint32_t>(w.ids.size());
    body.transcript = entries.empty() ? nullptr : &entries.front().known;
    body.n_transcript = static_cast<std::uint32_t>(entries.size());
    body.transcript_stride = sizeof(Longer<oc_transcript_entry>);
    body.outbox = replies.empty() ? nullptr : &replies.front().known;
    body.n_outbox = static_cast<std::uint32_t>(replies.size());
    body.outbox_stride = sizeof(Longer<oc_outbox_entry>);
    body.reason = str(w.reason);
    body.ts_ms = w.ts_ms;
    push(OC_WRITE_FINISH, finishes_, body);
  }
  void add(const Move& w) {
    push(OC_WRITE_OUTBOX, moves_,
         {sizeof(oc_write_outbox), w.state, w.id, w.ts_ms, str(w.message_id), str(w.reason)});
  }
  void add(const Put& w) {
    push(OC_WRITE_KV, puts_,
         {sizeof(oc_write_kv), w.flags, str(w.ns), str(w.key), str(w.value), w.expect});
  }
  void add(const SessionChange& w) {
    push(OC_WRITE_SESSION, changes_, {sizeof(oc_write_session), w.action, str(w.session), w.ts_ms});
  }
  void add(const SweepStep& w) {
    push(OC_WRITE_SWEEP, sweeps_, {sizeof(oc_write_sweep), w.limit, w.before_ms});
  }
  void add(const Resolve& w) {
    push(OC_WRITE_RESOLVE, resolves_,
         {sizeof(oc_write_resolve), w.queue, w.action, 0, w.id, w.ts_ms, w.expires_ms});
  }
  void add(const TrimStep& w) {
    push(OC_WRITE_TRIM, trims_, {sizeof(oc_write_trim), w.limit, str(w.session), w.idle_before_ms});
  }

  void add(const Notice& w) {
    push(OC_WRITE_NOTICE, notices_,
         {sizeof(oc_write_notice), 0, str(w.member), str(w.topic), str(w.text)});
  }
  void add(const Lease& w) {
    push(OC_WRITE_LEASE, leases_, {sizeof(oc_write_lease), w.action, str(w.name)});
  }

  void add(const Record& r) {
    records_.emplace_back(oc_record{0, r.kind, r.number, 0, r.id, r.epoch, r.first, r.next, r.at_ms,
                                    r.updated_ms, r.expires_ms, str(r.session), str(r.agent),
                                    str(r.channel), str(r.account), str(r.ns), str(r.key),
                                    str(r.text), str(r.extra)});
    push(OC_WRITE_LOAD, loads_, {sizeof(oc_write_load), 0, &records_.back().known});
  }

  std::deque<Longer<oc_write_ingest>> ingests_;
  std::deque<Longer<oc_write_attempt>> attempts_;
  std::deque<Longer<oc_write_finish>> finishes_;
  std::deque<Longer<oc_write_outbox>> moves_;
  std::deque<Longer<oc_write_kv>> puts_;
  std::deque<Longer<oc_write_session>> changes_;
  std::deque<Longer<oc_write_sweep>> sweeps_;
  std::deque<Longer<oc_write_resolve>> resolves_;
  std::deque<Longer<oc_write_trim>> trims_;
  std::deque<Longer<oc_write_notice>> notices_;
  std::deque<Longer<oc_write_lease>> leases_;
  std::deque<Longer<oc_record>> records_;
  std::deque<Longer<oc_write_load>> loads_;
  std::deque<std::vector<Longer<oc_transcript_entry>>> entries_;
  std::deque<std::vector<Longer<oc_outbox_entry>>> replies_;
};

}  // namespace

StoreClient::StoreClient(const oc_storage& slots, oc_inst* instance, std::uint32_t role)
    : slots_(&slots) {
  oc_error error = lent();
  last.status = slots.open(instance, role, &connection_, &error);
  if (last.status != OC_OK) last.message = copy(error.msg);
}

StoreClient::~StoreClient() {
  close();
}

StoreClient::StoreClient(StoreClient&& other) noexcept
    : last(std::move(other.last)),
      stop_after(other.stop_after),
      slots_(other.slots_),
      connection_(std::exchange(other.connection_, nullptr)) {}

StoreClient& StoreClient::operator=(StoreClient&& other) noexcept {
  close();
  last = std::move(other.last);
  stop_after = other.stop_after;
  slots_ = other.slots_;
  connection_ = std::exchange(other.connection_, nullptr);
  return *this;
}

void StoreClient::close() {
  if (connection_ != nullptr) slots_->close(std::exchange(connection_, nullptr));
}

std::vector<WriteResult> StoreClient::try_apply(const std::vector<AnyWrite>& writes) {
  const Packed packed(writes);
  // Filled with nonsense, so that a result the plugin leaves out is seen.
  std::vector<Longer<oc_write_result>> results(
      writes.size(), Longer(oc_write_result{0, 77, 77, 77, 0, str("nonsense")}));
  oc_error error = lent();
  const oc_status status =
      slots_->apply(connection_, results.empty() ? nullptr : &packed.writes.data()->known,
                    results.empty() ? nullptr : &results.data()->known, results.size(),
                    sizeof(Longer<oc_write>), sizeof(Longer<oc_write_result>), kDeadlineMs, &error);
  last = {status, status == OC_OK ? std::string() : copy(error.msg)};
  EXPECT_TRUE(status == OC_OK || status == OC_E_UNKNOWN || OC_APPLY_NOT_DONE(status))
      << status << " says neither that the batch happened nor that it did not: " << last.message;
  std::vector<WriteResult> out;
  for (const auto& [r, later] : results) {
    EXPECT_EQ(r.size, sizeof(Longer<oc_write_result>)) << "the size is the host's";
    EXPECT_TRUE(later[0] == kCanary && later[1] == kCanary) << "written past 1.0's result";
    out.push_back({r.status, r.id, r.flags, copy(r.reason)});
  }
  return out;
}

std::vector<WriteResult> StoreClient::apply(const std::vector<AnyWrite>& writes) {
  auto results = try_apply(writes);
  EXPECT_EQ(last.status, OC_OK) << last.message;
  return results;
}

oc_status StoreClient::apply_with_strides(std::uint32_t write_stride, std::uint32_t result_stride) {
  oc_write_ingest ingest{};
  ingest.size = sizeof ingest;
  const oc_write write = {sizeof write, OC_WRITE_INGEST, &ingest};
  oc_write_result result{};
  result.size = sizeof result;
  oc_error error = lent();
  const auto status = slots_->apply(connection_, &write, &result, 1, write_stride, result_stride,
                                    kDeadlineMs, &error);
  last = {status, status == OC_OK ? std::string() : copy(error.msg)};
  return status;
}

void StoreClient::read(oc_status status, const oc_error& error) {
  last = {status, status == OC_OK ? std::string() : copy(error.msg)};
  EXPECT_TRUE(status == OC_OK || status == OC_E_NOTFOUND) << status << ' ' << last.message;
}

std::vector<Entry> StoreClient::history(std::string_view session, std::uint32_t max_entries,
                                        std::uint64_t max_bytes) {
  Collected<Entry> found{{}, stop_after};
  oc_error error = lent();
  const auto status = slots_->history(connection_, str(session), max_entries, max_bytes,
                                      kDeadlineMs, &visit_entry, &found, &error);
  read(status, error);
  return std::move(found.rows);
}

std::vector<InboxRow> StoreClient::inbox(std::uint32_t list, std::uint64_t after,
                                         std::uint32_t limit) {
  Collected<InboxRow> found{{}, stop_after};
  oc_error error = lent();
  const auto status =
      slots_->inbox(connection_, list, after, limit, kDeadlineMs, &visit_inbox, &found, &error);
  read(status, error);
  return std::move(found.rows);
}

std::vector<OutboxRow> StoreClient::outbox(std::uint32_t list, std::uint64_t after,
                                           std::uint32_t limit) {
  Collected<OutboxRow> found{{}, stop_after};
  oc_error error = lent();
  const auto status =
      slots_->outbox(connection_, list, after, limit, kDeadlineMs, &visit_outbox, &found, &error);
  read(status, error);
  return std::move(found.rows);
}

std::vector<KvRow> StoreClient::kv(std::string_view ns, std::string_view prefix,
                                   std::string_view after, std::uint32_t limit) {
  Collected<KvRow> found{{}, stop_after};
  oc_error error = lent();
  const auto status = slots_->kv(connection_, str(ns), str(prefix), str(after), limit, kDeadlineMs,
                                 &visit_kv, &found, &error);
  read(status, error);
  return std::move(found.rows);
}

std::vector<KvRow> StoreClient::kv_get(std::string_view ns, std::string_view key) {
  Collected<KvRow> found{};
  oc_error error = lent();
  const auto status =
      slots_->kv_get(connection_, str(ns), str(key), kDeadlineMs, &visit_kv, &found, &error);
  read(status, error);
  return std::move(found.rows);
}

std::vector<SessionRow> StoreClient::sessions(std::string_view prefix, std::string_view after,
                                              std::uint32_t limit) {
  Collected<SessionRow> found{{}, stop_after};
  oc_error error = lent();
  const auto status = slots_->sessions(connection_, str(prefix), str(after), limit, kDeadlineMs,
                                       &visit_session, &found, &error);
  read(status, error);
  return std::move(found.rows);
}

std::vector<SessionRow> StoreClient::idle_sessions(std::int64_t before_ms, std::uint32_t limit) {
  Collected<SessionRow> found{{}, stop_after};
  oc_error error = lent();
  const auto status = slots_->idle_sessions(connection_, before_ms, limit, kDeadlineMs,
                                            &visit_session, &found, &error);
  read(status, error);
  return std::move(found.rows);
}

std::vector<Record> StoreClient::dump(std::uint64_t max_bytes) {
  std::vector<Record> all;
  std::string after;
  do {
    DumpedPage page{all};
    oc_error error = lent();
    const auto status = slots_->dump(
        connection_, str(after), max_bytes, kDeadlineMs, &visit_record,
        [](void* ctx, oc_str next) noexcept { static_cast<DumpedPage*>(ctx)->next = copy(next); },
        &page, &error);
    read(status, error);
    if (status != OC_OK) break;
    EXPECT_NE(page.next, after.empty() ? "again" : after) << "a call that goes nowhere";
    after = page.next;
  } while (!after.empty());
  return all;
}

oc_status StoreClient::dump_status(std::string_view after) {
  std::vector<Record> records;
  DumpedPage page{records};
  oc_error error = lent();
  const auto status = slots_->dump(
      connection_, str(after), 1, kDeadlineMs, &visit_record, [](void*, oc_str) noexcept {}, &page,
      &error);
  last = {status, status == OC_OK ? std::string() : copy(error.msg)};
  return status;
}

std::uint32_t StoreClient::renew() {
  std::uint32_t next_ms = 0;
  oc_error error = lent();
  const oc_status status = slots_->renew(connection_, kDeadlineMs, &next_ms, &error);
  last = {status, status == OC_OK ? std::string{} : copy(error.msg)};
  return next_ms;
}

std::string StoreClient::stats() {
  std::string json;
  oc_error error = lent();
  const auto status = slots_->stats(
      connection_, kDeadlineMs,
      [](void* ctx, oc_str text) noexcept { *static_cast<std::string*>(ctx) = copy(text); }, &json,
      &error);
  read(status, error);
  return json;
}

std::uint64_t StoreClient::max_epoch() {
  std::uint64_t epoch = 0;
  oc_error error = lent();
  const auto status = slots_->max_epoch(connection_, kDeadlineMs, &epoch, &error);
  read(status, error);
  return epoch;
}

std::int64_t StoreClient::stat(std::string_view name) {
  const std::string json = stats();
  const std::string wanted = '"' + std::string(name) + "\":";
  const auto at = json.find(wanted);
  if (at == std::string::npos) return -1;
  return std::strtoll(json.c_str() + at + wanted.size(), nullptr, 10);
}

StoreInstance::StoreInstance(const oc_plugin_api& api, std::string_view section_json) {
  const std::string refused = host_.create(api, "storage", section_json);
  if (!refused.empty()) throw std::runtime_error("the plugin refused its section: " + refused);
  slots_ = static_cast<const oc_storage*>(host_.ext("oc.storage/1"));
  if (slots_ == nullptr) throw std::runtime_error("the plugin has no oc.storage/1");
}

}  // namespace openclaw::testing
