// Decides from how long the store's calls take whether it still answers.
#pragma once

#include <deque>

#include "core/daemon/watchdog.hpp"
#include "core/host/storage/store_call.hpp"

namespace openclaw::daemon {

/// Like the watchdog it stands on: only time in which the process ran counts. No I/O; the clock is
/// handed in.
class StoreWatch {
 public:
  /// `deadline` is what the store is told of each call; it is given some grace beyond.
  explicit StoreWatch(runtime::Millis deadline);
  /// About once a second; the worst of the calls that are under way.
  host::StoreAnswers look(runtime::TimePoint now, const std::deque<host::StoreCall>& calls);

 private:
  Watchdog late_, never_;
};

}  // namespace openclaw::daemon
