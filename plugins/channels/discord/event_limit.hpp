// Discord's limit on what a client says: 120 events in 60 s, or it closes with 4008.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>

namespace openclaw::discord {

class EventLimit {
 public:
  static constexpr std::size_t kEvents = 120;
  static constexpr std::int64_t kWindowMs = 60'000;
  /// Kept free for our own heartbeats and RESUMEs when the server asks for more heartbeats.
  static constexpr std::size_t kReserve = 20;

  /// An event goes out now. False: it must not. `urgent` may use the reserve.
  bool take(std::int64_t now_ms, bool urgent) {
    while (!sent_.empty() && sent_.front() + kWindowMs <= now_ms) sent_.pop_front();
    if (sent_.size() >= (urgent ? kEvents : kEvents - kReserve)) return false;
    sent_.push_back(now_ms);
    return true;
  }
  /// A new connection has a limit of its own.
  void reset() { sent_.clear(); }

 private:
  std::deque<std::int64_t> sent_;
};

}  // namespace openclaw::discord
