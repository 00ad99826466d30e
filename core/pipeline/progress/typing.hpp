// "… is typing": in a message's chat, from when it is accepted until it is answered.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "core/pipeline/ports.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {

/// In a direct chat, and in a group that spoke to the bot.
[[nodiscard]] bool expects_answer(const Inbound& message);

/// Refreshed as long as it lives. To be used and destroyed on the loop.
class TypingIndicator {
 public:
  TypingIndicator(runtime::Loop& loop, ChannelPort& channel, Inbound to);
  ~TypingIndicator();
  TypingIndicator(const TypingIndicator&) = delete;
  TypingIndicator& operator=(const TypingIndicator&) = delete;

  void show_again();  ///< another one in the same chat has ended
  /// From its next refresh on, for another message of the same chat.
  void follow(const Inbound& message) { to_ = message; }
  [[nodiscard]] bool in_chat_of(const Inbound& message) const;

 private:
  void show();

  runtime::Loop& loop_;
  ChannelPort& channel_;
  Inbound to_;
  runtime::TimerId refresh_{};
};

/// Of messages that wait for their turn: of each session, the last one.
class WaitingIndicators {
 public:
  /// In an onslaught, what waits beyond these is shown once its turn begins.
  static constexpr std::size_t kMost = 100;

  explicit WaitingIndicators(runtime::Loop& loop) : loop_(loop) {}

  /// `channel` may be null.
  void waits(const std::string& session, std::uint64_t id, ChannelPort* channel,
             const Inbound& message);
  /// That message's, or null: its turn shows it from now on, or it ends because there is none.
  std::unique_ptr<TypingIndicator> take(const std::string& session, std::uint64_t id);
  void show_again(const std::string& session);  ///< its turn has ended
  void clear() { shown_.clear(); }

 private:
  struct Shown {
    std::uint64_t id = 0;
    std::unique_ptr<TypingIndicator> indicator;
  };
  runtime::Loop& loop_;
  std::map<std::string, Shown> shown_;  ///< by session
};

}  // namespace openclaw::pipeline
