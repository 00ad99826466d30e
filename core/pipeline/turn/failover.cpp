#include "core/pipeline/turn/failover.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

namespace openclaw::pipeline {
namespace {

constexpr Millis kLongestWait{60'000};  // a Retry-After or cooldown above this is not waited for
constexpr std::uint32_t kRetries = 2;
constexpr std::uint32_t kRounds = 10;

bool is_overload(const Error& error) {
  return error.code == Errc::again || error.http_status == 503 || error.http_status == 529;
}

/// Asking this provider again with the same request leads nowhere.
bool is_hopeless(const Error& error, bool billing) {
  switch (error.code) {
    case Errc::invalid:
    case Errc::unsupported:
    case Errc::auth:
    case Errc::not_found:
    case Errc::permanent:
    case Errc::plugin:
    case Errc::too_large:  // of its answer; a request that does not fit comes with `length`
      return true;
    default:
      return billing;
  }
}

/// It says something about the request, not about the provider's state.
bool is_refusal(const Error& error) {
  return error.code == Errc::invalid || error.code == Errc::unsupported ||
         error.code == Errc::permanent;
}

bool merits_same_provider(const Error& error) {
  if (error.code == Errc::rate) return Millis(error.retry_after_ms) <= kLongestWait;
  return error.code == Errc::network || error.code == Errc::unknown;
}

const char* sentence_for(const std::optional<Error>& error, bool operator_needed) {
  if (error && error->code == Errc::cancelled) return "Stopped.";
  if (error && error->code == Errc::too_large)
    return "The model's answer was too large to be used; please try again, or ask for less.";
  if (error && error->code == Errc::permanent)
    return "The model gave no answer to this; please ask in other words.";
  if (operator_needed)
    return "The assistant cannot reach its model until its operator has mended the access to it.";
  if (error && error->code == Errc::deadline)
    return "The model took too long to answer; please try again.";
  return "The model could not be reached just now; please try again in a moment.";
}

}  // namespace

FailoverAttempt::FailoverAttempt(std::vector<ProviderRef> chain, Cooldowns& cooldowns,
                                 TimePoint deadline, std::function<double()> jitter01)
    : chain_(std::move(chain)),
      cooldowns_(cooldowns),
      deadline_(deadline),
      jitter01_(std::move(jitter01)),
      rounds_backoff_(Millis(2500), Millis(30'000), 0.1),
      retry_backoff_(Millis(1000), Millis(8000), 0.1),
      hopeless_(chain_.size(), false) {}

FailoverAttempt::Step FailoverAttempt::begin(TimePoint now) {
  return call_next(now);
}

FailoverAttempt::Step FailoverAttempt::call_next(TimePoint now) {
  if (now >= deadline_) return give_up(now);
  for (; index_ < chain_.size(); ++index_) {
    if (hopeless_[index_] || !cooldowns_.available(chain_[index_], now)) continue;
    current_ = index_++;
    retries_ = 0;
    retry_backoff_.reset();
    return {Step::call, chain_[current_], Millis(0), {}, {}};
  }
  return chain_exhausted(now);
}

FailoverAttempt::Step FailoverAttempt::after_failure(const Error& error, bool billing, bool length,
                                                     bool any_visible, TimePoint now) {
  const ProviderRef& target = chain_.at(current_);
  last_ = error;
  refused_ = refused_ || is_refusal(error);
  if (error.code == Errc::cancelled) return give_up(now);
  if (length) {
    Step step = give_up(now);
    step.too_long = true;
    step.error.code = Errc::too_large;
    step.error.retryable = false;
    step.error.message =
        "This conversation has grown too long for the model; /new starts a fresh one.";
    return step;
  }
  if (any_visible) {
    cooldowns_.failed(target, error, billing, now);
    Step step = give_up(now);
    step.error.retryable = false;
    step.error.message = "The answer was cut off; please ask again.";
    return step;
  }
  if (is_overload(error) && !billing) {
    overloaded_ = true;
    return call_next(now);
  }
  if (!is_hopeless(error, billing) && merits_same_provider(error) && retries_ < kRetries) {
    const Millis pause = std::max(retry_backoff_.next(jitter01_()), Millis(error.retry_after_ms));
    if (now + pause < deadline_) return wait_for(pause, true);
  }
  hopeless_[current_] = is_hopeless(error, billing);
  cooldowns_.failed(target, error, billing, now);
  return call_next(now);
}

FailoverAttempt::Step FailoverAttempt::after_wait(TimePoint now) {
  if (now >= deadline_) return give_up(now);
  if (retry_current_) {
    ++retries_;
    return {Step::call, chain_.at(current_), Millis(0), {}, {}};
  }
  ++rounds_;
  overloaded_ = false;
  index_ = 0;
  return call_next(now);
}

FailoverAttempt::Step FailoverAttempt::after_shortening(TimePoint now) {
  if (now >= deadline_) return give_up(now);
  return {Step::call, chain_.at(current_), Millis(0), {}, {}};
}

void FailoverAttempt::succeeded(TimePoint now) {
  cooldowns_.succeeded(chain_.at(current_), now);
}

FailoverAttempt::Step FailoverAttempt::chain_exhausted(TimePoint now) {
  if (rounds_ >= kRounds) return give_up(now);
  if (const auto probed = last_ ? std::nullopt : probe_target(now)) {
    current_ = *probed;
    retries_ = kRetries;  // once tells enough
    return {Step::call, chain_[current_], Millis(0), {}, {}};
  }
  if (overloaded_) {
    Millis pause = rounds_backoff_.next(jitter01_());
    if (last_ && Millis(last_->retry_after_ms) <= kLongestWait)
      pause = std::max(pause, Millis(last_->retry_after_ms));
    return now + pause < deadline_ ? wait_for(pause, false) : give_up(now);
  }
  const std::optional<TimePoint> at = earliest_end();
  if (!at) return give_up(now);
  // A moment of jitter, so that the turns which wait do not all probe in the same instant.
  const Millis pause = std::chrono::ceil<Millis>(std::max(*at, now) - now) +
                       Millis(static_cast<std::int64_t>(1000 * jitter01_()));
  const bool worth_it = pause <= kLongestWait + Millis(1000) && now + pause < deadline_;
  return worth_it ? wait_for(pause, false) : give_up(now);
}

std::optional<std::size_t> FailoverAttempt::probe_target(TimePoint now) {
  std::vector<std::pair<TimePoint, std::size_t>> by_end;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    if (const auto until = cooldowns_.until(chain_[i]); until && *until > now) {
      by_end.emplace_back(*until, i);
    }
  }
  std::sort(by_end.begin(), by_end.end());
  for (const auto& [until, i] : by_end) {
    if (cooldowns_.probe(chain_[i], now)) return i;
  }
  return std::nullopt;
}

std::optional<TimePoint> FailoverAttempt::earliest_end() const {
  std::optional<TimePoint> earliest;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    const auto until = cooldowns_.until(chain_[i]);
    if (hopeless_[i] || !until || !cooldowns_.passes_by_itself(chain_[i])) continue;
    earliest = earliest ? std::min(*earliest, *until) : *until;
  }
  return earliest;
}

FailoverAttempt::Step FailoverAttempt::wait_for(Millis pause, bool same_target) {
  retry_current_ = same_target;
  return {Step::wait, {}, pause, {}, {}};
}

FailoverAttempt::Step FailoverAttempt::give_up(TimePoint now) const {
  bool operator_needed = true;
  Step step;
  for (std::size_t i = 0; i < chain_.size(); ++i) {
    operator_needed = operator_needed && (hopeless_[i] || !cooldowns_.passes_by_itself(chain_[i]));
    const auto until = cooldowns_.until(chain_[i]);
    if (!until || *until <= now) continue;
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(*until - now).count();
    step.detail += chain_[i].provider + "/" + chain_[i].model + " failed lately and rests for " +
                   std::to_string(seconds) + " s; ";
  }
  step.refused = refused_;
  step.error.code = Errc::again;
  if (last_) step.error = *last_;
  if (last_) {
    step.detail += "last error, from " + chain_[current_].provider + "/" + chain_[current_].model +
                   ": " + last_->message;
  } else {
    step.detail += chain_.empty() ? "the agent has no provider" : "no provider was left to ask";
  }
  step.error.message = sentence_for(last_, operator_needed);
  step.error.maybe_done = false;
  step.error.retryable =
      !operator_needed && step.error.code != Errc::cancelled && step.error.code != Errc::permanent;
  if (const auto at = earliest_end(); step.error.retryable && at && *at > now)
    step.error.retry_after_ms =
        static_cast<std::uint32_t>(std::chrono::ceil<Millis>(*at - now).count());
  return step;
}

}  // namespace openclaw::pipeline
