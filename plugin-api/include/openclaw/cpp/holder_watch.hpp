// Whether it is worth waiting for a store that another process holds by a lease. Decisions only:
// whoever asks reads /proc and the clock, and does the waiting.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "openclaw/cpp/holder.hpp"

namespace openclaw::sdk {

/// Of one attempt to get a store: it is told each time of the holder that is in the way. [one
/// thread]
class HolderWatch {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  enum class Next {
    ask_again,  ///< at once: that process is gone
    pause,      ///< then ask again: its lease may end
    it_lives,   ///< refuse
    no_time,    ///< refuse: nobody sees it live, but its lease outlasts the deadline
  };
  struct Step {
    Next next;
    std::chrono::milliseconds pause{0};
  };

  explicit HolderWatch(TimePoint deadline) : deadline_(deadline) {}

  /// One has it for `left_ms` more, unless it renews that; `fate` is fate_of_holder()'s.
  Step meet(std::string_view holder, Fate fate, std::int64_t left_ms, TimePoint now);
  /// One that is done with it in a moment, and lives as long as it is not gone.
  Step wait_for(std::string_view holder, Fate fate, TimePoint now);
  /// Those that share the store: their leases have ended, and each is given the time of one to
  /// renew it all the same, as the store may have been away. `left_ms` is left of that for
  /// `holder`, of the longest lease; `mark` is not 0 and changes when one of them renews.
  Step await_renewal(std::string_view holder, Fate fate, std::int64_t left_ms, std::int64_t mark,
                     TimePoint now);
  /// That mark, or 0, and for how long it has been that.
  [[nodiscard]] std::int64_t mark() const { return mark_; }
  [[nodiscard]] std::int64_t waited_ms(TimePoint now) const;
  /// The processes that are gone: their leases count for nothing.
  [[nodiscard]] const std::vector<std::string>& gone() const { return gone_; }

 private:
  TimePoint deadline_;
  std::vector<std::string> gone_;
  std::string last_;  // whom we met last, and how long it had it then
  std::int64_t left_before_ = 0;
  std::int64_t mark_ = 0;
  TimePoint marked_at_{};
};

}  // namespace openclaw::sdk
