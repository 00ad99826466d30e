// One rate limit, with its next places kept for who was told to come back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace openclaw::sdk {

/// Lets `burst` through at once and one more every `interval_ms` (GCRA). Who cannot go now is
/// promised a place and comes back then, so those who wait go in the order in which they came, and
/// no newcomer before them. No I/O; the clock is handed in.
class Pace {
 public:
  /// So many at most have a place; who comes then hears when the last of them is through.
  static constexpr std::size_t kMaxPromises = 10'000;
  /// Who has not come so long after their time has lost their place: they may never come.
  static constexpr std::int64_t kGraceMs = 60'000;

  Pace(std::int64_t interval_ms, std::int64_t burst)
      : interval_ms_(interval_ms), slack_ms_(interval_ms * (burst - 1)) {}

  /// When `who` may go: now, or later, and then they are promised that moment.
  std::int64_t due(const std::string& who, std::int64_t now_ms);
  /// True while nobody waits, and one more could go besides who goes now: for what may as well not
  /// go.
  [[nodiscard]] bool has_spare(std::int64_t now_ms) const;
  /// `who` goes: due() has said now, or has_spare() true.
  void take(const std::string& who, std::int64_t now_ms);
  /// True when it remembers nothing any more.
  [[nodiscard]] bool idle(std::int64_t now_ms) const;

 private:
  [[nodiscard]] std::int64_t ready_at() const { return full_at_ms_ - slack_ms_; }
  [[nodiscard]] bool is_lost(std::int64_t place, std::int64_t now_ms) const {
    return place + behind_ms_ + kGraceMs < now_ms;
  }

  std::int64_t interval_ms_, slack_ms_, full_at_ms_ = 0;
  /// Places are kept in a time of their own, `behind_ms_` behind the clock: when a stall made many
  /// late who cannot all go at once, all move back together, in order.
  std::int64_t behind_ms_ = 0;
  std::map<std::int64_t, std::string> places_;
  std::map<std::string, std::int64_t> place_of_;
};

}  // namespace openclaw::sdk
