// Lays a batch of the pipeline's writes out as the storage ABI's structs.
#include "core/host/storage/store_batch.hpp"

#include "openclaw/cpp/text.hpp"

namespace openclaw::host {

using sdk::str;

namespace {
template <class T>
constexpr std::uint32_t size_of = static_cast<std::uint32_t>(sizeof(T));
}

void StoreBatch::add(const pipeline::Write& write) {
  std::visit([this](const auto& w) { add_one(w); }, write);
}

void StoreBatch::put(std::uint32_t kind, const void* body) {
  writes_.push_back({size_of<oc_write>, kind, body});
  results_.push_back({size_of<oc_write_result>, OC_E_IO, 0, 0, 0, {}});
}

void StoreBatch::add_one(const pipeline::Ingest& w) {
  const std::uint32_t flags = (w.leave ? OC_INGEST_LEAVE : 0U) | (w.here ? OC_INGEST_HERE : 0U);
  ingests_.push_back({size_of<oc_write_ingest>, flags, str(w.session), str(w.agent), str(w.channel),
                      str(w.account), str(w.event_id), str(w.payload_json), w.received_ms,
                      w.epoch});
  put(OC_WRITE_INGEST, &ingests_.back());
}

void StoreBatch::add_one(const pipeline::Attempt& w) {
  attempts_.push_back({size_of<oc_write_attempt>, static_cast<std::uint32_t>(w.ids.size()),
                       str(w.session), w.epoch, w.ids.data()});
  put(OC_WRITE_ATTEMPT, &attempts_.back());
}

void StoreBatch::add_one(const pipeline::Finish& w) {
  auto& transcript = transcripts_.emplace_back();
  for (const auto& t : w.transcript) {
    transcript.push_back({size_of<oc_transcript_entry>, static_cast<std::uint32_t>(t.role), t.id,
                          t.ts_ms, str(t.text), str(t.meta_json)});
  }
  auto& outbox = outboxes_.emplace_back();
  for (const auto& o : w.outbox) {
    const std::uint32_t flags = (o.leave ? OC_OUTBOX_LEAVE : 0U) | (o.start ? OC_OUTBOX_START : 0U);
    outbox.push_back({size_of<oc_outbox_entry>, flags, str(o.session), str(o.channel),
                      str(o.account), str(o.idem_key), str(o.payload_json), o.created_ms,
                      o.expires_ms});
  }
  oc_write_finish finish{};
  finish.size = size_of<oc_write_finish>;
  finish.disposition = static_cast<std::uint32_t>(w.disposition);
  finish.session = str(w.session);
  finish.epoch = w.epoch;
  finish.ids = w.ids.data();
  finish.n_ids = static_cast<std::uint32_t>(w.ids.size());
  finish.transcript = transcript.data();
  finish.n_transcript = static_cast<std::uint32_t>(transcript.size());
  finish.transcript_stride = size_of<oc_transcript_entry>;
  finish.outbox = outbox.data();
  finish.n_outbox = static_cast<std::uint32_t>(outbox.size());
  finish.outbox_stride = size_of<oc_outbox_entry>;
  finish.reason = str(w.reason);
  finish.ts_ms = w.ts_ms;
  finishes_.push_back(finish);
  put(OC_WRITE_FINISH, &finishes_.back());
}

void StoreBatch::add_one(const pipeline::MarkOutbox& w) {
  marks_.push_back({size_of<oc_write_outbox>, static_cast<std::uint32_t>(w.state), w.id, w.ts_ms,
                    str(w.message_id), str(w.reason)});
  put(OC_WRITE_OUTBOX, &marks_.back());
}

void StoreBatch::add_one(const pipeline::PutValue& w) {
  values_.push_back({size_of<oc_write_kv>, w.erase ? OC_KV_DELETE : 0, str(w.ns), str(w.key),
                     str(w.value), w.expect_version});
  put(OC_WRITE_KV, &values_.back());
}

void StoreBatch::add_one(const pipeline::ChangeSession& w) {
  sessions_.push_back({size_of<oc_write_session>, w.erase ? OC_SESSION_DELETE : OC_SESSION_RESET,
                       str(w.session), w.ts_ms});
  put(OC_WRITE_SESSION, &sessions_.back());
}

void StoreBatch::add_one(const pipeline::Sweep& w) {
  sweeps_.push_back({size_of<oc_write_sweep>, w.limit, w.before_ms});
  put(OC_WRITE_SWEEP, &sweeps_.back());
}

void StoreBatch::add_one(const pipeline::Resolve& w) {
  resolves_.push_back({size_of<oc_write_resolve>,
                       w.queue == pipeline::Queue::inbox ? OC_QUEUE_INBOX : OC_QUEUE_OUTBOX,
                       w.drop ? OC_RESOLVE_DROP : OC_RESOLVE_RETRY, 0, w.id, w.ts_ms,
                       w.expires_ms});
  put(OC_WRITE_RESOLVE, &resolves_.back());
}

void StoreBatch::add_one(const pipeline::Trim& w) {
  trims_.push_back({size_of<oc_write_trim>, w.limit, str(w.session), w.idle_before_ms});
  put(OC_WRITE_TRIM, &trims_.back());
}

void StoreBatch::add_one(const pipeline::SendNotice& w) {
  notices_.push_back({size_of<oc_write_notice>, 0, str(w.to), str(w.topic), str(w.text)});
  put(OC_WRITE_NOTICE, &notices_.back());
}

void StoreBatch::add_one(const pipeline::ChangeLease& w) {
  leases_.push_back(
      {size_of<oc_write_lease>, w.release ? OC_LEASE_RELEASE : OC_LEASE_TAKE, str(w.name)});
  put(OC_WRITE_LEASE, &leases_.back());
}

}  // namespace openclaw::host
