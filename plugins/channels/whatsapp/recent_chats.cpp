#include "recent_chats.hpp"

namespace openclaw::whatsapp {

void RecentChats::heard(const std::string& chat, Heard message, std::int64_t ts_ms) {
  const auto known = chats_.find(chat);
  if (known != chats_.end()) {
    Entry& entry = known->second;
    order_.splice(order_.end(), order_, entry.place);
    if (ts_ms < entry.ts_ms || message.wamid == entry.heard.wamid) return;
    entry.heard = std::move(message);
    entry.ts_ms = ts_ms;
    entry.shown_ms.reset();
    return;
  }
  order_.push_back(chat);
  chats_.emplace(chat, Entry{std::move(message), ts_ms, std::nullopt, std::prev(order_.end())});
  if (chats_.size() > capacity_) {
    chats_.erase(order_.front());
    order_.pop_front();
  }
}

const Heard* RecentChats::find(const std::string& chat) const {
  const auto it = chats_.find(chat);
  return it == chats_.end() ? nullptr : &it->second.heard;
}

std::optional<Heard> RecentChats::begin_typing(const std::string& chat, std::int64_t now_ms) {
  const auto it = chats_.find(chat);
  if (it == chats_.end()) return std::nullopt;
  auto& shown = it->second.shown_ms;
  if (shown && now_ms - *shown < kTypingEveryMs) return std::nullopt;
  shown = now_ms;
  return it->second.heard;
}

}  // namespace openclaw::whatsapp
