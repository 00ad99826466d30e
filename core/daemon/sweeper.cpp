// Removes what nobody needs any more from the store: old dedupe keys and ended queue rows.
#include "core/daemon/sweeper.hpp"

namespace openclaw::daemon {

namespace {
constexpr std::uint32_t kStepRows = 500;
constexpr runtime::Millis kBetweenSteps{200};
constexpr runtime::Millis kBetweenSweeps{3600 * 1000};
/// WhatsApp delivers an event again for up to 7 days; a day more for clocks.
constexpr std::int64_t kKeepMs = 8LL * 24 * 3600 * 1000;
}  // namespace

Sweeper::Sweeper(runtime::Loop& loop, pipeline::StorePort& store, log::Log& log,
                 std::function<std::int64_t()> unix_ms)
    : loop_(loop), store_(store), log_(log), unix_ms_(std::move(unix_ms)) {}

void Sweeper::start() {
  timer_ = loop_.after(runtime::Millis(60000), [this] { step(); });
}

void Sweeper::stop() {
  stopped_ = true;
  loop_.cancel(timer_);
}

void Sweeper::step() {
  timer_ = {};
  store_.write(pipeline::Sweep{kStepRows, unix_ms_() - kKeepMs},
               [this](const Result<pipeline::Written>& swept) {
                 if (stopped_) return;
                 if (swept.has_error()) {
                   log_.warn("store.sweep_failed", {{"error", swept.error().message}});
                 } else if (swept->id > 0) {
                   log_.info("store.swept", {{"rows", swept->id}});
                 }
                 const bool more = !swept.has_error() && swept->id >= kStepRows;
                 timer_ = loop_.after(more ? kBetweenSteps : kBetweenSweeps, [this] { step(); });
               });
}

}  // namespace openclaw::daemon
