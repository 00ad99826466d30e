// What must wait or fails on the way: a reaction that is to appear is left out, for it is worth no
// wait. One that is to go is tried again later, since it would otherwise stay for good.
#include "openclaw/cpp/channel/reactions.hpp"

#include <algorithm>
#include <utility>

#include "openclaw/cpp/text.hpp"

namespace openclaw::sdk {

namespace {

constexpr std::uint32_t kFirstAgainMs = 1'000;

}  // namespace

void Reactions::react(const oc_reaction& reaction) {
  if (stopped_) return;
  Reaction wish{copy(reaction.chat_id), copy(reaction.thread_id), copy(reaction.message_id),
                copy(reaction.emoji),   reaction.on != 0,         copy(reaction.extra_json)};
  if (wish.message.empty() || wish.emoji.empty()) return;
  const std::string key = wish.chat + '\x1f' + wish.thread + '\x1f' + wish.message;
  if (!wish.on && left_out_.erase(key + '\x1f' + wish.emoji) != 0) return;
  auto it = messages_.find(key);
  if (it == messages_.end()) {
    if (messages_.size() >= kMaxMessages) return;
    it = messages_.emplace(key, Message{}).first;
  }
  Message& message = it->second;
  std::deque<Reaction>& wishes = message.wishes;
  const auto same = std::find_if(wishes.begin(), wishes.end(), [&wish](const Reaction& other) {
    return other.emoji == wish.emoji;
  });
  if (same != wishes.end()) {
    same->on = wish.on;
  } else if (wishes.size() < kMaxWishes) {
    wishes.push_back(std::move(wish));
  }
  if (!message.under_way && message.timer == 0) go(key);
}

void Reactions::go(const std::string& key) {
  Message& message = messages_.at(key);
  while (!message.wishes.empty() && !stopped_) {
    const Reaction wish = message.wishes.front();
    const std::uint32_t ms =
        attempt_(wish, [this, key, wish](const Outcome& outcome) { answered(key, wish, outcome); });
    if (ms != 0 && !wish.on && ms <= kMaxWaitMs && ++message.tries < kMaxTries) {
      return put_off(key, ms);
    }
    const std::string what = key + '\x1f' + wish.emoji;
    if (ms == 0) left_out_.erase(what);
    if (ms != 0 && wish.on) remember_left_out(what);
    message.wishes.pop_front();
    message.tries = 0;
    if (ms == 0) {
      message.under_way = true;
      return;
    }
    message.failures = 0;
  }
  messages_.erase(key);
}

void Reactions::answered(const std::string& key, Reaction wish, const Outcome& outcome) {
  const auto it = messages_.find(key);
  if (it == messages_.end()) return;
  Message& message = it->second;
  message.under_way = false;
  const auto same =
      std::find_if(message.wishes.begin(), message.wishes.end(),
                   [&wish](const Reaction& other) { return other.emoji == wish.emoji; });
  const bool wanted = !wish.on && same == message.wishes.end();
  if (outcome.later && wanted && ++message.failures < kMaxFailures) {
    const std::uint32_t ms =
        std::max(outcome.retry_ms, kFirstAgainMs << static_cast<unsigned>(message.failures - 1));
    if (ms <= kMaxWaitMs) {
      message.wishes.push_front(std::move(wish));
      return put_off(key, ms);
    }
  }
  message.failures = 0;
  go(key);
}

void Reactions::remember_left_out(const std::string& what) {
  if (!left_out_.insert(what).second) return;
  left_out_order_.push_back(what);
  if (left_out_order_.size() <= kMaxLeftOut) return;
  left_out_.erase(left_out_order_.front());
  left_out_order_.pop_front();
}

void Reactions::put_off(const std::string& key, std::uint32_t ms) {
  Message& message = messages_.at(key);
  message.timer = host_.after(ms, [this, key] {
    const auto it = messages_.find(key);
    if (it == messages_.end()) return;
    it->second.timer = 0;
    go(key);
  });
  if (message.timer == 0) messages_.erase(key);
}

void Reactions::stop() {
  stopped_ = true;
  for (const auto& [key, message] : messages_) {
    if (message.timer != 0) host_.cancel(message.timer);
  }
  messages_.clear();
}

}  // namespace openclaw::sdk
