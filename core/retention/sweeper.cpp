// Removes what nobody needs any more from the store: old dedupe keys and ended queue rows.
#include "core/retention/sweeper.hpp"

namespace openclaw::retention {

namespace {
constexpr std::uint32_t kStepRows = 500;
constexpr runtime::Millis kBetweenSteps{200};
constexpr runtime::Millis kBetweenSweeps{3600 * 1000};
/// WhatsApp delivers an event again for up to 7 days; a day more for clocks.
constexpr std::int64_t kKeepMs = 8LL * 24 * 3600 * 1000;
}  // namespace

Sweeper::Sweeper(runtime::Loop& loop, pipeline::StorePort& store, log::Log& log,
                 std::function<SweepClock::Now()> now)
    : loop_(loop), store_(store), log_(log), now_(std::move(now)), clock_(now_(), kKeepMs) {}

void Sweeper::start() {
  timer_ = loop_.after(runtime::Millis(60000), [this] { step(); });
}

void Sweeper::stop() {
  stopped_ = true;
  loop_.cancel(timer_);
}

void Sweeper::step() {
  timer_ = {};
  store_.stats([this](const Result<pipeline::StoreStats>& stats) {
    if (stopped_) return;
    if (stats.has_error()) return over(stats.error());
    sweep(stats->now_ms);
  });
}

void Sweeper::sweep(std::optional<std::int64_t> store_ms) {
  SweepClock::Now now = now_();
  now.store_ms = store_ms;
  const SweepClock::Verdict verdict = clock_.look(now);
  if (verdict.differs_ms != 0) {
    log_.warn("store.sweep_put_off",
              {{"clock_ahead_of_stores_s", verdict.differs_ms / 1000},
               {"hint",
                "nothing is removed while this machine's calendar and the store's differ; see to "
                "the clocks of both"}});
  } else if (verdict.moved_ms != 0) {
    log_.warn(
        "store.sweep_put_off",
        {{"clock_moved_s", verdict.moved_ms / 1000},
         {"for_s", kKeepMs / 1000},
         {"hint", "nothing is removed until its age is certain; see to the machine's clock"}});
  }
  if (!verdict.sweep) {
    timer_ = loop_.after(kBetweenSweeps, [this] { step(); });
    return;
  }
  store_.write(pipeline::Sweep{kStepRows, now.unix_ms - kKeepMs},
               [this](const Result<pipeline::Written>& swept) {
                 if (stopped_) return;
                 if (swept.has_error()) return over(swept.error());
                 if (swept->id > 0) log_.info("store.swept", {{"rows", swept->id}});
                 const bool more = swept->id >= kStepRows;
                 timer_ = loop_.after(more ? kBetweenSteps : kBetweenSweeps, [this] { step(); });
               });
}

void Sweeper::over(const Error& error) {
  log_.warn("store.sweep_failed", {{"error", error.message}});
  timer_ = loop_.after(kBetweenSweeps, [this] { step(); });
}

}  // namespace openclaw::retention
