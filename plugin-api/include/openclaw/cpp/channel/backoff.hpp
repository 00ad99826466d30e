// How long to wait before the next attempt.
#pragma once

#include <cstdint>
#include <random>

namespace openclaw::sdk {

/// Doubles from `first_ms` up to `cap_ms`, each time ±10 %, so that many do not return at once.
class Backoff {
 public:
  Backoff(std::uint64_t first_ms, std::uint64_t cap_ms, std::uint64_t seed);
  std::uint64_t next();
  void reset() { current_ms_ = first_ms_; }

 private:
  std::uint64_t first_ms_, cap_ms_, current_ms_;
  std::mt19937_64 random_;
};

}  // namespace openclaw::sdk
