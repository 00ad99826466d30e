#include "core/retention/cleaner.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::retention {

Cleaner::Cleaner(runtime::Loop& loop, pipeline::StorePort& store, log::Log& log, Limits limits,
                 AskClock clock, Pace pace)
    : loop_(loop),
      store_(store),
      log_(log),
      policy_(limits),
      clock_(std::move(clock)),
      pace_(pace) {}

void Cleaner::start() {
  in(pace_.first, &Cleaner::look);
}

void Cleaner::stop() {
  stopped_ = true;
  loop_.cancel(timer_);
}

void Cleaner::in(runtime::Millis pause, void (Cleaner::*then)()) {
  timer_ = loop_.after(pause, [this, then] { (this->*then)(); });
}

bool Cleaner::look_now() {
  if (stopped_ || looking_) return false;
  loop_.cancel(timer_);
  was_asked_for_ = true;
  look();
  return true;
}

void Cleaner::look() {
  looking_ = true;
  is_begun_ = false;
  gone_in_look_ = 0;
  consult();
}

void Cleaner::consult() {
  store_.stats([this](const Result<pipeline::StoreStats>& stats) {
    if (stopped_) return;
    if (stats.has_error()) return give_up(stats.error());
    if (!std::exchange(is_begun_, true)) {
      const Clock clock = clock_(stats->now_ms);
      now_ms_ = clock.unix_ms;
      policy_.begin(clock.is_right);
    }
    usage_ = {stats->sessions, stats->used_bytes};
    if (const auto order = policy_.next(usage_, now_ms_)) return carry_out(*order);
    finish_look();
  });
}

void Cleaner::carry_out(const Order& order) {
  order_ = order;
  gone_in_order_ = 0;
  store_.idle_sessions(order.idle_before_ms, order.at_most,
                       [this](Result<std::vector<pipeline::SessionRow>> found) {
                         if (stopped_) return;
                         if (found.has_error()) return give_up(found.error());
                         doomed_ = std::move(*found);
                         std::reverse(doomed_.begin(), doomed_.end());
                         entries_ = 0;
                         remove_next();
                       });
}

void Cleaner::remove_next() {
  if (doomed_.empty()) {
    // None was found, or each of them was used meanwhile.
    if (gone_in_order_ == 0) policy_.exhausted(order_.reason);
    return consult();
  }
  store_.write(pipeline::Trim{kStepEntries, doomed_.back().session, order_.idle_before_ms},
               [this](const Result<pipeline::Written>& trimmed) {
                 if (!stopped_) removed(trimmed);
               });
}

void Cleaner::removed(const Result<pipeline::Written>& trimmed) {
  if (trimmed.has_error()) {
    const Errc code = trimmed.error().code;
    if (code != Errc::conflict && code != Errc::not_found) return give_up(trimmed.error());
    return session_done();
  }
  entries_ += trimmed->id;
  counters_.entries.fetch_add(trimmed->id);
  if (trimmed->gone) {
    ++gone_in_order_;
    ++gone_in_look_;
    counters_.sessions.fetch_add(1);
    log_.info("retention.removed", {{"session", doomed_.back().session},
                                    {"entries", entries_},
                                    {"unused_since_s", doomed_.back().updated_ms / 1000},
                                    {"limit", name_of(order_.reason)}});
    return session_done();
  }
  in(pace_.between_steps, &Cleaner::remove_next);
}

void Cleaner::session_done() {
  doomed_.pop_back();
  entries_ = 0;
  in(pace_.between_steps, &Cleaner::remove_next);
}

void Cleaner::finish_look() {
  // Who asked for it waits for that line.
  if (std::exchange(was_asked_for_, false) || gone_in_look_ > 0) {
    log_.info(
        "retention.done",
        {{"sessions", gone_in_look_}, {"left", usage_.sessions}, {"used_bytes", usage_.bytes}});
  }
  const bool over = policy_.still_over(usage_);
  if (over && !over_told_) {
    log_.warn("retention.over_limit",
              {{"sessions", usage_.sessions},
               {"used_bytes", usage_.bytes},
               {"hint",
                "every conversation that is left was used in the last ten minutes: raise "
                "storage.retention.maxSessions or maxBytes"}});
  }
  over_told_ = over;
  looking_ = false;
  in(pace_.between_looks, &Cleaner::look);
}

void Cleaner::give_up(const Error& error) {
  log_.warn("retention.failed", {{"error", error.message}});
  doomed_.clear();
  looking_ = false;
  in(pace_.between_looks, &Cleaner::look);
}

}  // namespace openclaw::retention
