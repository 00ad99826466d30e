// Creation and eviction of conversations.
#include "chats.hpp"

namespace openclaw::webchat {

Chat* Chats::find(std::string_view sender, std::string_view conversation) {
  const auto it = chats_.find({std::string(sender), std::string(conversation)});
  return it == chats_.end() ? nullptr : &it->second;
}

Chat& Chats::open(std::string_view sender, std::string_view conversation, std::int64_t now) {
  Chat* chat = find(sender, conversation);
  if (chat == nullptr) {
    // With more tabs than kMaxChats there would be nothing to evict; the connection limit is lower.
    while (chats_.size() >= kMaxChats && evict_one()) {
    }
    const Key key{std::string(sender), std::string(conversation)};
    const std::string epoch = seed_ + "." + std::to_string(++created_);
    chat = &chats_.try_emplace(key, key.first, key.second, epoch).first->second;
  }
  chat->last_used = now;
  return *chat;
}

bool Chats::evict_one() {
  auto oldest = chats_.end();
  for (auto it = chats_.begin(); it != chats_.end(); ++it) {
    if (!it->second.connections.empty()) continue;
    if (oldest == chats_.end() || it->second.last_used < oldest->second.last_used) oldest = it;
  }
  if (oldest == chats_.end()) return false;
  chats_.erase(oldest);
  return true;
}

void Chats::sweep(std::int64_t now) {
  std::erase_if(chats_, [now](const auto& entry) {
    return entry.second.connections.empty() && now >= entry.second.last_used + kChatIdleMs;
  });
  const auto total = [this] {
    std::size_t bytes = 0;
    for (const auto& [key, chat] : chats_) bytes += chat.bytes();
    return bytes;
  };
  while (total() > kMaxChatBytes && evict_one()) {
  }
  for (auto& [key, chat] : chats_) {
    if (total() <= kMaxChatBytes) break;
    chat.forget();
  }
}

}  // namespace openclaw::webchat
