// A message as the pipeline carries it, from a channel's event to the reply that is sent.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/pipeline/routing/session_key.hpp"

namespace openclaw::pipeline {

struct Attachment {
  std::string mime, name, ref;
  std::uint64_t bytes = 0;
};

/// What a channel heard.
struct Inbound {
  std::string instance;  ///< the channel's name in the configuration: "telegram", "telegram/work"
  ChatAddress from;
  std::string sender_name, message_id, event_id, reply_to, text, extra_json;
  std::int64_t ts_ms = 0;
  bool mentioned = false;
  std::vector<Attachment> attachments;
};

/// What a channel is to say: one message that fits its limit.
struct Outbound {
  std::string chat_id, thread_id, reply_to, idem_key, turn_id, text, extra_json;
  std::string plain{};                    ///< without markup; empty when `text` has none
  std::vector<Attachment> attachments{};  ///< at most one, by URL: `text` is then its caption
};

/// The meta of a transcript's entry for a message with attachments: {"instance":"telegram",
/// "attachments":[{"mime","name","ref","bytes"}]}; empty without any.
std::string attachments_meta(const Inbound& message);
/// Back; empty where `meta_json` has none that came through `instance`.
std::vector<Attachment> attachments_of(std::string_view meta_json, std::string_view instance);

/// The durable form of an inbound message (the inbox row's payload), and back. Source of the
/// fields: Inbound. Unknown keys are ignored, so that an older gateway reads a newer row.
std::string to_json(const Inbound& message);
Result<Inbound> inbound_from_json(std::string_view json);

std::string to_json(const Outbound& message);
Result<Outbound> outbound_from_json(std::string_view json);

}  // namespace openclaw::pipeline
