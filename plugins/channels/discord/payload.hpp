// The gateway's payloads: {"op":..,"d":..,"s":..,"t":..}, read and written.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace openclaw::discord {

enum class Op : int {
  dispatch = 0,
  heartbeat = 1,
  identify = 2,
  resume = 6,
  reconnect = 7,
  invalid_session = 9,
  hello = 10,
  heartbeat_ack = 11,
};

struct Payload {
  int op = -1;
  std::int64_t seq = 0;  ///< dispatches; 0 = none
  std::string event;     ///< dispatches: "MESSAGE_CREATE"
  nlohmann::json data;
  [[nodiscard]] bool is(Op which) const { return op == static_cast<int>(which); }
};

/// What Discord disconnects for when a client event is longer.
inline constexpr std::size_t kMaxClientEvent = 4096;

/// GUILDS (threads and their parents), GUILD_MESSAGES, DIRECT_MESSAGES, and MESSAGE_CONTENT, which
/// is privileged: without it a message that does not mention the bot comes without its text.
inline constexpr std::int64_t kIntents = 1 << 0 | 1 << 9 | 1 << 12 | 1 << 15;

/// Absent: not a payload.
std::optional<Payload> decode_payload(std::string_view text);

/// The token stays a placeholder in these, which the host fills in: send with OC_SEND_SECRETS.
std::string identify_payload();
std::string resume_payload(std::string_view session_id, std::int64_t seq);
/// `seq` 0: nothing was received yet.
std::string heartbeat_payload(std::int64_t seq);

}  // namespace openclaw::discord
