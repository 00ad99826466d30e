// The columns of apply.sql, and its codes.
#include "batch.hpp"

#include <array>
#include <stdexcept>
#include <string_view>

#include "openclaw/cpp/store_writes.hpp"
#include "openclaw/cpp/text.hpp"

namespace openclaw::postgres {

using sdk::body_of;
using sdk::view;

namespace {

constexpr std::size_t kNumbers = 10, kTexts = 6;

std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

constexpr std::int64_t kDuplicate = 1, kSessionGone = 8, kElsewhere = 10, kStarted = 12;
constexpr sdk::Refusal kOnlyAlone{OC_E_INVAL, "only a gateway that has the store alone loads it"};

/// The other codes, which are why a write was refused.
const sdk::Refusal* refusal_of(std::int64_t code) {
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
    case 9:
      return &sdk::kNotMine;
    case 11:
      return &sdk::kTooSoon;
    default:
      return nullptr;
  }
}

/// Whether only one of several gateways writes that.
bool is_of_members(const oc_write& write) {
  return write.kind == OC_WRITE_NOTICE || write.kind == OC_WRITE_LEASE ||
         (write.kind == OC_WRITE_OUTBOX && body_of<oc_write_outbox>(write).state == OC_OUTBOX_LEFT);
}

/// Why `write` cannot be applied, whatever the store holds; null when it can.
const sdk::Refusal* impossible(const oc_write& write, Batch::From from) {
  if (const auto* refusal = sdk::nonsense(write)) return refusal;
  if (is_of_members(write) && from == Batch::From::the_one_gateway) return &sdk::kOnlyMembers;
  return write.kind == OC_WRITE_LOAD && from != Batch::From::the_one_gateway ? &kOnlyAlone
                                                                             : nullptr;
}

}  // namespace

/// One row: kind and a to i, s1 to s6.
struct Batch::Columns {
  std::array<std::int64_t, kNumbers> n{};
  std::array<std::string_view, kTexts> s{};
};

Batch::Batch(const sdk::StoreWrites& writes, From from)
    : writes_(writes),
      from_(from),
      numbers_(kNumbers, Array(kInt8)),
      texts_(kTexts, Array(kBytea)) {
  for (std::uint64_t i = 0; i < writes.size(); ++i) {
    oc_write_result& result = writes.result(i);
    result.status = OC_OK;
    result.id = 0;
    result.flags = result.reserved = 0;
    result.reason = {};
    if (const auto* refusal = impossible(writes.write(i), from)) {
      sdk::refuse(result, *refusal);
      continue;
    }
    taken_.push_back(i);
    Columns row;
    add(row, writes.write(i));
    put(row);
  }
}

void Batch::put(const Columns& row) {
  for (std::size_t i = 0; i < kNumbers; ++i) numbers_[i].add(row.n[i]);
  for (std::size_t i = 0; i < kTexts; ++i) texts_[i].add(row.s[i]);
}

/// The slice's last index; its first goes to `first`. Indices begin at 1, and a slice whose last is
/// smaller than its first is empty.
std::int64_t Batch::add_ids(const std::uint64_t* ids, std::uint32_t n, std::int64_t& first) {
  first = ids_.size() + 1;
  for (std::uint32_t i = 0; i < n; ++i) ids_.add(number(ids[i]));
  return ids_.size();
}

void Batch::add(Columns& row, const oc_write& write) {
  auto& [kind, a, b, c, d, e, f, g, h, i] = row.n;
  auto& [s1, s2, s3, s4, s5, s6] = row.s;
  kind = write.kind;
  switch (write.kind) {
    case OC_WRITE_INGEST: {
      const auto& w = body_of<oc_write_ingest>(write);
      a = w.received_ms;
      b = number(w.epoch);
      c = w.flags;
      if (from_ == From::a_member_in_doubt) c |= std::int64_t{OC_INGEST_LEAVE};
      s1 = view(w.session);
      s2 = view(w.agent);
      s3 = view(w.channel);
      s4 = view(w.account);
      s5 = view(w.event_id);
      s6 = view(w.payload_json);
      return;
    }
    case OC_WRITE_ATTEMPT: {
      const auto& w = body_of<oc_write_attempt>(write);
      a = number(w.epoch);
      c = add_ids(w.ids, w.n_ids, b);
      s1 = view(w.session);
      return;
    }
    case OC_WRITE_FINISH:
      return add_finish(row, body_of<oc_write_finish>(write));
    case OC_WRITE_OUTBOX: {
      const auto& w = body_of<oc_write_outbox>(write);
      a = number(w.id);
      b = w.state;
      c = w.ts_ms;
      s1 = view(w.reason);
      return;
    }
    case OC_WRITE_KV: {
      const auto& w = body_of<oc_write_kv>(write);
      a = w.expect_version == OC_KV_ANY ? -1 : number(w.expect_version);
      b = (w.flags & OC_KV_DELETE) != 0 ? 1 : 0;
      s1 = view(w.ns);
      s2 = view(w.key);
      s3 = view(w.value);
      return;
    }
    case OC_WRITE_SESSION: {
      const auto& w = body_of<oc_write_session>(write);
      a = w.action;
      b = w.ts_ms;
      s1 = view(w.session);
      return;
    }
    case OC_WRITE_SWEEP: {
      const auto& w = body_of<oc_write_sweep>(write);
      a = w.before_ms;
      b = w.limit;
      return;
    }
    case OC_WRITE_LOAD:
      return add_record(row, *body_of<oc_write_load>(write).record);
    case OC_WRITE_TRIM: {
      const auto& w = body_of<oc_write_trim>(write);
      a = w.idle_before_ms;
      b = w.limit;
      s1 = view(w.session);
      return;
    }
    case OC_WRITE_NOTICE: {
      const auto& w = body_of<oc_write_notice>(write);
      s1 = view(w.to);
      s2 = view(w.topic);
      s3 = view(w.text);
      return;
    }
    case OC_WRITE_LEASE: {
      const auto& w = body_of<oc_write_lease>(write);
      a = w.action;
      s1 = view(w.name);
      return;
    }
    default: {
      const auto& w = body_of<oc_write_resolve>(write);
      a = w.queue;
      b = w.action;
      c = number(w.id);
      d = w.ts_ms;
      e = w.expires_ms;
    }
  }
}

