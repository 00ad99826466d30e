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
};

/// Repeats `attempt` until it is done: when the holder in the way turns out to be gone (`gone`: all
/// such ones, one a line), or its lease ends. Throws StoreError(OC_E_AGAIN) when that one lives, or
/// its lease lasts longer than there is time.
void claim(const std::function<Claim(const std::string& gone)>& attempt, TimePoint deadline);

}  // namespace openclaw::postgres
