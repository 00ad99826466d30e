// The calendar's time, for what is recorded or told; decisions have their clock handed in.
#pragma once

#include <chrono>
#include <cstdint>

namespace openclaw::runtime {

/// Milliseconds since 1970; may jump when somebody sets the clock.
inline std::int64_t unix_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace openclaw::runtime
