// How long to wait before the next attempt.
#pragma once

#include <algorithm>
#include <cstdint>
#include <random>
#include <utility>

namespace openclaw::whatsapp {

/// Doubles from 5 s up to 5 min, each time ±10 %, so that many do not return at once.
class Backoff {
 public:
  explicit Backoff(std::uint64_t seed) : random_(seed) {}
  std::uint64_t next() {
    const std::uint64_t base = std::exchange(current_ms_, std::min(kCapMs, current_ms_ * 2));
    const std::uint64_t jitter = base / 10;
    return base - jitter + std::uniform_int_distribution<std::uint64_t>(0, 2 * jitter)(random_);
  }

 private:
  static constexpr std::uint64_t kFirstMs = 5'000, kCapMs = 300'000;
  std::uint64_t current_ms_ = kFirstMs;
  std::mt19937_64 random_;
};

}  // namespace openclaw::whatsapp
