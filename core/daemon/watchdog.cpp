// Decides which plugin calls have blocked for too long.
#include "core/daemon/watchdog.hpp"

#include <algorithm>

namespace openclaw::daemon {

namespace {
/// A round that comes later than that comes after a pause of the whole process.
constexpr runtime::Millis kPunctual{2500};
}  // namespace

void Watchdog::tick(runtime::TimePoint now) {
  const bool first = now_ == runtime::TimePoint{};
  step_ = first || now - now_ > kPunctual ? runtime::SteadyClock::duration{0} : now - now_;
  now_ = now;
}

bool Watchdog::blocked(const void* who, std::optional<runtime::TimePoint> in_call_since) {
  if (!in_call_since) {
    calls_.erase(who);
    return false;
  }
  auto& call = calls_[who];
  if (call.since != *in_call_since) call = {*in_call_since, {}};
  call.awake += std::min(step_, std::max(now_ - call.since, runtime::SteadyClock::duration{0}));
  return call.awake > limit_;
}

}  // namespace openclaw::daemon