void Batch::add_finish(Columns& row, const oc_write_finish& w) {
  auto& [kind, a, b, c, d, e, f, g, h, i] = row.n;
  a = number(w.epoch);
  c = add_ids(w.ids, w.n_ids, b);
  d = role_.size() + 1;
  for (std::uint32_t n = 0; n < w.n_transcript; ++n) {
    const auto& entry = sdk::entry_at(w, n);
    role_.add(entry.role);
    ts_.add(entry.ts_ms);
    text_.add(view(entry.text));
    meta_.add(view(entry.meta_json));
  }
  e = role_.size();
  f = created_.size() + 1;
  for (std::uint32_t n = 0; n < w.n_outbox; ++n) {
    const auto& entry = sdk::reply_at(w, n);
    created_.add(entry.created_ms);
    expires_.add(entry.expires_ms);
    flags_.add(std::int64_t{entry.flags & (OC_OUTBOX_LEAVE | OC_OUTBOX_START)});
    session_.add(view(entry.session));
    channel_.add(view(entry.channel));
    account_.add(view(entry.account));
    idem_.add(view(entry.idem_key));
    payload_.add(view(entry.payload_json));
  }
  g = created_.size();
  h = w.ts_ms;
  i = w.disposition;
  row.s[0] = view(w.session);
  row.s[1] = view(w.reason);
}

void Batch::add_record(Columns& row, const oc_record& r) {
  auto& [kind, a, b, c, d, e, f, g, h, i] = row.n;
  a = r.kind;
  b = r.number;
  c = number(r.id);
  d = number(r.epoch);
  if (r.kind == OC_RECORD_SESSION) {
    e = number(r.first);
    f = number(r.next);
  } else {
    // Its last text has no column of its own.
    role_.add(r.number);
    ts_.add(r.at_ms);
    text_.add(std::string_view{});
    meta_.add(view(r.extra));
    e = role_.size();
  }
  g = r.at_ms;
  h = r.updated_ms;
  i = r.expires_ms;
  row.s = {view(r.kind == OC_RECORD_VALUE ? r.ns : r.session),
           view(r.agent),
           view(r.channel),
           view(r.account),
           view(r.key),
           view(r.text)};
}

void Batch::add_to(Parameters& parameters) const {
  for (const Array& column : numbers_) parameters.numbers(column);
  for (const Array& column : texts_) parameters.byte_strings(column);
  parameters.numbers(ids_);
  parameters.numbers(role_).numbers(ts_).byte_strings(text_).byte_strings(meta_);
  parameters.numbers(created_).numbers(expires_).numbers(flags_);
  for (const Array* column : {&session_, &channel_, &account_, &idem_, &payload_}) {
    parameters.byte_strings(*column);
  }
}

void Batch::take(const std::vector<std::int64_t>& numbers) const {
  if (numbers.size() != taken_.size() * 2) {
    throw std::runtime_error("apply() answered " + std::to_string(numbers.size()) +
                             " numbers for " + std::to_string(taken_.size()) + " writes");
  }
  for (std::size_t i = 0; i < taken_.size(); ++i) {
    oc_write_result& result = writes_.result(taken_[i]);
    const std::int64_t code = numbers[2 * i];
    result.id = static_cast<std::uint64_t>(numbers[2 * i + 1]);
    if (code == kDuplicate) result.flags = OC_RESULT_DUPLICATE;
    if (code == kSessionGone) result.flags = OC_RESULT_GONE;
    if (code == kElsewhere) result.flags = OC_RESULT_ELSEWHERE;
    if (code == kStarted) result.flags = OC_RESULT_STARTED;
    if (const auto* refusal = refusal_of(code)) sdk::refuse(result, *refusal);
  }
}

}  // namespace openclaw::postgres
