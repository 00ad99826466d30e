// The words of apply.lua, and its codes.
#include "batch.hpp"

#include <charconv>
#include <stdexcept>

#include "netstring.hpp"
#include "openclaw/cpp/store_writes.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::redis {

using sdk::body_of;
using sdk::view;

namespace {

constexpr std::uint64_t kDuplicate = 1, kSessionGone = 8, kElsewhere = 9, kStarted = 12;

/// The other codes, which are why a write was refused.
const sdk::Refusal* refusal_of(std::uint64_t code) {
  switch (code) {
    case 2:
      return &sdk::kFenced;
    case 3:
      return &sdk::kKeyTaken;
    case 4:
      return &sdk::kGone;
    case 5:
      return &sdk::kOtherVersion;
    case 6:
      return &sdk::kNoSession;
    case 7:
      return &sdk::kNotIdle;
    case 10:
      return &sdk::kNotMine;
    case 11:
      return &sdk::kTooSoon;
    default:
      return nullptr;
  }
}

constexpr sdk::Refusal kLoadAlone{OC_E_INVAL, "records are loaded while no gateway uses the store"};

/// Why `write` cannot be applied here; null when it can.
const sdk::Refusal* refusal_of(const oc_write& write, bool of_a_member) {
  if (const auto* refusal = sdk::nonsense(write)) return refusal;
  if (of_a_member) return write.kind == OC_WRITE_LOAD ? &kLoadAlone : nullptr;
  const bool between =
      write.kind == OC_WRITE_NOTICE || write.kind == OC_WRITE_LEASE ||
      (write.kind == OC_WRITE_OUTBOX && body_of<oc_write_outbox>(write).state == OC_OUTBOX_LEFT);
  return between ? &sdk::kOnlyMembers : nullptr;
}

/// Most of these make room; what moves, or is marked, stays as long as it was.
bool takes_memory(const oc_write& write) {
  switch (write.kind) {
    case OC_WRITE_FINISH: {
      const auto& w = body_of<oc_write_finish>(write);
      return w.n_transcript > 0 || w.n_outbox > 0;
    }
    case OC_WRITE_OUTBOX: {
      const auto state = body_of<oc_write_outbox>(write).state;
      return state == OC_OUTBOX_STORED || state == OC_OUTBOX_LEFT;
    }
    case OC_WRITE_KV:
      return (body_of<oc_write_kv>(write).flags & OC_KV_DELETE) == 0;
    case OC_WRITE_RESOLVE:
      return body_of<oc_write_resolve>(write).action != OC_RESOLVE_DROP;
    case OC_WRITE_SESSION:
    case OC_WRITE_SWEEP:
    case OC_WRITE_TRIM:
    case OC_WRITE_LEASE:
      return false;
    default:
      return true;
  }
}

/// The name of a platform's event; empty when it has none.
std::string event_of(oc_str channel, oc_str account, oc_str event_id) {
  std::string name;
  if (event_id.len == 0) return name;
  for (const auto part : {channel, account, event_id}) add_netstring(name, view(part));
  return name;
}

std::string row_of(std::int64_t when, std::initializer_list<oc_str> fields) {
  std::string row;
  add_netstring(row, std::to_string(when));
  for (const auto field : fields) add_netstring(row, view(field));
  return row;
}

}  // namespace

Batch::Batch(const sdk::StoreWrites& writes, bool of_a_member, bool leaves)
    : writes_(writes), more_ingest_flags_(leaves ? OC_INGEST_LEAVE : 0) {
  for (std::uint64_t i = 0; i < writes.size(); ++i) {
    oc_write_result& result = writes.result(i);
    result.status = OC_OK;
    result.id = 0;
    result.flags = result.reserved = 0;
    result.reason = {};
    if (const auto* refusal = refusal_of(writes.write(i), of_a_member)) {
      sdk::refuse(result, *refusal);
      continue;
    }
    taken_.push_back(i);
    takes_no_memory_ = takes_no_memory_ && !takes_memory(writes.write(i));
    args_.number(writes.write(i).kind);
    add(writes.write(i));
  }
}

void Batch::add_ids(const std::uint64_t* ids, std::uint32_t n) {
  args_.number(n);
  for (std::uint32_t i = 0; i < n; ++i) args_.number(ids[i]);
}

