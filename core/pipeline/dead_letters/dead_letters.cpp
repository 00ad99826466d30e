// What waits for the operator: its names, and how it is shown.
#include "core/pipeline/dead_letters/dead_letters.hpp"

#include <charconv>

namespace openclaw::pipeline {

std::string to_string(const DeadId& id) {
  return (id.queue == Queue::inbox ? "m" : "r") + std::to_string(id.id);
}

Result<DeadId> dead_id_from(std::string_view text) {
  const Error wrong{Errc::invalid,
                    "not an id of a dead letter: m or r with a number behind it, like m12"};
  if (text.size() < 2 || (text[0] != 'm' && text[0] != 'r')) return wrong;
  DeadId out{text[0] == 'm' ? Queue::inbox : Queue::outbox, 0};
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), out.id);
  if (error != std::errc{} || end != text.data() + text.size()) return wrong;
  return out;
}

DeadItem dead_item(const InboxRow& row) {
  DeadItem item;
  item.id = {Queue::inbox, row.id};
  item.channel = row.channel;
  item.session = row.session;
  item.reason = row.reason;
  item.since_ms = row.dead_ms;
  item.attempts = row.attempts;
  if (auto message = inbound_from_json(row.payload_json); !message.has_error()) {
    if (item.channel.empty()) item.channel = std::move(message->instance);
    item.chat = std::move(message->from.chat_id);
    item.text = std::move(message->text);
  }
  if (item.channel.empty()) item.channel = "http";
  return item;
}

DeadItem dead_item(const OutboxRow& row) {
  DeadItem item;
  item.id = {Queue::outbox, row.id};
  item.unknown = row.state == OutboxState::unknown;
  item.channel = row.entry.channel;
  item.session = row.entry.session;
  item.reason = row.reason;
  item.since_ms = row.updated_ms;
  if (auto message = outbound_from_json(row.entry.payload_json); !message.has_error()) {
    item.chat = std::move(message->chat_id);
    item.text = std::move(message->plain.empty() ? message->text : message->plain);
  }
  return item;
}

bool nobody_reads_the_answer(const Inbound& message) {
  return message.instance.empty() && !message.extra_json.empty() &&
         message.extra_json.find("\"messages\"") != std::string::npos;
}

}  // namespace openclaw::pipeline
