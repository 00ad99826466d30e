// Walks each reply through its durable states.
#include "core/pipeline/delivery.hpp"

#include <algorithm>
#include <utility>

#include "core/runtime/failpoint.hpp"

namespace openclaw::pipeline {

using runtime::Millis;

namespace {

constexpr std::size_t kMaxNotices = 100;
/// A channel hands back at once what it cannot send now; what it has kept this long is under way.
constexpr Millis kProbe{50};

std::string chat_key(const Outbound& m) {
  return m.chat_id + '\x1f' + m.thread_id;
}

const char* state_name(OutboxState state) {
  switch (state) {
    case OutboxState::sent:
      return "sent";
    case OutboxState::unknown:
      return "unknown";
    case OutboxState::dead:
      return "dead";
    case OutboxState::stored:
    case OutboxState::started:
      break;
  }
  return "stored";
}

}  // namespace

Delivery::Delivery(Environment environment)
    : env_(std::move(environment)),
      policy_(env_.options, env_.jitter),
      alive_(std::make_shared<Delivery*>(this)) {}

Delivery::~Delivery() {
  *alive_ = nullptr;
  for (auto& [instance, channel] : channels_) {
    for (auto& [key, chat] : channel.chats) {
      env_.loop.cancel(chat.hold);
      env_.loop.cancel(chat.probe);
    }
  }
}

void Delivery::add_channel(ChannelPort& port) {
  const std::string& instance = port.traits().instance;
  channels_[instance].port = &port;
  const auto orphans = orphans_.find(instance);
  if (orphans == orphans_.end()) return;
  waiting_ -= orphans->second.size();
  for (auto& item : orphans->second) put(instance, std::move(item));
  orphans_.erase(orphans);
}

void Delivery::stored(std::uint64_t id, const OutboxEntry& entry) {
  auto message = outbound_from_json(entry.payload_json);
  if (message.has_error()) {
    env_.log.error("delivery.bad_row", {{"id", id}, {"error", message.error().message}});
    return;
  }
  put(entry.channel, {id, std::move(*message), entry.expires_ms, 0, false});
}

void Delivery::recovered(const OutboxRow& row) {
  auto message = outbound_from_json(row.entry.payload_json);
  if (message.has_error()) {
    bury(row.id, row.entry.channel, message.error().message);
    return;
  }
  if (!channels_.contains(row.entry.channel) &&
      DeliveryPolicy::expired(row.entry.expires_ms, env_.unix_ms())) {
    bury(row.id, row.entry.channel, "expired: its channel is not configured any more");
    return;
  }
  put(row.entry.channel,
      {row.id, std::move(*message), row.entry.expires_ms, 0, row.state == OutboxState::started});
}

/// Ends a row that no channel will see. When the store fails the next start tries again.
void Delivery::bury(std::uint64_t id, const std::string& instance, std::string reason) {
  env_.log.warn("delivery.dead", {{"channel", instance}, {"id", id}, {"reason", reason}});
  if (env_.observer.ended) env_.observer.ended(instance, state_name(OutboxState::dead));
  env_.store.write(MarkOutbox{id, OutboxState::dead, env_.unix_ms(), {}, std::move(reason)},
                   [alive = alive_, id](const Result<Written>& written) {
                     if (*alive == nullptr || !written.has_error()) return;
                     (*alive)->env_.log.error("delivery.store_failed",
                                              {{"id", id}, {"error", written.error().message}});
                   });
}

void Delivery::put(const std::string& instance, Item item) {
  const auto channel = channels_.find(instance);
  ++waiting_;
  if (channel == channels_.end()) {
    orphans_[instance].push_back(std::move(item));
    return;
  }
  const std::string key = chat_key(item.message);
  channel->second.chats[key].items.push_back(std::move(item));
  step(instance, key);
}

void Delivery::notice(const std::string& instance, Outbound message) {
  const auto channel = channels_.find(instance);
  if (channel == channels_.end() || channel->second.notices >= kMaxNotices) {
    env_.log.warn("delivery.notice_dropped", {{"channel", instance}});
    return;
  }
  ++channel->second.notices;
  put(instance, {0, std::move(message), 0, 0, false});
}

void Delivery::can_deliver(const std::string& instance) {
  const auto channel = channels_.find(instance);
  if (channel == channels_.end()) return;
  std::vector<std::string> keys;
  for (const auto& [key, chat] : channel->second.chats) keys.push_back(key);
  for (const auto& key : keys) step(instance, key);
}

void Delivery::drain() {
  draining_ = true;
}

Delivery::Chat* Delivery::find(const std::string& instance, const std::string& key) {
  const auto channel = channels_.find(instance);
  if (channel == channels_.end()) return nullptr;
  const auto chat = channel->second.chats.find(key);
  return chat == channel->second.chats.end() ? nullptr : &chat->second;
}

void Delivery::step(const std::string& instance, const std::string& key) {
  Chat* chat = find(instance, key);
  if (chat == nullptr || chat->busy || chat->hold || chat->items.empty() || draining_) return;
  Channel& channel = channels_.at(instance);
  if (!channel.port->can_deliver()) return;
  if (!channel.window.has_room(chat->expected)) {
    if (std::exchange(chat->queued, true)) return;
    (chat->expected ? channel.expected_line : channel.line).push_back(key);
    return;
  }
  chat->busy = true;
  chat->probing = !chat->expected;
  channel.window.begin(std::exchange(chat->expected, false));
  ++sending_;
  const Item& item = chat->items.front();
  if (DeliveryPolicy::expired(item.expires_ms, env_.unix_ms())) {
    // What may have arrived is never called dead.
    end(instance, key, item.maybe_sent ? OutboxState::unknown : OutboxState::dead, {},
        "expired: older than queue.replyTtlSeconds");
    return;
  }
  if (item.maybe_sent && item.attempts == 0) {
    const bool idempotent = channels_.at(instance).port->traits().idempotent;
    const auto decision = policy_.after_crash(idempotent, item.expires_ms,
                                              runtime::SteadyClock::now(), env_.unix_ms());
    if (decision.next != Next::retry_at) {
      end(instance, key, decision.next == Next::dead ? OutboxState::dead : OutboxState::unknown, {},
          decision.reason);
      return;
    }
  }
  start(instance, key);
}

void Delivery::start(const std::string& instance, const std::string& key) {
  const Item& item = find(instance, key)->items.front();
  if (item.id == 0 || item.maybe_sent) {
    // A notice is not durable; what may have been sent is marked as started already.
    send(instance, key);
    return;
  }
  OPENCLAW_FAILPOINT_HERE("delivery.before_started");
  env_.store.write(MarkOutbox{item.id, OutboxState::started, env_.unix_ms(), {}, {}},
                   [alive = alive_, instance, key](const Result<Written>& written) {
                     if (*alive == nullptr) return;
                     Delivery& self = **alive;
                     if (written.has_error() && written.error().code != Errc::not_found) {
                       // Not durable, so not sent: try again.
                       self.env_.log.error(
                           "delivery.store_failed",
                           {{"channel", instance}, {"error", written.error().message}});
                       self.env_.loop.after(self.env_.store_retry, [alive, instance, key] {
                         if (*alive != nullptr) (*alive)->start(instance, key);
                       });
                       return;
                     }
                     if (written.has_error()) {  // swept or removed by the operator
                       self.leave(instance, key);
                       return;
                     }
                     OPENCLAW_FAILPOINT_HERE("delivery.after_started");
                     self.send(instance, key);
                   });
}

void Delivery::send(const std::string& instance, const std::string& key) {
  Chat& chat = *find(instance, key);
  Item& item = chat.items.front();
  ++item.attempts;
  if (chat.probing) {
    chat.probe = env_.loop.after(kProbe, [this, instance, key] {
      Chat* sending = find(instance, key);
      sending->probe = {};
      probe_over(instance, *sending, false);
    });
  }
  channels_.at(instance).port->send(item.message,
                                    [alive = alive_, instance, key](Result<std::string> result) {
                                      if (*alive == nullptr) return;
                                      OPENCLAW_FAILPOINT_HERE("delivery.after_send");
                                      (*alive)->answered(instance, key, std::move(result));
                                    });
}

void Delivery::answered(const std::string& instance, const std::string& key,
                        Result<std::string> result) {
  Chat& chat = *find(instance, key);
  Item& item = chat.items.front();
  if (!result.has_error()) {
    end(instance, key, OutboxState::sent, std::move(*result), {});
    return;
  }
  const Error& error = result.error();
  SendOutcome outcome;
  outcome.error = error;
  outcome.attempts = item.attempts;
  outcome.idempotent = channels_.at(instance).port->traits().idempotent;
  outcome.expires_unix_ms = item.expires_ms;
  const auto now = runtime::SteadyClock::now();
  const DeliveryDecision decision = policy_.after_attempt(outcome, now, env_.unix_ms());
  probe_over(instance, chat, decision.handed_back);
  if (decision.handed_back && decision.next == Next::retry_at) {
    env_.log.debug(
        "delivery.handed_back",
        {{"channel", instance}, {"for_ms", error.retry_after_ms}, {"reason", error.message}});
  } else {
    env_.log.warn("delivery.send_failed",
                  {{"channel", instance}, {"attempt", item.attempts}, {"error", error.message}});
  }
  switch (decision.next) {
    case Next::retry_at:
      if (!decision.counts) --item.attempts;
      if (error.maybe_done) item.maybe_sent = true;
      chat.expected = decision.handed_back;
      if (item.id != 0 && !item.maybe_sent) {
        put_back(instance, key, decision.at);
      } else {
        hold(instance, key, decision.at);
      }
      return;
    case Next::unknown:
      end(instance, key, OutboxState::unknown, {}, decision.reason);
      return;
    case Next::dead:
      end(instance, key, OutboxState::dead, {}, decision.reason);
      return;
    case Next::sent:
      end(instance, key, OutboxState::sent, {}, {});
      return;
  }
}

/// It surely did not arrive: a restart meanwhile must send it, not hold it as unknown. It keeps its
/// place until that is durable, so that few are in doubt at any time.
void Delivery::put_back(const std::string& instance, const std::string& key, TimePoint until) {
  const Item& item = find(instance, key)->items.front();
  env_.store.write(MarkOutbox{item.id, OutboxState::stored, env_.unix_ms(), {}, {}},
                   [alive = alive_, instance, key, until](const Result<Written>& written) {
                     if (*alive == nullptr) return;
                     Delivery& self = **alive;
                     // Gone: the next start of it finds out. Any other error leaves open which of
                     // the two marks it has, so it is marked as started again before it is sent
                     // again.
                     if (written.has_error() && written.error().code != Errc::not_found) {
                       self.env_.log.error(
                           "delivery.store_failed",
                           {{"channel", instance}, {"error", written.error().message}});
                     }
                     self.hold(instance, key, until);
                   });
}

void Delivery::hold(const std::string& instance, const std::string& key, TimePoint until) {
  Chat& chat = *find(instance, key);
  chat.busy = false;
  --sending_;
  const auto pause = std::chrono::ceil<Millis>(until - runtime::SteadyClock::now());
  chat.hold = env_.loop.after(std::max(pause, Millis{1}), [this, instance, key] {
    if (Chat* held = find(instance, key)) held->hold = {};
    step(instance, key);
  });
  channels_.at(instance).window.end();
  serve_lines(instance);
  if (sending_ == 0 && on_idle) on_idle();
}

void Delivery::probe_over(const std::string& instance, Chat& chat, bool handed_back) {
  if (!std::exchange(chat.probing, false)) return;
  env_.loop.cancel(chat.probe);
  channels_.at(instance).window.probe_over(handed_back);
  serve_lines(instance);
}

/// There may be room: the chats that have waited longest for it go next.
void Delivery::serve_lines(const std::string& instance) {
  Channel& channel = channels_.at(instance);
  const auto serve = [&](std::deque<std::string>& line, bool expected) {
    while (!line.empty() && channel.window.has_room(expected)) {
      const std::string next = std::move(line.front());
      line.pop_front();
      if (Chat* chat = find(instance, next)) {
        chat->queued = false;
        step(instance, next);
      }
    }
  };
  serve(channel.expected_line, true);
  serve(channel.line, false);
}

void Delivery::end(const std::string& instance, const std::string& key, OutboxState state,
                   std::string message_id, std::string reason) {
  Chat& chat = *find(instance, key);
  probe_over(instance, chat, false);
  const Item& item = chat.items.front();
  if (state != OutboxState::sent) {
    env_.log.warn(state == OutboxState::dead ? "delivery.dead" : "delivery.unknown",
                  {{"channel", instance}, {"id", item.id}, {"reason", reason}});
  }
  if (env_.observer.ended && item.id != 0) env_.observer.ended(instance, state_name(state));
  if (item.id == 0) {
    --channels_.at(instance).notices;
    leave(instance, key);
    return;
  }
  mark(instance, key,
       MarkOutbox{item.id, state, env_.unix_ms(), std::move(message_id), std::move(reason)});
}

void Delivery::mark(const std::string& instance, const std::string& key, MarkOutbox write) {
  MarkOutbox copy = write;
  env_.store.write(std::move(copy), [alive = alive_, instance, key,
                                     again = std::move(write)](const Result<Written>& written) {
    if (*alive == nullptr) return;
    Delivery& self = **alive;
    if (written.has_error() && written.error().code != Errc::not_found) {
      self.env_.log.error("delivery.store_failed",
                          {{"channel", instance}, {"error", written.error().message}});
      self.env_.loop.after(self.env_.store_retry, [alive, instance, key, again] {
        if (*alive != nullptr) (*alive)->mark(instance, key, again);
      });
      return;
    }
    OPENCLAW_FAILPOINT_HERE("delivery.after_sent");
    self.leave(instance, key);
  });
}

void Delivery::leave(const std::string& instance, const std::string& key) {
  Channel& channel = channels_.at(instance);
  Chat& chat = channel.chats.at(key);
  chat.items.pop_front();
  --waiting_;
  --sending_;
  chat.busy = false;
  probe_over(instance, chat, false);
  channel.window.end();
  if (chat.items.empty()) channel.chats.erase(key);
  serve_lines(instance);
  step(instance, key);
  if (sending_ == 0 && on_idle) on_idle();
}

}  // namespace openclaw::pipeline
