#include "core/pipeline/progress/ack_reaction.hpp"

#include <utility>

namespace openclaw::pipeline {

AckReaction::AckReaction(AckSettings settings, ChannelPort& channel)
    : settings_(std::move(settings)), channel_(channel) {}

bool AckReaction::covers(const Inbound& message) const {
  if (settings_.emoji.empty() || message.message_id.empty() || !channel_.traits().reactions) {
    return false;
  }
  const bool direct = message.from.kind == ChatKind::direct;
  return settings_.scope == "all" || (settings_.scope == "direct" && direct) ||
         (settings_.scope == "group" && !direct);
}

void AckReaction::accepted(const Inbound& message) {
  if (covers(message)) react(message, true);
}

void AckReaction::answered(const std::vector<WaitingMessage>& messages) {
  if (!settings_.remove_after_reply) return;
  for (const auto& m : messages) {
    if (covers(m.message)) react(m.message, false);
  }
}

void AckReaction::react(const Inbound& message, bool on) {
  channel_.react(message, settings_.emoji, on);
}

}  // namespace openclaw::pipeline
