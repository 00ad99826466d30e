// What waits for the operator: messages that were given up, replies that are unknown or dead.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/ports.hpp"

namespace openclaw::pipeline {

/// Names one of them without doubt: "m12" is a message, "r7" a reply.
struct DeadId {
  Queue queue = Queue::inbox;
  std::uint64_t id = 0;
  bool operator==(const DeadId&) const = default;
};
std::string to_string(const DeadId& id);
/// Errors: invalid.
Result<DeadId> dead_id_from(std::string_view text);

struct DeadItem {
  DeadId id;
  bool unknown = false;  ///< a reply that may have arrived
  std::string channel;   ///< the channel's name in the configuration; "http" for the API's own
  std::string chat, session, reason, text;
  std::int64_t since_ms = 0;   ///< Unix
  std::uint32_t attempts = 0;  ///< of a message
};
/// A row whose payload cannot be read has no chat and no text.
DeadItem dead_item(const InboxRow& row);
DeadItem dead_item(const OutboxRow& row);

struct DeadPage {
  std::vector<DeadItem> items;  ///< messages before replies, each in order of their ids
  std::optional<DeadId> next;   ///< ask for what comes after it; nothing at the end
};

/// What became of one that was to be tried again or dropped.
struct DeadOutcome {
  DeadId id;
  std::optional<DeadId> now;    ///< under which id it waits again
  std::optional<Error> failed;  ///< then nothing of it changed
};

/// A message that was asked over HTTP with a conversation of the client's own: its answer is stored
/// nowhere and read by nobody once that request is over.
bool nobody_reads_the_answer(const Inbound& message);

}  // namespace openclaw::pipeline
