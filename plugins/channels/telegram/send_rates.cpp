// Puts a chat's rate and the bot's together.
#include "send_rates.hpp"

#include <algorithm>

namespace openclaw::telegram {

namespace {

sdk::Pace pace_of(const std::string& chat) {
  // Three at once for the parts of a long answer; a group gets 3 + 60 s / 3.5 s = 20 in a minute.
  return is_private(chat) ? sdk::Pace(1000, 3) : sdk::Pace(3500, 3);
}

/// The gateway sends one at a time to each of these, so each has one place.
std::string lane_of(const Target& target) {
  return target.chat_id + '\x1f' + target.thread_id;
}

}  // namespace

std::uint32_t SendRates::begin(const Target& target, std::int64_t now_ms) {
  if (const auto ms = held_ms(target.chat_id, now_ms)) return ms;
  const std::string lane = lane_of(target);
  if (under_way_.contains(lane)) return kUnderWayMs;
  sdk::Pace& own = chat_of(target.chat_id, now_ms).pace;
  std::int64_t due = own.due(lane, now_ms);
  if (due <= now_ms) due = all_.due(lane, now_ms);
  if (due > now_ms) return static_cast<std::uint32_t>(due - now_ms);
  own.take(lane, now_ms);
  all_.take(lane, now_ms);
  under_way_.insert(lane);
  return 0;
}

std::uint32_t SendRates::begin_aside(const Target& target, std::int64_t now_ms) {
  if (const auto ms = held_ms(target.chat_id, now_ms)) return ms;
  const std::string lane = lane_of(target);
  if (under_way_.contains(lane)) return kUnderWayMs;
  sdk::Pace& own = chat_of(target.chat_id, now_ms).pace;
  if (!own.has_spare(now_ms) || !all_.has_spare(now_ms)) return kAsideMs;
  own.take({}, now_ms);
  all_.take({}, now_ms);
  return 0;
}

void SendRates::done(const Target& target) {
  under_way_.erase(lane_of(target));
}

void SendRates::hold(const std::string& chat, std::uint32_t ms, std::int64_t now_ms) {
  Chat& entry = chat_of(chat, now_ms);
  entry.held_until_ms = std::max(entry.held_until_ms, now_ms + std::int64_t{ms});
}

std::uint32_t SendRates::held_ms(const std::string& chat, std::int64_t now_ms) const {
  const auto it = chats_.find(chat);
  if (it == chats_.end() || it->second.held_until_ms <= now_ms) return 0;
  return static_cast<std::uint32_t>(it->second.held_until_ms - now_ms);
}

SendRates::Chat& SendRates::chat_of(const std::string& chat, std::int64_t now_ms) {
  if (chats_.size() > forget_above_) {
    std::erase_if(chats_, [now_ms](const auto& item) {
      return item.second.held_until_ms <= now_ms && item.second.pace.idle(now_ms);
    });
    // Looking at all is worth it again only when there are many more.
    forget_above_ = std::max(kRememberedChats, 2 * chats_.size());
  }
  return chats_.try_emplace(chat, Chat{pace_of(chat), 0}).first->second;
}

}  // namespace openclaw::telegram
