// One thread's place for calls into the store: whether one is under way, and since when.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "core/runtime/loop.hpp"

namespace openclaw::host {

/// [any thread] All of it; one thread makes the calls, the watchdog looks.
class StoreCall {
 public:
  void began(runtime::TimePoint now) { since_.store(now.time_since_epoch().count()); }
  void ended() { since_.store(kNone); }
  [[nodiscard]] std::optional<runtime::TimePoint> since() const {
    const auto since = since_.load();
    if (since == kNone) return std::nullopt;
    return runtime::TimePoint(runtime::SteadyClock::duration(since));
  }

 private:
  static constexpr runtime::SteadyClock::rep kNone = 0;
  std::atomic<runtime::SteadyClock::rep> since_{kNone};
};

/// How the store's calls come back, the worst of them; from better to worse.
enum class StoreAnswers : std::uint8_t {
  in_time,
  late,  ///< much later than it should
  never  ///< so late that it is not waited for any more: what became of it is unknown
};

}  // namespace openclaw::host
