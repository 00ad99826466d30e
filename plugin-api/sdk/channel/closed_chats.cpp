#include "openclaw/cpp/channel/closed_chats.hpp"

namespace openclaw::sdk {

void ClosedChats::refused(const std::string& chat, const std::string& why, std::int64_t now_ms) {
  sent(chat);
  if (closed_.size() == kMost) closed_.pop_front();
  closed_.push_back({chat, why, now_ms});
}

void ClosedChats::sent(const std::string& chat) {
  std::erase_if(closed_, [&](const Closed& one) { return one.chat == chat; });
}

std::optional<std::string> ClosedChats::trouble(std::int64_t now_ms) {
  while (!closed_.empty() && closed_.front().at_ms + kRememberedMs <= now_ms) closed_.pop_front();
  if (closed_.empty()) return std::nullopt;
  // Without the chat's name: /health/detailed shows this to everyone.
  const std::size_t n = closed_.size();
  return "the bot may not write in " +
         (n == 1 ? std::string("one chat") : std::to_string(n) + " chats") +
         " (`openclaw dead list` names them): " + closed_.front().why;
}

std::optional<std::int64_t> ClosedChats::changes_at_ms() const {
  if (closed_.empty()) return std::nullopt;
  return closed_.front().at_ms + kRememberedMs;
}

}  // namespace openclaw::sdk
