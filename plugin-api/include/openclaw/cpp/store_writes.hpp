// What a batch's writes hold, and which of them, and which members, no engine can take.
#pragma once

#include <cstdint>
#include <limits>

#include "openclaw/storage.h"

namespace openclaw::sdk {

constexpr std::uint64_t kLongestKey = 8 << 10;    ///< session, channel, event id, key ...
constexpr std::uint64_t kLongestText = 32 << 20;  ///< payload, transcript text, value ...
constexpr std::uint64_t kLongestMemberName = 255, kLongestMemberInfo = 4 << 10;
constexpr std::uint32_t kShortestLeaseMs = 300;
/// The greatest id, epoch or limit: engines have signed numbers.
constexpr std::uint64_t kLargestNumber = std::numeric_limits<std::int64_t>::max();

/// In words that outlive every call.
struct Refusal {
  oc_status status;
  const char* reason;
};
constexpr Refusal kGone{OC_E_NOTFOUND, "no such row"};
constexpr Refusal kFenced{OC_E_CONFLICT,
                          "a message is gone, of another session, or claimed by another epoch"};
constexpr Refusal kKeyTaken{OC_E_CONFLICT, "a reply with that idempotency key is there already"};
constexpr Refusal kOtherVersion{OC_E_CONFLICT, "another version of that value is there"};
constexpr Refusal kNoSession{OC_E_NOTFOUND, "no such session"};
constexpr Refusal kNotIdle{OC_E_CONFLICT, "the session was used meanwhile"};
constexpr Refusal kOnlyMembers{OC_E_INVAL, "only one of several gateways writes that"};
constexpr Refusal kNotMine{OC_E_CONFLICT, "another gateway has it"};
constexpr Refusal kTooSoon{OC_E_CONFLICT, "an earlier reply of its session is another gateway's"};

void refuse(oc_write_result& result, const Refusal& refusal);

/// Why `write` can be applied by no engine, whatever it holds; null when it can: an unknown kind or
/// a body that is not whole, a key longer than 8 KiB, a text longer than 32 MiB, ids that come
/// twice, numbers that are none. [any thread]
const Refusal* nonsense(const oc_write& write);
/// Why no engine lets `member` in, whoever is there: a body that is not whole, a name, a lease or
/// an info_json beyond its bounds. [any thread]
const Refusal* nonsense(const oc_member& member);

/// The body of a write of that kind, once nonsense() was null.
template <class Body>
const Body& body_of(const oc_write& write) {
  return *static_cast<const Body*>(write.body);
}

/// The finish's entries, whose structs may be longer than those this was built with.
const oc_transcript_entry& entry_at(const oc_write_finish& w, std::uint32_t index);
const oc_outbox_entry& reply_at(const oc_write_finish& w, std::uint32_t index);
/// Whether its first reply is to stand as started, see OC_OUTBOX_START.
bool begins_a_send(const oc_write_finish& w);

}  // namespace openclaw::sdk
