// Walks each reply through its durable states.
#include "core/pipeline/delivery/delivery.hpp"

#include <algorithm>
#include <utility>

#include "core/runtime/failpoint.hpp"

namespace openclaw::pipeline {

using runtime::Millis;

namespace {

/// A channel hands back at once what it cannot send now; what it has kept this long is under way.
constexpr Millis kProbe{50};

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
    case OutboxState::left:
      break;
  }
  return "stored";
}

}  // namespace

Delivery::Delivery(Environment environment)
    : env_(std::move(environment)),
      shared_(env_.store.shared()),
      policy_(env_.options, env_.jitter),
      alive_(std::make_shared<Delivery*>(this)) {}

Delivery::~Delivery() {
  *alive_ = nullptr;
  env_.loop.cancel(look_);
  for (auto& [instance, channel] : channels_) {
    for (auto& [key, chat] : channel.chats) {
      env_.loop.cancel(chat.hold);
      env_.loop.cancel(chat.probe);
    }
  }
}

void Delivery::can_deliver(const std::string& instance) {
  step_all(instance);
}

void Delivery::step_all(const std::string& instance) {
  const auto channel = channels_.find(instance);
  if (channel == channels_.end()) return;
  std::vector<std::string> keys;
  for (const auto& [key, chat] : channel->second.chats) keys.push_back(key);
  std::stable_partition(keys.begin(), keys.end(), [&](const std::string& key) {
    return is_in_doubt(channel->second.chats.at(key));
  });
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

bool Delivery::is_in_doubt(const Chat& chat) {
  return !chat.items.empty() && chat.items.front().maybe_sent;
}

void Delivery::step(const std::string& instance, const std::string& key) {
  Chat* chat = find(instance, key);
  if (chat == nullptr || chat->busy || chat->hold || chat->items.empty() || draining_) return;
  Channel& channel = channels_.at(instance);
  if (const auto over = end_of_unsent(channel, chat->items.front())) {
    chat->busy = true;
    ++sending_;
    end(instance, key, over->state, {}, over->reason);
    return;
  }
  if (shared_ != nullptr && !channel.port->is_outlet() && chat->items.front().id != 0 &&
      !chat->items.front().maybe_sent) {
    chat->busy = true;
    ++sending_;
    mark(instance, key,
         MarkOutbox{chat->items.front().id, OutboxState::left, env_.unix_ms(), {}, {}});
    return;
  }
  if (!channel.port->can_deliver()) return;
  // The platform knows its key for a while only, and it is started already: no probe.
  const bool in_doubt = is_in_doubt(*chat);
  if (in_doubt) chat->expected = true;
  if (!channel.window.has_room(chat->expected)) {
    if (std::exchange(chat->queued, true)) return;
    if (in_doubt) {
      channel.expected_line.push_front(key);
    } else {
      (chat->expected ? channel.expected_line : channel.line).push_back(key);
    }
    return;
  }
  take_place(channel, *chat);
  start(instance, key);
}

/// Its front is to be sent now.
void Delivery::take_place(Channel& channel, Chat& chat) {
  chat.busy = chat.placed = true;
  chat.probing = !chat.expected;
  channel.window.begin(std::exchange(chat.expected, false));
  ++sending_;
}

/// Whether it is over before it is sent, or sent again.
std::optional<Delivery::End> Delivery::end_of_unsent(const Channel& channel,
                                                     const Item& item) const {
  if (is_expired(item)) {
    // What may have arrived is never called dead.
    return End{item.maybe_sent ? OutboxState::unknown : OutboxState::dead,
               "expired: older than queue.replyTtlSeconds"};
  }
  if (item.maybe_sent &&
      !policy_.may_resend(channel.port->traits().idempotent_ms, item.sent_ms, env_.unix_ms())) {
    return End{OutboxState::unknown, item.attempts == 0
                                         ? "the gateway ended between the send and its receipt"
                                         : "the outcome of the send is not known"};
  }
  return std::nullopt;
}

void Delivery::start(const std::string& instance, const std::string& key) {
  Item& item = find(instance, key)->items.front();
  if (!item.maybe_sent) item.sent_ms = env_.unix_ms();
  if (item.id == 0 || item.maybe_sent) {
    // A notice is not durable; what may have been sent is marked as started already.
    send(instance, key);
    return;
  }
  OPENCLAW_FAILPOINT_HERE("delivery.before_started");
  env_.store.write(
      MarkOutbox{item.id, OutboxState::started, item.sent_ms, {}, {}},
      [alive = alive_, instance, key](const Result<Written>& written) {
        if (*alive == nullptr) return;
        Delivery& self = **alive;
        if (written.has_error() && written.error().code == Errc::conflict) {
          self.yield(instance, key);
          return;
        }
        if (written.has_error() && written.error().code != Errc::not_found) {
          // Not durable, so not sent: try again.
          self.env_.log.error("delivery.store_failed",
                              {{"channel", instance}, {"error", written.error().message}});
          self.undo_probe(instance, *self.find(instance, key));
          self.hold(instance, key, runtime::SteadyClock::now() + self.env_.store_retry);
          return;
        }
        if (written.has_error()) {  // swept or removed by the operator
          self.leave(instance, key);
          return;
        }
        self.started(instance, key);
      });
}

void Delivery::started(const std::string& instance, const std::string& key) {
  OPENCLAW_FAILPOINT_HERE("delivery.after_started");
  Chat& chat = *find(instance, key);
  chat.yields = 0;
  if (is_overtaking(chat)) {
    undo_probe(instance, chat);
    put_back(instance, key, runtime::SteadyClock::now());
    return;
  }
  send(instance, key);
}

void Delivery::send(const std::string& instance, const std::string& key) {
  Chat& chat = *find(instance, key);
  Item& item = chat.items.front();
  if (lease_is_over(item)) {
    // The store answered late, or this gateway was suspended: the reply may be another's by now.
    // The next write tells; for one that is in doubt already, the next renewal.
    undo_probe(instance, chat);
    if (item.maybe_sent) {
      hold(instance, key, runtime::SteadyClock::now() + env_.yield);
    } else {
      put_back(instance, key, runtime::SteadyClock::now() + env_.yield);
    }
    return;
  }
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
    env_.log.debug("delivery.sent", {{"channel", instance}, {"id", item.id}, {"message", *result}});
    end(instance, key, OutboxState::sent, std::move(*result), {});
    return;
  }
  const Error& error = result.error();
  SendOutcome outcome;
  outcome.error = error;
  outcome.attempts = item.attempts;
  outcome.doubted = item.maybe_sent;
  outcome.sent_unix_ms = item.sent_ms;
  outcome.idempotent_ms = channels_.at(instance).port->traits().idempotent_ms;
  if (item.expires_boot_ms != 0) outcome.expires_in = Millis{item.expires_boot_ms - env_.boot_ms()};
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
  reorder(chat);
  const auto pause = std::chrono::ceil<Millis>(until - runtime::SteadyClock::now());
  chat.hold = env_.loop.after(std::max(pause, Millis{1}), [this, instance, key] {
    if (Chat* held = find(instance, key)) held->hold = {};
    step(instance, key);
  });
  leave_window(channels_.at(instance), chat);
  serve_lines(instance);
  if (sending_ == 0 && on_idle) on_idle();
}

void Delivery::leave_window(Channel& channel, Chat& chat) {
  if (std::exchange(chat.placed, false)) channel.window.end();
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
  if (chat.items.front().id != 0) channel.backlog.ended();
  chat.items.pop_front();
  --waiting_;
  --sending_;
  chat.busy = false;
  probe_over(instance, chat, false);
  leave_window(channel, chat);
  if (chat.items.empty()) channel.chats.erase(key);
  serve_lines(instance);
  step(instance, key);
  read_on(instance);
  if (sending_ == 0 && on_idle) on_idle();
}

}  // namespace openclaw::pipeline
