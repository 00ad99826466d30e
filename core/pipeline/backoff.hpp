// Grows the pause between attempts.
#pragma once

#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {
using runtime::Millis;

/// Doubles from `first` to `cap`; each pause is spread by ±`jitter` (0.1 = 10 %), never above
/// `cap`.
class Backoff {
 public:
  Backoff(Millis first, Millis cap, double jitter);
  /// `random01` in [0, 1).
  Millis next(double random01);
  void reset();

 private:
  Millis first_, cap_, current_;
  double jitter_;
};

}  // namespace openclaw::pipeline
