// Says when a stream has made no progress for too long, with the time handed in.
#pragma once

#include <cstdint>

namespace openclaw::sdk {

class ProgressDeadline {
 public:
  /// Milliseconds; 0 = no such deadline.
  ProgressDeadline(std::int64_t now_ms, std::uint32_t first_ms, std::uint32_t idle_ms)
      : last_ms_(now_ms), first_ms_(first_ms), idle_ms_(idle_ms) {}

  void progress(std::int64_t now_ms) {
    last_ms_ = now_ms;
    begun_ = true;
  }
  [[nodiscard]] bool begun() const { return begun_; }
  [[nodiscard]] std::uint32_t limit_ms() const { return begun_ ? idle_ms_ : first_ms_; }
  /// When to look again: after this many milliseconds; 0 = expired; negative = never.
  [[nodiscard]] std::int64_t left_ms(std::int64_t now_ms) const {
    if (limit_ms() == 0) return -1;
    const std::int64_t left = last_ms_ + limit_ms() - now_ms;
    return left > 0 ? left : 0;
  }

 private:
  std::int64_t last_ms_;
  std::uint32_t first_ms_, idle_ms_;
  bool begun_ = false;
};

}  // namespace openclaw::sdk
