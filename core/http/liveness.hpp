// When a silent WebSocket peer is pinged, and when it is given up.
#pragma once

#include <cstdint>

#include "core/runtime/loop.hpp"

namespace openclaw::http {

class Liveness {
 public:
  static constexpr std::chrono::seconds ping_after{25};
  static constexpr std::chrono::seconds dead_after{60};
  enum class Verdict : std::uint8_t { alive, ping, dead };

  explicit Liveness(runtime::TimePoint now) : heard_(now), asked_(now) {}
  void heard(runtime::TimePoint now) { heard_ = asked_ = now; }
  /// `ping` once per ping_after of silence.
  Verdict check(runtime::TimePoint now) {
    if (now - heard_ >= dead_after) return Verdict::dead;
    if (now - asked_ < ping_after) return Verdict::alive;
    asked_ = now;
    return Verdict::ping;
  }

 private:
  runtime::TimePoint heard_;
  runtime::TimePoint asked_;  ///< last ping, or last sign of life
};

}  // namespace openclaw::http
