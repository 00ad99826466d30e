// The server's patience: a token bucket of lines, with places kept for who was told to come back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

namespace openclaw::irc {

class FloodGate {
 public:
  FloodGate(std::size_t burst, std::int64_t interval_ms)
      : burst_(static_cast<std::int64_t>(burst)), interval_ms_(interval_ms) {}

  /// 0: a message of `lines` may begin now; take() it. Else in how many milliseconds, and a place
  /// is kept for `who` until a while after. More lines than the burst may begin when the bucket is
  /// full; those behind the burst then go one each interval.
  std::int64_t wait_ms(const std::string& who, std::size_t lines, std::int64_t now_ms);
  /// Lines that go, with `who`'s place given up.
  void take(const std::string& who, std::size_t lines, std::int64_t now_ms);
  /// How many of `lines` that began at `begun_ms` are due.
  [[nodiscard]] std::size_t due(std::size_t lines, std::int64_t begun_ms,
                                std::int64_t now_ms) const;
  /// When line number `line` of it is (from 0).
  [[nodiscard]] std::int64_t due_at(std::size_t line, std::int64_t begun_ms) const;
  /// Whether a line that nobody waits for may go.
  [[nodiscard]] bool idle(std::int64_t now_ms) const;
  /// A new connection: the server has forgotten what it had counted.
  void reset() { full_at_ms_ = 0; }

 private:
  struct Place {
    std::string who;
    std::size_t lines;
    std::int64_t lost_at_ms;
  };
  static constexpr std::size_t kMaxPlaces = 64;
  static constexpr std::int64_t kPatienceMs = 10'000;
  [[nodiscard]] std::int64_t start_at(std::int64_t full_at_ms, std::size_t lines,
                                      std::int64_t now_ms) const;

  std::int64_t burst_, interval_ms_;
  std::int64_t full_at_ms_ = 0;  ///< when every token would be back
  std::deque<Place> places_;
};

}  // namespace openclaw::irc
