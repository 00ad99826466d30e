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
    while (chats_.size() >= kMaxChats && evict_one(nullptr)) {
    }
    const Key key{std::string(sender), std::string(conversation)};
    chat = &chats_.try_emplace(key, key.first, key.second, next_epoch(), &bytes_).first->second;
  }
  chat->last_used = now;
  keep_within_bytes(chat);
  return *chat;
}

bool Chats::evict_one(const Chat* used) {
  auto oldest = chats_.end();
  for (auto it = chats_.begin(); it != chats_.end(); ++it) {
    if (!it->second.connections.empty() || &it->second == used) continue;
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
  keep_within_bytes(nullptr);
}

void Chats::keep_within_bytes(const Chat* used) {
  while (bytes_ > kMaxChatBytes && evict_one(used)) {
  }
  for (auto& [key, chat] : chats_) {
    if (bytes_ <= kMaxChatBytes) break;
    if (&chat != used) chat.forget();
  }
}

}  // namespace openclaw::webchat
