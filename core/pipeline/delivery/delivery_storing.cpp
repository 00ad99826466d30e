// Replies that are being stored: who is to send them, and whether that begins with the same write.
#include <utility>

#include "core/pipeline/delivery/delivery.hpp"
#include "core/runtime/failpoint.hpp"

namespace openclaw::pipeline {

std::string Delivery::chat_key_of(const Outbound& m) {
  return m.chat_id + '\x1f' + m.thread_id;
}

bool Delivery::leaves(const OutboxEntry& entry) {
  if (shared_ == nullptr) return false;
  const auto at = channels_.find(entry.channel);
  if (at == channels_.end()) return true;
  Channel& channel = at->second;
  const bool room = channel.backlog.held() < env_.most_held;
  if (channel.port->can_deliver() && room && !channel.left.has(entry.session)) return false;
  channel.left.leave(entry.session, runtime::SteadyClock::now());
  return true;
}

std::vector<std::string> Delivery::outlets() const {
  std::vector<std::string> out;
  for (const auto& [instance, channel] : channels_) {
    const bool room = channel.backlog.held() < env_.most_held;
    if (!draining_ && room && channel.port->can_deliver()) out.push_back(instance);
  }
  return out;
}

void Delivery::all_collected(const std::vector<std::string>& outlets, TimePoint asked) {
  for (const auto& instance : outlets) channels_.at(instance).left.collected(asked);
}

void Delivery::prepare(std::vector<OutboxEntry>& replies) {
  for (auto& reply : replies) {
    reply.leave = leaves(reply);
    reply.start = false;
  }
  if (replies.empty() || replies.front().leave) return;
  replies.front().start = keep_place(replies.front());
}

/// Whether the reply can be sent as soon as it is stored: nothing of its chat is before it, and its
/// channel has room. Then no other takes that place meanwhile.
bool Delivery::keep_place(const OutboxEntry& reply) {
  const auto at = channels_.find(reply.channel);
  if (at == channels_.end() || draining_) return false;
  Channel& channel = at->second;
  const bool room = channel.window.has_room(false) && channel.backlog.has_room();
  if (!room || !channel.port->can_deliver() || channel.kept.contains(reply.idem_key)) return false;
  auto message = outbound_from_json(reply.payload_json);
  if (message.has_error()) return false;  // stored() tells of it
  std::string key = chat_key_of(*message);
  Item item{0, std::move(*message), by_boot(reply.expires_ms)};
  if (is_expired(item) || channel.chats.contains(key)) return false;
  OPENCLAW_FAILPOINT_HERE("delivery.before_stored");
  Chat& chat = channel.chats[key];
  chat.items.push_back(std::move(item));
  take_place(channel, chat);
  channel.kept.emplace(reply.idem_key, std::move(key));
  ++waiting_;
  return true;
}

void Delivery::stored(const Written& written, const std::vector<OutboxEntry>& replies) {
  std::uint64_t id = written.id;
  for (const auto& reply : replies) {
    if (reply.start) {
      begun(id, reply, written.started);
    } else {
      stored(id, reply);
    }
    ++id;
  }
}

void Delivery::begun(std::uint64_t id, const OutboxEntry& reply, bool is_started) {
  Channel& channel = channels_.at(reply.channel);
  const std::string key = channel.kept.extract(reply.idem_key).mapped();
  Item& item = channel.chats.at(key).items.front();
  item.id = id;
  item.sent_ms = env_.unix_ms();
  channel.backlog.hold(id);
  look_later();
  if (const auto over = end_of_unsent(channel, item)) {  // the store was slow
    undo_probe(reply.channel, channel.chats.at(key));
    end(reply.channel, key, over->state, {}, over->reason);
  } else if (is_started) {
    started(reply.channel, key);
  } else {
    start(reply.channel, key);
  }
}

void Delivery::not_stored(const std::vector<OutboxEntry>& replies) {
  for (const auto& reply : replies) {
    if (!reply.start) continue;
    Channel& channel = channels_.at(reply.channel);
    const std::string key = channel.kept.extract(reply.idem_key).mapped();
    undo_probe(reply.channel, channel.chats.at(key));
    leave(reply.channel, key);
  }
}

bool Delivery::is_being_stored(const OutboxRow& row) const {
  return channels_.at(row.entry.channel).kept.contains(row.entry.idem_key);
}

void Delivery::stored(std::uint64_t id, const OutboxEntry& entry) {
  if (entry.leave) {
    const auto at = channels_.find(entry.channel);
    if (at != channels_.end()) {
      at->second.left.stored(entry.session, runtime::SteadyClock::now());
    }
    return;
  }
  auto message = outbound_from_json(entry.payload_json);
  if (message.has_error()) {
    env_.log.error("delivery.bad_row", {{"id", id}, {"error", message.error().message}});
    return;
  }
  admit(entry.channel, {id, std::move(*message), by_boot(entry.expires_ms)});
}

}  // namespace openclaw::pipeline
