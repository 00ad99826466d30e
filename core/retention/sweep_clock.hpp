// Decides whether the calendar can be trusted to say how old the store's rows are.
#pragma once

#include <cstdint>
#include <optional>

namespace openclaw::retention {

/// A machine without a clock of its own boots months behind and then jumps: what it wrote before
/// looks old at once. So after the calendar has moved against the time since boot, nothing counts
/// as old until the keeping time has passed on a steady calendar: by then every row of before is
/// that old indeed. A store with a calendar of its own must agree, or one of several gateways that
/// was started with a wrong one would take everything for old. No I/O; the clocks are handed in.
class SweepClock {
 public:
  struct Now {
    std::int64_t unix_ms = 0;
    std::int64_t boot_ms = 0;  ///< counts on while the machine sleeps, and is never set
    std::optional<std::int64_t> store_ms{};  ///< the store's own, when it has one
  };
  struct Verdict {
    bool sweep = false;
    std::int64_t moved_ms = 0;    ///< what the calendar was just found to have moved by; else 0
    std::int64_t differs_ms = 0;  ///< how far it is ahead of the store's, when that is too far
  };

  SweepClock(Now start, std::int64_t keep_ms);

  Verdict look(Now now);

 private:
  std::int64_t keep_ms_;
  std::int64_t offset_ms_;  ///< of the calendar from the time since boot, while it is steady
  std::int64_t trusted_from_boot_ms_;
};

}  // namespace openclaw::retention
