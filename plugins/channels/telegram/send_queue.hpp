// When each waiting send may go: in order within a chat, one at a time, within Telegram's rates.
//
// About 1 message/s to a chat, 20/min to a group, 30/s in all (reported, not documented): shaping
// only keeps 429 rare, which is obeyed when it comes. No I/O; the clock is handed in.
#pragma once

#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace openclaw::telegram {

/// Lets `burst` through at once and one more every `interval_ms` (GCRA).
class RateLimit {
 public:
  RateLimit(std::int64_t interval_ms, std::int64_t burst)
      : interval_ms_(interval_ms), slack_ms_(interval_ms * (burst - 1)) {}
  [[nodiscard]] std::int64_t ready_at() const { return full_at_ms_ - slack_ms_; }
  void take(std::int64_t now_ms);
  /// True when it remembers nothing any more.
  [[nodiscard]] bool idle(std::int64_t now_ms) const { return full_at_ms_ <= now_ms; }

 private:
  std::int64_t interval_ms_, slack_ms_, full_at_ms_ = 0;
};

class SendQueue {
 public:
  using Ticket = std::uint64_t;
  static constexpr std::size_t kMaxWaiting = 1000;
  static constexpr std::size_t kMaxWaitingPerChat = 20;

  enum class Admission { queued, full, held };
  Admission push(const std::string& chat, Ticket ticket, std::int64_t now_ms);
  /// The next send that may go now. Its chat is busy until done().
  std::optional<Ticket> next(std::int64_t now_ms);
  void done(const std::string& chat, std::int64_t now_ms);
  /// Telegram said 429 for this chat. Returns what waits for it: the gateway keeps that instead.
  std::vector<Ticket> hold(const std::string& chat, std::uint64_t ms, std::int64_t now_ms);
  /// How long this chat is still held; 0 = it is not.
  [[nodiscard]] std::uint64_t held_ms(const std::string& chat, std::int64_t now_ms) const;
  /// False when it does not wait here (any more).
  bool remove(Ticket ticket);
  /// When next() can give something again; absent: only after push() or done().
  [[nodiscard]] std::optional<std::uint64_t> wake_in_ms(std::int64_t now_ms) const;
  [[nodiscard]] std::size_t waiting() const { return waiting_; }

 private:
  struct Chat {
    RateLimit rate;
    std::deque<Ticket> queue;
    std::int64_t held_until_ms = 0;
    bool busy = false;
  };
  void forget_idle(std::int64_t now_ms);

  std::map<std::string, Chat> chats_;
  std::list<std::string> order_;  ///< chats that wait, the one served longest ago first
  RateLimit all_{34, 5};
  std::size_t waiting_ = 0;
};

}  // namespace openclaw::telegram
