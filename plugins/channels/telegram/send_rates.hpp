// Which send may go now, and when to come back with one that may not.
//
// About 1 message/s to a chat, 20/min to a group, 30/s in all (reported, not documented): shaping
// only keeps 429 rare, which is obeyed when it comes. No I/O; the clock is handed in.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

#include "openclaw/cpp/channel/pace.hpp"
#include "requests.hpp"

namespace openclaw::telegram {

/// Nothing waits here: a reply that waits is safe with the gateway, not in a process that may die.
class SendRates {
 public:
  /// How long to stay away while the one before it, to the same chat and topic, is under way.
  static constexpr std::uint32_t kUnderWayMs = 500;
  static constexpr std::uint32_t kAsideMs = 1'000;

  /// 0: it goes now, and done() follows. Else in how many milliseconds to come back; the place is
  /// kept until then.
  std::uint32_t begin(const Target& target, std::int64_t now_ms);
  void done(const Target& target);
  /// For what gives way to all sends. 0: it goes now, and is counted. Else in how many milliseconds
  /// to ask again; no place is kept.
  std::uint32_t begin_aside(const Target& target, std::int64_t now_ms);
  /// Telegram said 429 for this chat.
  void hold(const std::string& chat, std::uint32_t ms, std::int64_t now_ms);
  /// How long this chat is still held; 0 = it is not.
  [[nodiscard]] std::uint32_t held_ms(const std::string& chat, std::int64_t now_ms) const;
  /// Chats it knows something about.
  [[nodiscard]] std::size_t remembered() const { return chats_.size(); }

 private:
  static constexpr std::size_t kRememberedChats = 1024;
  struct Chat {
    sdk::Pace pace;
    std::int64_t held_until_ms = 0;
  };
  Chat& chat_of(const std::string& chat, std::int64_t now_ms);

  std::map<std::string, Chat> chats_;
  std::size_t forget_above_ = kRememberedChats;
  sdk::Pace all_{34, 5};
  std::set<std::string> under_way_;  ///< chat and topic
};

}  // namespace openclaw::telegram