void Batch::add(const oc_write& write) {
  switch (write.kind) {
    case OC_WRITE_INGEST: {
      const auto& w = body_of<oc_write_ingest>(write);
      args_.number(w.flags | more_ingest_flags_)
          .text(event_of(w.channel, w.account, w.event_id))
          .number(w.received_ms)
          .number(w.epoch)
          .lent(view(w.session))
          .text(row_of(w.received_ms,
                       {w.session, w.agent, w.channel, w.account, w.event_id, w.payload_json}));
      return;
    }
    case OC_WRITE_ATTEMPT: {
      const auto& w = body_of<oc_write_attempt>(write);
      args_.number(w.epoch).lent(view(w.session));
      return add_ids(w.ids, w.n_ids);
    }
    case OC_WRITE_FINISH:
      return add_finish(body_of<oc_write_finish>(write));
    case OC_WRITE_OUTBOX: {
      const auto& w = body_of<oc_write_outbox>(write);
      args_.number(w.id).number(w.state).number(w.ts_ms).lent(view(w.reason));
      return;
    }
    case OC_WRITE_KV: {
      const auto& w = body_of<oc_write_kv>(write);
      if (w.expect_version == OC_KV_ANY) {
        args_.lent("any");
      } else {
        args_.number(w.expect_version);
      }
      args_.lent((w.flags & OC_KV_DELETE) != 0 ? "1" : "0")
          .lent(view(w.ns))
          .lent(view(w.key))
          .lent(view(w.value));
      return;
    }
    case OC_WRITE_SESSION: {
      const auto& w = body_of<oc_write_session>(write);
      args_.number(w.action).number(w.ts_ms).lent(view(w.session));
      return;
    }
    case OC_WRITE_SWEEP: {
      const auto& w = body_of<oc_write_sweep>(write);
      args_.number(w.before_ms).number(w.limit);
      return;
    }
    case OC_WRITE_LOAD:
      return add_record(*body_of<oc_write_load>(write).record);
    case OC_WRITE_TRIM: {
      const auto& w = body_of<oc_write_trim>(write);
      args_.number(w.idle_before_ms).number(w.limit).lent(view(w.session));
      return;
    }
    case OC_WRITE_NOTICE: {
      const auto& w = body_of<oc_write_notice>(write);
      args_.lent(view(w.to)).lent(view(w.topic)).lent(view(w.text));
      return;
    }
    case OC_WRITE_LEASE: {
      const auto& w = body_of<oc_write_lease>(write);
      args_.number(w.action).lent(view(w.name));
      return;
    }
    default: {
      const auto& w = body_of<oc_write_resolve>(write);
      args_.number(w.queue).number(w.action).number(w.id).number(w.ts_ms).number(w.expires_ms);
    }
  }
}

void Batch::add_finish(const oc_write_finish& w) {
  args_.number(w.epoch)
      .lent(view(w.session))
      .number(w.disposition)
      .lent(view(w.reason))
      .number(w.ts_ms);
  add_ids(w.ids, w.n_ids);
  args_.number(w.n_transcript);
  for (std::uint32_t n = 0; n < w.n_transcript; ++n) {
    const auto& entry = sdk::entry_at(w, n);
    args_.number(entry.role).number(entry.ts_ms).lent(view(entry.text)).lent(view(entry.meta_json));
  }
  args_.number(w.n_outbox);
  for (std::uint32_t n = 0; n < w.n_outbox; ++n) {
    const auto& entry = sdk::reply_at(w, n);
    args_.lent(view(entry.idem_key))
        .number(entry.created_ms)
        .number(entry.expires_ms)
        .text(row_of(entry.created_ms, {entry.session, entry.channel, entry.account, entry.idem_key,
                                        entry.payload_json}))
        .number(entry.flags & (OC_OUTBOX_LEAVE | OC_OUTBOX_START));
  }
}

void Batch::add_record(const oc_record& r) {
  args_.number(r.kind).number(r.number).number(r.id).number(r.epoch).number(r.first).number(r.next);
  args_.number(r.at_ms).number(r.updated_ms).number(r.expires_ms).lent(view(r.session));
  args_.lent(view(r.ns)).lent(view(r.key)).lent(view(r.text)).lent(view(r.extra));
  switch (r.kind) {
    case OC_RECORD_EVENT:
      args_.text(event_of(r.channel, r.account, r.key)).lent({});
      return;
    case OC_RECORD_MESSAGE:
    case OC_RECORD_DEAD:
      args_.text(event_of(r.channel, r.account, r.key))
          .text(row_of(r.at_ms, {r.session, r.agent, r.channel, r.account, r.key, r.text}));
      return;
    case OC_RECORD_REPLY:
      args_.lent(view(r.key))
          .text(row_of(r.at_ms, {r.session, r.channel, r.account, r.key, r.text}));
      return;
    default:
      args_.lent({}).lent({});
  }
}

void Batch::take(std::string_view results) const {
  const char* at = results.data();
  const char* const end = at + results.size();
  const auto next = [&] {
    std::uint64_t number = 0;
    const auto [after, error] = std::from_chars(at, end, number);
    if (error != std::errc{}) throw std::runtime_error("apply.lua answered no number");
    at = after == end ? end : after + 1;
    return number;
  };
  for (const auto place : taken_) {
    oc_write_result& result = writes_.result(place);
    const auto code = next();
    result.id = next();
    if (code == kDuplicate) result.flags = OC_RESULT_DUPLICATE;
    if (code == kSessionGone) result.flags = OC_RESULT_GONE;
    if (code == kElsewhere) result.flags = OC_RESULT_ELSEWHERE;
    if (code == kStarted) result.flags = OC_RESULT_STARTED;
    if (const auto* refusal = refusal_of(code)) sdk::refuse(result, *refusal);
  }
  if (at != end) throw std::runtime_error("apply.lua answered more than was asked");
}

}  // namespace openclaw::redis
