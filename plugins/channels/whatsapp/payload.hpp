// What one webhook request holds: entry × changes × messages and statuses, walked whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "incoming.hpp"

namespace openclaw::whatsapp {

/// What became of a message of ours.
struct StatusUpdate {
  std::string wamid, status, recipient;
  std::int64_t code = 0;  ///< of a failed one; 0: none was given
  std::string title;
};

/// Trouble that Meta reports beside messages.
struct Notice {
  std::int64_t code = 0;
  std::string title;
};

struct Payload {
  std::vector<Incoming> messages;  ///< in the order in which they stand there
  std::vector<StatusUpdate> statuses;
  std::vector<Notice> errors;
  std::size_t ignored = 0;  ///< reactions, system notices, what holds nothing for an agent
};

/// Absent when it is no webhook of a WhatsApp business account.
std::optional<Payload> decode_payload(std::string_view body);

}  // namespace openclaw::whatsapp
