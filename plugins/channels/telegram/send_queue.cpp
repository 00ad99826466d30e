// Rates and order of sends.
#include "send_queue.hpp"

#include <algorithm>

#include "requests.hpp"

namespace openclaw::telegram {

namespace {
constexpr std::size_t kRememberedChats = 1024;

RateLimit rate_of(const std::string& chat) {
  // Three at once for the parts of a long answer; a group gets 3 + 60 s / 3.5 s = 20 in a minute.
  return is_private(chat) ? RateLimit(1000, 3) : RateLimit(3500, 3);
}
}  // namespace

void RateLimit::take(std::int64_t now_ms) {
  full_at_ms_ = std::max(full_at_ms_, now_ms) + interval_ms_;
}

SendQueue::Admission SendQueue::push(const std::string& chat, Ticket ticket, std::int64_t now_ms) {
  if (held_ms(chat, now_ms) != 0) return Admission::held;
  if (chats_.size() > kRememberedChats) forget_idle(now_ms);
  const auto it = chats_.try_emplace(chat, Chat{rate_of(chat), {}, 0, false}).first;
  Chat& entry = it->second;
  if (waiting_ >= kMaxWaiting || entry.queue.size() >= kMaxWaitingPerChat) return Admission::full;
  if (entry.queue.empty()) order_.push_back(chat);
  entry.queue.push_back(ticket);
  ++waiting_;
  return Admission::queued;
}

std::optional<SendQueue::Ticket> SendQueue::next(std::int64_t now_ms) {
  if (all_.ready_at() > now_ms) return std::nullopt;
  for (auto it = order_.begin(); it != order_.end(); ++it) {
    Chat& chat = chats_.at(*it);
    if (chat.busy || chat.rate.ready_at() > now_ms) continue;
    const Ticket ticket = chat.queue.front();
    chat.queue.pop_front();
    --waiting_;
    chat.busy = true;
    chat.rate.take(now_ms);
    all_.take(now_ms);
    if (chat.queue.empty()) {
      order_.erase(it);
    } else {
      order_.splice(order_.end(), order_, it);
    }
    return ticket;
  }
  return std::nullopt;
}

void SendQueue::done(const std::string& chat, std::int64_t now_ms) {
  const auto it = chats_.find(chat);
  if (it == chats_.end()) return;
  it->second.busy = false;
  if (chats_.size() > kRememberedChats) forget_idle(now_ms);
}

std::vector<SendQueue::Ticket> SendQueue::hold(const std::string& chat, std::uint64_t ms,
                                               std::int64_t now_ms) {
  const auto it = chats_.try_emplace(chat, Chat{rate_of(chat), {}, 0, false}).first;
  Chat& entry = it->second;
  entry.held_until_ms = std::max(entry.held_until_ms, now_ms + static_cast<std::int64_t>(ms));
  std::vector<Ticket> waiting(entry.queue.begin(), entry.queue.end());
  waiting_ -= waiting.size();
  entry.queue.clear();
  order_.remove(chat);
  return waiting;
}

std::uint64_t SendQueue::held_ms(const std::string& chat, std::int64_t now_ms) const {
  const auto it = chats_.find(chat);
  if (it == chats_.end() || it->second.held_until_ms <= now_ms) return 0;
  return static_cast<std::uint64_t>(it->second.held_until_ms - now_ms);
}

bool SendQueue::remove(Ticket ticket) {
  for (auto it = order_.begin(); it != order_.end(); ++it) {
    auto& queue = chats_.at(*it).queue;
    const auto found = std::find(queue.begin(), queue.end(), ticket);
    if (found == queue.end()) continue;
    queue.erase(found);
    --waiting_;
    if (queue.empty()) order_.erase(it);
    return true;
  }
  return false;
}

std::optional<std::uint64_t> SendQueue::wake_in_ms(std::int64_t now_ms) const {
  std::optional<std::int64_t> at;
  for (const std::string& name : order_) {
    const Chat& chat = chats_.at(name);
    if (chat.busy) continue;
    const std::int64_t ready = std::max(chat.rate.ready_at(), all_.ready_at());
    at = at ? std::min(*at, ready) : ready;
  }
  if (!at) return std::nullopt;
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, *at - now_ms));
}

void SendQueue::forget_idle(std::int64_t now_ms) {
  std::erase_if(chats_, [now_ms](const auto& item) {
    const Chat& chat = item.second;
    return !chat.busy && chat.queue.empty() && chat.held_until_ms <= now_ms &&
           chat.rate.idle(now_ms);
  });
}

}  // namespace openclaw::telegram
