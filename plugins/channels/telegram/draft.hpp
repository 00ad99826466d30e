// One answer in the making: what of it to show, when. No I/O; the clock is handed in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace openclaw::telegram {

/// Non-zero, the same for one turn: Telegram animates from one text to the next.
std::int64_t draft_id_of(std::string_view turn_id);

/// What is shown of a text that cannot be rendered: its end, within Telegram's limit.
std::string end_of_draft(std::string_view text);

class Draft {
 public:
  static constexpr std::int64_t kIntervalMs = 300;
  /// Of a long text the end is what the person reads along.
  static constexpr std::size_t kMaxBytes = 16 * 1024;
  static constexpr std::int64_t kSoonMs = 50, kSeldomMs = 1'000;

  void add(std::string_view text);
  void reset();
  /// The text to show now, as the model writes it; absent when nothing is new, one is under way, or
  /// it is too early.
  std::optional<std::string> next(std::int64_t now_ms);
  /// The one under way was answered; `hold_ms` from a 429.
  void answered(std::int64_t now_ms, std::uint64_t hold_ms);
  /// When next() has something again; absent: not before add() or answered().
  [[nodiscard]] std::optional<std::uint64_t> wake_in_ms(std::int64_t now_ms) const;
  [[nodiscard]] bool in_flight() const { return in_flight_; }
  /// When to look again for the end of the one under way; 0 = none is. As long again as it has
  /// taken so far: soon for a quick platform, seldom for a slow one.
  [[nodiscard]] std::uint32_t quiet_in_ms(std::int64_t now_ms) const;

 private:
  std::string text_;
  bool changed_ = false, in_flight_ = false;
  std::int64_t not_before_ms_ = 0, begun_ms_ = 0;
};

}  // namespace openclaw::telegram
