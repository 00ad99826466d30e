// Doubling with jitter.
#include "openclaw/cpp/channel/backoff.hpp"

#include <algorithm>

namespace openclaw::sdk {

Backoff::Backoff(std::uint64_t first_ms, std::uint64_t cap_ms, std::uint64_t seed)
    : first_ms_(first_ms), cap_ms_(cap_ms), current_ms_(first_ms), random_(seed) {}

std::uint64_t Backoff::next() {
  const std::uint64_t base = current_ms_;
  current_ms_ = std::min(cap_ms_, current_ms_ * 2);
  const std::uint64_t jitter = base / 10;
  return base - jitter + std::uniform_int_distribution<std::uint64_t>(0, 2 * jitter)(random_);
}

}  // namespace openclaw::sdk
