#include "core/pipeline/delivery/delivery_policy.hpp"

#include <algorithm>
#include <utility>

#include "core/pipeline/backoff.hpp"

namespace openclaw::pipeline {
namespace {

/// The platform has looked at the message and does not take it.
bool refused(const Error& error) {
  switch (error.code) {
    case Errc::permanent:
      return true;
    case Errc::invalid:
    case Errc::unsupported:
    case Errc::too_large:
    case Errc::not_found:
    case Errc::conflict:
      return !error.retryable;
    default:
      return false;
  }
}

/// Says something about us or the channel as a whole, nothing about this message.
bool is_not_the_messages_fault(const Error& error) {
  return error.code == Errc::auth || error.code == Errc::cancelled || error.code == Errc::again ||
         (error.code == Errc::rate && error.retry_after_ms > 0);
}

/// The channel has a moment in mind for it, and nothing was asked of the platform.
bool is_handed_back(const Error& error) {
  return error.code == Errc::again && error.retry_after_ms > 0 && !error.maybe_done;
}

DeliveryDecision end(Next next, std::string reason) {
  DeliveryDecision decision;
  decision.next = next;
  decision.reason = std::move(reason);
  return decision;
}

}  // namespace

DeliveryPolicy::DeliveryPolicy(DeliveryOptions options, std::function<double()> random01)
    : options_(std::move(options)), random01_(std::move(random01)) {}

DeliveryDecision DeliveryPolicy::after_attempt(const SendOutcome& outcome, TimePoint now,
                                               std::int64_t unix_ms) {
  if (outcome.sent) return end(Next::sent, {});
  const Error& error = outcome.error;
  const bool maybe_done = error.maybe_done || error.code == Errc::unknown;
  const bool in_doubt = maybe_done || outcome.doubted;
  const auto too_late = [&](std::int64_t at) {
    return in_doubt && !may_resend(outcome.idempotent_ms, outcome.sent_unix_ms, at);
  };
  const std::string not_known = "the outcome of the send is not known: " + error.message;
  if (too_late(unix_ms)) return end(Next::unknown, not_known);

  // What may have arrived is never called dead.
  const Next otherwise = in_doubt ? Next::unknown : Next::dead;
  if (!maybe_done && refused(error)) return end(otherwise, error.message);
  const bool counts = !is_not_the_messages_fault(error);
  if (counts && outcome.attempts >= options_.max_attempts)
    return end(otherwise,
               std::to_string(outcome.attempts) + " attempts failed, lastly: " + error.message);
  const bool handed_back = is_handed_back(error);
  Millis pause = handed_back ? options_.handed_back_minimum : pause_after(outcome.attempts);
  if (error.code == Errc::auth) pause = options_.cap;  // until the operator has mended the token
  pause = std::max(pause, Millis(error.retry_after_ms));
  if (outcome.expires_in && pause >= *outcome.expires_in)
    return end(otherwise, "expired; lastly: " + error.message);
  if (too_late(unix_ms + pause.count())) return end(Next::unknown, not_known);
  DeliveryDecision decision;
  decision.next = Next::retry_at;
  decision.at = now + pause;
  decision.counts = counts;
  decision.handed_back = handed_back;
  return decision;
}

bool DeliveryPolicy::may_resend(std::uint64_t idempotent_ms, std::int64_t sent_unix_ms,
                                std::int64_t unix_ms) const {
  if (options_.resend_unknown == "resend" || idempotent_ms == UINT64_MAX) return true;
  // A clock that was set back since tells nothing of how long ago it was.
  return unix_ms >= sent_unix_ms &&
         static_cast<std::uint64_t>(unix_ms - sent_unix_ms) < idempotent_ms;
}

Millis DeliveryPolicy::pause_after(std::uint32_t attempts) {
  Backoff backoff(options_.first, options_.cap, options_.jitter);
  const double random = random01_();
  Millis pause = backoff.next(random);
  // Past the cap further doubling changes nothing; the bound keeps a wild count harmless.
  for (std::uint32_t n = 1; n < std::min(attempts, 64U); ++n) pause = backoff.next(random);
  return std::max(pause, options_.minimum);
}

}  // namespace openclaw::pipeline
