// Rows that a storage plugin lends to a visitor: checked for their size and copied.
#pragma once

#include <utility>
#include <vector>

#include "core/pipeline/ports.hpp"
#include "openclaw/cpp/text.hpp"
#include "openclaw/storage.h"

namespace openclaw::host::store_rows {

using sdk::copy;

// Whether a row is long enough to hold every field of 1.0; a longer one is a later plugin's.
inline bool whole(const oc_transcript_entry* e) {
  return OC_COVERS(e, oc_transcript_entry, meta_json);
}
inline bool whole(const oc_inbox_row* r) {
  return OC_COVERS(r, oc_inbox_row, dead_ms);
}
inline bool whole(const oc_outbox_row* r) {
  return OC_COVERS(r, oc_outbox_row, entry) && OC_COVERS(r->entry, oc_outbox_entry, expires_ms);
}
inline bool whole(const oc_session_row* r) {
  return OC_COVERS(r, oc_session_row, updated_ms);
}
inline bool whole(const oc_kv_row* r) {
  return OC_COVERS(r, oc_kv_row, version);
}

/// Its texts are still the plugin's.
inline pipeline::HistoryEntry taken(const oc_transcript_entry& e) {
  return {e.id, static_cast<pipeline::Role>(e.role), e.ts_ms, sdk::view(e.text),
          sdk::view(e.meta_json)};
}
inline pipeline::InboxRow taken(const oc_inbox_row& r) {
  return {r.id,           r.attempts,    copy(r.session), copy(r.agent),   copy(r.payload_json),
          copy(r.reason), r.received_ms, r.epoch,         copy(r.channel), r.dead_ms};
}
inline pipeline::OutboxRow taken(const oc_outbox_row& r) {
  const oc_outbox_entry& e = *r.entry;
  return {r.id,
          static_cast<pipeline::OutboxState>(r.state),
          copy(r.reason),
          {copy(e.session), copy(e.channel), copy(e.account), copy(e.idem_key),
           copy(e.payload_json), e.created_ms, e.expires_ms},
          r.updated_ms};
}
inline pipeline::SessionRow taken(const oc_session_row& r) {
  return {copy(r.session), r.entries, r.bytes, r.updated_ms};
}
inline pipeline::StoredValue taken(const oc_kv_row& r) {
  return {copy(r.key), copy(r.value), r.version};
}

inline bool whole(const oc_member_row* r) {
  return OC_COVERS(r, oc_member_row, replies);
}
inline bool whole(const oc_notice* r) {
  return OC_COVERS(r, oc_notice, text);
}
inline pipeline::Notice taken(const oc_notice& r) {
  return {copy(r.from), copy(r.topic), copy(r.text)};
}
pipeline::Member taken(const oc_member_row& r);

/// What a visitor fills: a vector of rows, or a History.
template <class Rows>
struct Gathered {
  Rows rows{};
  bool malformed = false;
};

template <class Row>
void add_to(std::vector<Row>& rows, Row&& row) {
  rows.push_back(std::move(row));
}
inline void add_to(pipeline::History& history, const pipeline::HistoryEntry& entry) {
  history.add(entry);
}

template <class Rows, class Raw>
std::uint32_t take_row(void* ctx, const Raw* raw) noexcept {
  auto& into = *static_cast<Gathered<Rows>*>(ctx);
  // Where the visitor's answer is ignored, a good row after it must not hide it.
  if (into.malformed || !whole(raw)) {
    into.malformed = true;
    return 0;
  }
  add_to(into.rows, taken(*raw));
  return 1;
}

inline oc_status end(oc_status status, bool malformed, oc_error* error) {
  if (status != OC_OK || !malformed) return status;
  sdk::fill(
      error, OC_E_PLUGIN,
      "the storage plugin gave a row that is shorter than ABI 1.0's: install another version");
  return OC_E_PLUGIN;
}

}  // namespace openclaw::host::store_rows
