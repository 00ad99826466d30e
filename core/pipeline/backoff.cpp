#include "core/pipeline/backoff.hpp"

#include <algorithm>
#include <cmath>

namespace openclaw::pipeline {

Backoff::Backoff(Millis first, Millis cap, double jitter)
    : first_(std::min(first, cap)), cap_(cap), current_(first_), jitter_(jitter) {}

Millis Backoff::next(double random01) {
  const double factor = 1.0 + jitter_ * (2.0 * random01 - 1.0);
  const Millis spread(std::llround(static_cast<double>(current_.count()) * factor));
  current_ = current_ > cap_ / 2 ? cap_ : current_ * 2;
  return std::clamp(spread, Millis(0), cap_);
}

void Backoff::reset() {
  current_ = first_;
}

}  // namespace openclaw::pipeline
