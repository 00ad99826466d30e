// What the slots lend and what their visitors fill, as owned rows.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "openclaw/testing/storage_client.hpp"

namespace openclaw::testing {

using sdk::copy;

constexpr std::uint32_t kDeadlineMs = 60000;

inline oc_error lent() {
  oc_error error{};
  error.size = sizeof error;
  return error;
}

/// What a visitor fills.
template <class Owned>
struct Collected {
  std::vector<Owned> rows{};
  std::size_t stop_after = SIZE_MAX;
  static std::uint32_t add(void* ctx, Owned row) {
    auto& self = *static_cast<Collected*>(ctx);
    self.rows.push_back(std::move(row));
    return self.rows.size() < self.stop_after ? 1 : 0;
  }
};

inline std::uint32_t visit_entry(void* ctx, const oc_transcript_entry* e) noexcept {
  return Collected<Entry>::add(ctx, {e->role, copy(e->text), copy(e->meta_json), e->ts_ms, e->id});
}
inline std::uint32_t visit_inbox(void* ctx, const oc_inbox_row* r) noexcept {
  return Collected<InboxRow>::add(
      ctx, {r->id, r->epoch, r->attempts, copy(r->session), copy(r->agent), copy(r->channel),
            copy(r->account), copy(r->event_id), copy(r->payload_json), copy(r->reason),
            r->received_ms, r->dead_ms});
}
inline std::uint32_t visit_outbox(void* ctx, const oc_outbox_row* r) noexcept {
  const oc_outbox_entry& e = *r->entry;
  return Collected<OutboxRow>::add(
      ctx, {r->id,
            r->state,
            r->updated_ms,
            copy(r->reason),
            {copy(e.idem_key), copy(e.payload_json), copy(e.session), copy(e.channel),
             copy(e.account), e.created_ms, e.expires_ms}});
}
inline std::uint32_t visit_session(void* ctx, const oc_session_row* r) noexcept {
  return Collected<SessionRow>::add(ctx, {copy(r->session), r->entries, r->bytes, r->updated_ms});
}
inline std::uint32_t visit_kv(void* ctx, const oc_kv_row* r) noexcept {
  return Collected<KvRow>::add(ctx, {copy(r->key), copy(r->value), r->version});
}

struct DumpedPage {
  std::vector<Record>& records;
  std::string next{};
};
inline std::uint32_t visit_record(void* ctx, const oc_record* r) noexcept {
  static_cast<DumpedPage*>(ctx)->records.push_back(
      {r->kind, r->number, r->id, r->epoch, r->first, r->next, r->at_ms, r->updated_ms,
       r->expires_ms, copy(r->session), copy(r->agent), copy(r->channel), copy(r->account),
       copy(r->ns), copy(r->key), copy(r->text), copy(r->extra)});
  return 1;
}

}  // namespace openclaw::testing
