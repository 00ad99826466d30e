// What the policy would remove now, without removing it.
#pragma once

#include <vector>

#include "core/pipeline/ports.hpp"
#include "core/retention/policy.hpp"

namespace openclaw::retention {

struct Forecast {
  struct Part {
    Reason reason = Reason::age;
    std::uint64_t sessions = 0, entries = 0, bytes = 0;  ///< bytes of text
  };
  std::vector<Part> parts;                     ///< what goes for each limit, in the policy's order
  std::vector<pipeline::SessionRow> sessions;  ///< those that go, in order
  bool more = false;  ///< further ones may go, beyond those that were looked at
  Usage over;         ///< what is left above a limit all the same, since it was used a moment ago
};

/// `idle`: the sessions not used in the last Policy::kYoungMs, the longest unused first; `whole`:
/// they are all of them. Sizes are estimated by the sessions' texts. No I/O.
Forecast forecast(const Limits& limits, Usage usage, std::int64_t unix_ms,
                  const std::vector<pipeline::SessionRow>& idle, bool whole);

}  // namespace openclaw::retention
