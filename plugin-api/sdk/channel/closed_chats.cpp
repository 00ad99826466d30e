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
  const Closed& newest = closed_.back();
  std::string out = "nothing can be sent to the chat " + newest.chat;
  const std::size_t others = closed_.size() - 1;
  if (others > 0) out += " and " + std::to_string(others) + (others == 1 ? " other" : " others");
  return out + ": " + newest.why;
}

std::optional<std::int64_t> ClosedChats::changes_at_ms() const {
  if (closed_.empty()) return std::nullopt;
  return closed_.front().at_ms + kRememberedMs;
}

}  // namespace openclaw::sdk
