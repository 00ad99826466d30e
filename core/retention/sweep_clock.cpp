#include "core/retention/sweep_clock.hpp"

#include <cstdlib>

namespace openclaw::retention {

namespace {
/// More than time servers correct in passing, and less than would matter to what is kept for days.
constexpr std::int64_t kSteadyMs = 3600 * 1000;
}  // namespace

SweepClock::SweepClock(Now start, std::int64_t keep_ms)
    : keep_ms_(keep_ms),
      offset_ms_(start.unix_ms - start.boot_ms),
      trusted_from_boot_ms_(start.boot_ms) {}

SweepClock::Verdict SweepClock::look(Now now) {
  const std::int64_t offset = now.unix_ms - now.boot_ms;
  const std::int64_t moved = offset - offset_ms_;
  if (std::abs(moved) > kSteadyMs) {
    offset_ms_ = offset;
    trusted_from_boot_ms_ = now.boot_ms + keep_ms_;
    return {false, moved};
  }
  if (now.store_ms && std::abs(now.unix_ms - *now.store_ms) > kSteadyMs) {
    return {false, 0, now.unix_ms - *now.store_ms};
  }
  return {now.boot_ms >= trusted_from_boot_ms_, 0};
}

}  // namespace openclaw::retention
