// What people do with the bot's commands, as messages for the gateway.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "codec.hpp"

namespace openclaw::discord {

struct Interacted {
  enum class Kind { ping, ask, other, unreadable };
  Kind kind = Kind::unreadable;
  Incoming message;  ///< ask: complete, with what its answer needs in extra_json
};

/// `application_id` is the configured one, or empty: another's is unreadable.
Interacted decode_interaction(std::string_view body, const std::string& application_id);

// The answers, as JSON.
std::string pong();
/// "The bot is thinking": the answer comes within 15 minutes.
std::string deferred();
/// Said at once, to that person alone.
std::string said_privately(std::string_view text);

}  // namespace openclaw::discord
