// The calendar's time, for what is recorded or told; decisions have their clock handed in.
#pragma once

#include <time.h>

#include <chrono>
#include <cstdint>

namespace openclaw::runtime {

/// Milliseconds since 1970; may jump when somebody sets the clock.
inline std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

/// Milliseconds since the machine started, its sleep included: what the calendar is judged by.
inline std::int64_t boot_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1000000;
}

}  // namespace openclaw::runtime
