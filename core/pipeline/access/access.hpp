// Decides who may speak to the gateway through one channel instance.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/access/pairing.hpp"
#include "core/pipeline/access/sender_rate.hpp"
#include "core/pipeline/routing/session_key.hpp"

namespace openclaw::pipeline {

struct AccessPolicy {
  std::string dm_policy = "pairing";       ///< pairing | allowlist | open | disabled
  std::vector<std::string> allow_from;     ///< sender ids, exact; "*" counts only for open
  std::string group_policy = "allowlist";  ///< allowlist | open | disabled
  std::vector<std::string> groups;         ///< chat ids, exact; "*" = any
  bool require_mention = true;             ///< in groups and rooms
};

struct AccessRequest {
  ChatKind kind = ChatKind::direct;
  std::string_view sender_id, chat_id;
  bool mentioned = false;
};

enum class Verdict : std::uint8_t {
  allow,
  ignore,       ///< silently
  pair,         ///< reply with the code, process nothing
  refuse_rate,  ///< over the sender's rate: tell once
};

struct Decision {
  Verdict verdict = Verdict::ignore;
  std::string reason;  ///< for the log
  std::string pairing_code;
  bool first_notice = false;   ///< pair, refuse_rate: reply only when true
  bool tell_operator = false;  ///< ignore: somebody is kept out who should perhaps not be
};

/// Closed by default: a policy word that is not known lets nobody in, an empty id never matches.
class Access {
 public:
  /// `channel_instance` is "telegram" or "telegram/work".
  Access(AccessPolicy policy, Pairing& pairing, SenderRate& rate, std::string channel_instance);

  Decision decide(const AccessRequest& request, TimePoint now, std::int64_t unix_ms);
  /// Whether the sender may see the chat's conversation: as decide(), but without effect.
  [[nodiscard]] bool may_read(const AccessRequest& request) const;

 private:
  Decision decide_direct(const AccessRequest& request, std::int64_t unix_ms);
  [[nodiscard]] Decision decide_group(const AccessRequest& request) const;

  AccessPolicy policy_;
  Pairing& pairing_;
  SenderRate& rate_;
  std::string channel_;
};

}  // namespace openclaw::pipeline
