// Waiting for a schema that another gateway may still hold.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "link.hpp"

namespace openclaw::postgres {

/// One attempt to get it: done, or who is in the way.
struct Claim {
  bool done = true;
  std::string holder;
  std::int64_t left_ms = 0;  ///< of its lease
  std::string refusal;       ///< the sentence when that one lives, in which %H is its name
  /// That lease has ended, and its holder has so much time left to renew it all the same: the
  /// server may have been away. `mark` changes when one of them does.
  bool lapsed = false;
  std::int64_t mark = 0;
};

/// What is known of the holders by then.
struct Known {
  std::string gone;            ///< those that are no more, one a line
  std::int64_t waited_ms = 0;  ///< since the others were seen lapsed, with that mark
  std::int64_t mark = 0;
};

/// Repeats `attempt` until it is done: when the holder in the way turns out to be gone, its lease
/// ends, or its time to renew one that has ended. Throws StoreError(OC_E_AGAIN) when that one
/// lives, or its lease lasts longer than there is time.
void claim(const std::function<Claim(const Known&)>& attempt, TimePoint deadline);

}  // namespace openclaw::postgres
