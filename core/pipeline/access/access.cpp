#include "core/pipeline/access/access.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::pipeline {
namespace {

bool has(const std::vector<std::string>& list, std::string_view id) {
  return std::find(list.begin(), list.end(), id) != list.end();
}

/// "*" is the operator's word for anyone; a platform id of that spelling is nobody's.
bool lists(const std::vector<std::string>& list, std::string_view id) {
  return !id.empty() && id != "*" && has(list, id);
}

Decision allow(std::string reason) {
  return {Verdict::allow, std::move(reason), {}, false, false};
}
Decision ignore(std::string reason) {
  return {Verdict::ignore, std::move(reason), {}, false, false};
}

}  // namespace

Access::Access(AccessPolicy policy, Pairing& pairing, SenderRate& rate,
               std::string channel_instance)
    : policy_(std::move(policy)),
      pairing_(pairing),
      rate_(rate),
      channel_(std::move(channel_instance)) {}

Decision Access::decide(const AccessRequest& request, TimePoint now, std::int64_t unix_ms) {
  Decision decision =
      request.kind == ChatKind::direct ? decide_direct(request, unix_ms) : decide_group(request);
  if (decision.verdict != Verdict::allow) return decision;
  // What a group posts as itself has no sender: the group shares one bucket then.
  const std::string_view sender = request.sender_id.empty() ? request.chat_id : request.sender_id;
  if (rate_.allow(channel_, sender, now)) return decision;
  return {Verdict::refuse_rate,
          "over the sender's rate",
          {},
          rate_.should_tell(channel_, sender),
          false};
}

bool Access::may_read(const AccessRequest& request) const {
  if (request.kind != ChatKind::direct) return decide_group(request).verdict == Verdict::allow;
  const std::string& policy = policy_.dm_policy;
  if (request.sender_id.empty()) return false;
  if (policy == "open") {
    return has(policy_.allow_from, "*") || lists(policy_.allow_from, request.sender_id);
  }
  if (policy != "pairing" && policy != "allowlist") return false;
  return lists(policy_.allow_from, request.sender_id) ||
         (policy == "pairing" && pairing_.approved(channel_, request.sender_id));
}

Decision Access::decide_direct(const AccessRequest& request, std::int64_t unix_ms) {
  const std::string& policy = policy_.dm_policy;
  if (request.sender_id.empty()) return ignore("the sender has no id");
  if (policy != "pairing" && policy != "allowlist" && policy != "open")
    return ignore("dmPolicy is " + policy);
  if (lists(policy_.allow_from, request.sender_id)) return allow("in allowFrom");
  if (policy == "open")
    return has(policy_.allow_from, "*") ? allow("dmPolicy is open")
                                        : ignore("dmPolicy is open but allowFrom lacks \"*\"");
  if (policy == "allowlist") return ignore("not in allowFrom");
  if (pairing_.approved(channel_, request.sender_id)) return allow("paired");
  Pairing::Request asked = pairing_.request(channel_, request.sender_id, unix_ms);
  if (asked.full) {
    Decision full = ignore("not paired, and too many pairing requests are pending");
    full.tell_operator = asked.tell_operator;
    return full;
  }
  return {Verdict::pair, "not paired", std::move(asked.code), asked.is_new, false};
}

Decision Access::decide_group(const AccessRequest& request) const {
  const std::string& policy = policy_.group_policy;
  if (request.chat_id.empty()) return ignore("the group has no id");
  if (policy == "allowlist") {
    if (!has(policy_.groups, "*") && !lists(policy_.groups, request.chat_id))
      return ignore("not in groups");
  } else if (policy != "open") {
    return ignore("groupPolicy is " + policy);
  }
  if (policy_.require_mention && !request.mentioned) return ignore("not mentioned");
  return allow("group " + policy);
}

}  // namespace openclaw::pipeline
