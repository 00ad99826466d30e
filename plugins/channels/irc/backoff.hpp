// How long to wait before the next attempt.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>

namespace openclaw::irc {

/// Doubles from `first_ms` up to `cap_ms`, each time ±10 %, so that many do not return at once.
class Backoff {
 public:
  Backoff(std::int64_t first_ms, std::int64_t cap_ms, std::uint64_t seed)
      : first_ms_(first_ms), cap_ms_(cap_ms), current_ms_(first_ms), random_(seed) {}
  std::int64_t next() {
    const std::int64_t base = current_ms_;
    current_ms_ = std::min(cap_ms_, current_ms_ * 2);
    return base - base / 10 + std::uniform_int_distribution<std::int64_t>(0, base / 5)(random_);
  }
  void reset() { current_ms_ = first_ms_; }

 private:
  std::int64_t first_ms_, cap_ms_, current_ms_;
  std::minstd_rand random_;
};

}  // namespace openclaw::irc
