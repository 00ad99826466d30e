// Decides which plugin calls have blocked for too long.
#pragma once

#include <map>
#include <optional>

#include "core/runtime/loop.hpp"

namespace openclaw::daemon {

/// Counts only the time in which the process demonstrably ran, so that a machine that slept, or a
/// process that was stopped, puts the blame on nobody. No I/O; the clock is handed in.
class Watchdog {
 public:
  explicit Watchdog(runtime::Millis limit = runtime::Millis{5000}) : limit_(limit) {}

  /// Begins a round; about once a second.
  void tick(runtime::TimePoint now);
  /// Within a round, once for each `who`: true when the call that it is in has taken too long.
  bool blocked(const void* who, std::optional<runtime::TimePoint> in_call_since);

 private:
  struct Call {
    runtime::TimePoint since;
    runtime::SteadyClock::duration awake{0};
  };
  runtime::Millis limit_;
  runtime::TimePoint now_{};
  runtime::SteadyClock::duration step_{0};  ///< awake time since the round before
  std::map<const void*, Call> calls_;
};

}  // namespace openclaw::daemon
