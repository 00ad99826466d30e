// Decides from how long the store's calls take whether it still answers.
#include "core/daemon/store_watch.hpp"

#include <algorithm>

namespace openclaw::daemon {

using host::StoreAnswers;
using runtime::Millis;

namespace {
constexpr Millis kLate{10'000};
/// A disk under load may hold a sync up for that long; ending the gateway for it helps nobody.
constexpr Millis kGrace{30'000};
}  // namespace

StoreWatch::StoreWatch(Millis deadline) : late_(kLate), never_(deadline + kGrace) {}

StoreAnswers StoreWatch::look(runtime::TimePoint now, const std::deque<host::StoreCall>& calls) {
  late_.tick(now);
  never_.tick(now);
  StoreAnswers worst = StoreAnswers::in_time;
  for (const auto& call : calls) {
    const auto since = call.since();
    if (late_.blocked(&call, since)) worst = std::max(worst, StoreAnswers::late);
    if (never_.blocked(&call, since)) worst = StoreAnswers::never;
  }
  return worst;
}

}  // namespace openclaw::daemon
