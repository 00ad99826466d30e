// The checks that all storage engines share.
#include "openclaw/cpp/store_writes.hpp"

#include <algorithm>
#include <span>
#include <string_view>
#include <vector>

#include "openclaw/cpp/text.hpp"

namespace openclaw::sdk {

namespace {

constexpr Refusal kKeyTooLong{
    OC_E_INVAL, "a session, agent, channel, account, event id or key is longer than 8 KiB"};
constexpr Refusal kTextTooLong{OC_E_INVAL, "a payload, text or reason is longer than 32 MiB"};
constexpr Refusal kBadIds{OC_E_INVAL, "an id comes twice, or is none"};
constexpr Refusal kBadEpoch{OC_E_INVAL, "an epoch is 0, or greater than a signed number holds"};
constexpr Refusal kBadVersion{OC_E_INVAL, "a version is greater than a signed number holds"};
constexpr Refusal kNotWhole{OC_E_INVAL, "a write without a whole body"};
constexpr Refusal kUnknownKind{OC_E_INVAL, "this plugin does not know that kind of write"};
constexpr Refusal kUnknownDisposition{OC_E_INVAL, "this plugin does not know that disposition"};
constexpr Refusal kUnknownRole{OC_E_INVAL, "this plugin does not know that role"};
constexpr Refusal kUnknownState{OC_E_INVAL, "this plugin does not know that state"};
constexpr Refusal kUnknownAction{OC_E_INVAL, "this plugin does not know that action"};
constexpr Refusal kUnknownRecord{OC_E_INVAL, "this plugin does not know that kind of record"};
constexpr Refusal kUnknownQueue{OC_E_INVAL, "this plugin does not know that queue or action"};
constexpr Refusal kShortStride{OC_E_INVAL, "a stride is shorter than ABI 1.0's struct"};
constexpr Refusal kMemberNotWhole{OC_E_INVAL, "a gateway among others without a whole struct"};
constexpr Refusal kBadMemberName{OC_E_INVAL,
                                 "a gateway's name among others has 1 to 255 bytes, and no NUL"};
constexpr Refusal kLeaseTooShort{OC_E_INVAL, "a gateway's lease is at least 300 ms"};
constexpr Refusal kInfoTooLong{OC_E_INVAL, "what a gateway tells of itself is longer than 4 KiB"};

template <class... Strings>
bool keys_fit(const Strings&... s) {
  return ((s.len <= kLongestKey) && ...);
}
template <class... Strings>
bool texts_fit(const Strings&... s) {
  return ((s.len <= kLongestText) && ...);
}

bool ids_make_sense(const std::uint64_t* first, std::uint32_t n) {
  const std::span ids(first, n);
  if (std::any_of(ids.begin(), ids.end(), [](auto id) { return id > kLargestNumber; })) {
    return false;
  }
  if (ids.size() < 2) return true;
  std::vector<std::uint64_t> sorted(ids.begin(), ids.end());
  std::sort(sorted.begin(), sorted.end());
  return std::adjacent_find(sorted.begin(), sorted.end()) == sorted.end();
}

const Refusal* check(const oc_write_ingest& w) {
  if (!keys_fit(w.session, w.agent, w.channel, w.account, w.event_id)) return &kKeyTooLong;
  if (!texts_fit(w.payload_json)) return &kTextTooLong;
  return w.epoch > kLargestNumber ? &kBadEpoch : nullptr;
}

const Refusal* check(const oc_write_attempt& w) {
  if (!ids_make_sense(w.ids, w.n_ids)) return &kBadIds;
  if (!keys_fit(w.session)) return &kKeyTooLong;
  return w.epoch == 0 || w.epoch > kLargestNumber ? &kBadEpoch : nullptr;
}

const Refusal* check(const oc_write_finish& w) {
  if (w.disposition < OC_DONE_ANSWERED || w.disposition > OC_DONE_DEAD) {
    return &kUnknownDisposition;
  }
  if ((w.n_transcript > 0 && w.transcript_stride < sizeof(oc_transcript_entry)) ||
      (w.n_outbox > 0 && w.outbox_stride < sizeof(oc_outbox_entry))) {
    return &kShortStride;
  }
  if (w.epoch > kLargestNumber) return &kBadEpoch;
  if (!keys_fit(w.session)) return &kKeyTooLong;
  if (!texts_fit(w.reason)) return &kTextTooLong;
  for (std::uint32_t i = 0; i < w.n_transcript; ++i) {
    const auto& e = entry_at(w, i);
    if (e.role < OC_ROLE_USER || e.role > OC_ROLE_SYSTEM) return &kUnknownRole;
    if (!texts_fit(e.text, e.meta_json)) return &kTextTooLong;
  }
  for (std::uint32_t i = 0; i < w.n_outbox; ++i) {
    const auto& e = reply_at(w, i);
    if (!keys_fit(e.session, e.channel, e.account, e.idem_key)) return &kKeyTooLong;
    if (!texts_fit(e.payload_json)) return &kTextTooLong;
  }
  return ids_make_sense(w.ids, w.n_ids) ? nullptr : &kBadIds;
}

const Refusal* check(const oc_write_outbox& w) {
  if (w.id > kLargestNumber) return &kBadIds;
  if (!texts_fit(w.reason)) return &kTextTooLong;
  return w.state < OC_OUTBOX_STORED || w.state > OC_OUTBOX_LEFT ? &kUnknownState : nullptr;
}

const Refusal* check(const oc_write_kv& w) {
  if (!keys_fit(w.ns, w.key)) return &kKeyTooLong;
  if (!texts_fit(w.value)) return &kTextTooLong;
  const bool readable = w.expect_version == OC_KV_ANY || w.expect_version <= kLargestNumber;
  return readable ? nullptr : &kBadVersion;
}

const Refusal* check(const oc_write_session& w) {
  if (!keys_fit(w.session)) return &kKeyTooLong;
  return w.action != OC_SESSION_RESET && w.action != OC_SESSION_DELETE ? &kUnknownAction : nullptr;
}

const Refusal* check(const oc_write_sweep&) {
  return nullptr;
}

const Refusal* check(const oc_write_resolve& w) {
  const bool action = w.action == OC_RESOLVE_RETRY || w.action == OC_RESOLVE_DROP;
  const bool queue = w.queue == OC_QUEUE_INBOX || w.queue == OC_QUEUE_OUTBOX;
  if (!action || !queue) return &kUnknownQueue;
  return w.id > kLargestNumber ? &kGone : nullptr;
}

const Refusal* check(const oc_write_trim& w) {
  return keys_fit(w.session) ? nullptr : &kKeyTooLong;
}

/// A store that counts on from it must have numbers left, in an engine with doubles as well.
constexpr std::uint64_t kLargestRecordNumber = (std::uint64_t{1} << 52U) - 1;

const Refusal* check_record(const oc_record& r) {
  if (r.id > kLargestRecordNumber || r.first > kLargestRecordNumber ||
      r.next > kLargestRecordNumber || r.first > r.next) {
    return &kBadIds;
  }
  if (r.epoch > kLargestNumber) return &kBadEpoch;
  if (!keys_fit(r.session, r.agent, r.channel, r.account, r.ns, r.key)) return &kKeyTooLong;
  if (!texts_fit(r.text, r.extra)) return &kTextTooLong;
  switch (r.kind) {
    case OC_RECORD_ENTRY:
      if (r.id == 0) return &kBadIds;
      return r.number < OC_ROLE_USER || r.number > OC_ROLE_SYSTEM ? &kUnknownRole : nullptr;
    case OC_RECORD_REPLY: {
      if (r.id == 0) return &kBadIds;
      const bool known = r.number >= OC_OUTBOX_STORED && r.number <= OC_OUTBOX_DEAD;
      return known && r.number != OC_OUTBOX_SENT ? nullptr : &kUnknownState;
    }
    case OC_RECORD_SESSION:
      return r.first == 0 ? &kBadIds : nullptr;
    case OC_RECORD_VALUE:
    case OC_RECORD_MESSAGE:
    case OC_RECORD_DEAD:
      return r.id == 0 ? &kBadIds : nullptr;
    case OC_RECORD_COUNTER:
    case OC_RECORD_EVENT:
      return nullptr;
    default:
      return &kUnknownRecord;
  }
}

const Refusal* check(const oc_write_notice& w) {
  if (!keys_fit(w.to, w.topic)) return &kKeyTooLong;
  return texts_fit(w.text) ? nullptr : &kTextTooLong;
}

const Refusal* check(const oc_write_lease& w) {
  if (!keys_fit(w.name)) return &kKeyTooLong;
  return w.action == OC_LEASE_TAKE || w.action == OC_LEASE_RELEASE ? nullptr : &kUnknownAction;
}

const Refusal* check(const oc_write_load& w) {
  if (w.record == nullptr || w.record->size < sizeof(oc_record)) return &kNotWhole;
  return check_record(*w.record);
}

template <class Body>
const Refusal* check_body(const oc_write& write) {
  const auto* body = static_cast<const Body*>(write.body);
  if (body == nullptr || body->size < sizeof(Body)) return &kNotWhole;
  return check(*body);
}

}  // namespace

void refuse(oc_write_result& result, const Refusal& refusal) {
  result.status = refusal.status;
  result.reason = str(refusal.reason);
}

const Refusal* nonsense(const oc_write& write) {
  switch (write.kind) {
    case OC_WRITE_INGEST:
      return check_body<oc_write_ingest>(write);
    case OC_WRITE_ATTEMPT:
      return check_body<oc_write_attempt>(write);
    case OC_WRITE_FINISH:
      return check_body<oc_write_finish>(write);
    case OC_WRITE_OUTBOX:
      return check_body<oc_write_outbox>(write);
    case OC_WRITE_KV:
      return check_body<oc_write_kv>(write);
    case OC_WRITE_SESSION:
      return check_body<oc_write_session>(write);
    case OC_WRITE_SWEEP:
      return check_body<oc_write_sweep>(write);
    case OC_WRITE_RESOLVE:
      return check_body<oc_write_resolve>(write);
    case OC_WRITE_TRIM:
      return check_body<oc_write_trim>(write);
    case OC_WRITE_LOAD:
      return check_body<oc_write_load>(write);
    case OC_WRITE_NOTICE:
      return check_body<oc_write_notice>(write);
    case OC_WRITE_LEASE:
      return check_body<oc_write_lease>(write);
    default:
      return &kUnknownKind;
  }
}

const Refusal* nonsense(const oc_member& member) {
  if (member.size < sizeof(oc_member)) return &kMemberNotWhole;
  const std::string_view name = view(member.instance);
  if (name.empty() || name.size() > kLongestMemberName || name.find('\0') != name.npos) {
    return &kBadMemberName;
  }
  if (member.info_json.len > kLongestMemberInfo) return &kInfoTooLong;
  return member.lease_ms < kShortestLeaseMs ? &kLeaseTooShort : nullptr;
}

const oc_transcript_entry& entry_at(const oc_write_finish& w, std::uint32_t index) {
  const auto* bytes = reinterpret_cast<const char*>(w.transcript);
  return *reinterpret_cast<const oc_transcript_entry*>(bytes +
                                                       std::uint64_t{index} * w.transcript_stride);
}

const oc_outbox_entry& reply_at(const oc_write_finish& w, std::uint32_t index) {
  const auto* bytes = reinterpret_cast<const char*>(w.outbox);
  return *reinterpret_cast<const oc_outbox_entry*>(bytes + std::uint64_t{index} * w.outbox_stride);
}
bool begins_a_send(const oc_write_finish& w) {
  if (w.n_outbox == 0) return false;
  return (reply_at(w, 0).flags & (OC_OUTBOX_LEAVE | OC_OUTBOX_START)) == OC_OUTBOX_START;
}

}  // namespace openclaw::sdk
