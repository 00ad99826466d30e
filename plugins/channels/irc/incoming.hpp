// Lines of the server as messages for the gateway.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "isupport.hpp"
#include "line.hpp"
#include "openclaw/message.h"

namespace openclaw::irc {

struct Incoming {
  std::uint32_t flags = 0;  ///< OC_MSG_*
  std::int64_t ts_ms = 0;
  std::string event_id, chat_id, sender_id, sender_name, message_id, text;
  std::string extra_json;  ///< direct messages: the nick, in case we forget it before the answer
};

/// An Incoming as the ABI's struct, borrowed from it.
oc_message view(const Incoming& incoming);

/// What the decoder must know of us and of the server.
struct Listener {
  const std::string& nick;
  const ISupport& server;
  bool accounts = false, tags = false, times = false;  ///< capabilities that are on
  bool require_account = false;
};

/// Ids for servers that give none. IRC delivers nothing twice, so they need only differ.
class EventIds {
 public:
  EventIds(std::int64_t unix_ms, std::uint64_t seed);
  std::string next() { return prefix_ + std::to_string(++count_); }

 private:
  std::string prefix_;
  std::uint64_t count_ = 0;
};

/// Absent: nothing in it for an agent.
std::optional<Incoming> decode(const Line& line, const Listener& us, EventIds& ids);

/// Somebody asks which program this is (CTCP VERSION).
bool asks_version(const Line& line, const Listener& us);

}  // namespace openclaw::irc
