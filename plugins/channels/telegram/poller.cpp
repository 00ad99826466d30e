// The long poll's decisions.
#include "poller.hpp"

#include <algorithm>

#include "openclaw/host/status.h"

namespace openclaw::telegram {

namespace {
constexpr std::uint64_t kFirstMs = 5'000;
constexpr std::uint64_t kCapMs = 300'000;
constexpr std::uint64_t kFirstNetworkMs = 1'000;
constexpr std::uint64_t kNetworkCapMs = 60'000;
constexpr std::uint64_t kFirstSubmitMs = 500;
constexpr std::uint64_t kSubmitCapMs = 30'000;
/// A long poll that comes back empty before this was none: it is repeated no more often.
constexpr std::int64_t kShortestPollMs = 1'000;
/// After a conflict the other poller may only be pausing: quiet for this long ends the dispute.
constexpr std::int64_t kConflictOverMs = 120'000;
}  // namespace

Poller::Poller(std::string key_prefix, std::uint64_t seed, std::int64_t now_ms)
    : key_prefix_(std::move(key_prefix)),
      health_{OC_STATE_CONNECTING, ""},
      last_completed_ms_(now_ms),
      last_update_ms_(now_ms),
      last_conflict_ms_(now_ms - kConflictOverMs),
      backoff_(kFirstNetworkMs, kNetworkCapMs, seed),
      conflict_backoff_(kFirstMs, kCapMs, seed + 1),
      submit_backoff_(kFirstSubmitMs, kSubmitCapMs, seed + 2),
      repeat_backoff_(kFirstMs, kCapMs, seed + 3) {}

Step Poller::start() {
  in_flight_ = true;
  Step step;
  step.kind = Step::Kind::get_me;
  return step;
}

Step Poller::poll(std::int64_t now_ms) {
  // An offset above all ids that Telegram will give again would hide its new updates.
  if (now_ms - last_update_ms_ > kExpiryMs) offset_ = 0;
  phase_ = Phase::polling;
  in_flight_ = true;
  Step step;
  step.kind = Step::Kind::get_updates;
  step.offset = offset_;
  // The first poll is answered at once: proof that the way works, without a wait of 30 s for it.
  step.timeout_s = proven_ ? kTimeoutSeconds : 0;
  polled_ms_ = proven_ ? now_ms : now_ms - kShortestPollMs;
  return step;
}

Step Poller::wait(std::uint64_t ms) const {
  Step step;
  step.kind = Step::Kind::wait;
  step.wait_ms = ms;
  return step;
}

void Poller::rest(std::optional<Health> health) {
  if (phase_ == Phase::stopped || phase_ == Phase::failed) return;
  phase_ = Phase::resting;
  in_flight_ = proven_ = false;
  if (health) health_ = std::move(*health);
}

Step Poller::identified(std::int64_t offset, std::int64_t now_ms) {
  if (phase_ == Phase::stopped || phase_ == Phase::failed) return {};
  if (health_.state == OC_STATE_CONNECTED) health_ = {OC_STATE_CONNECTING, ""};
  offset_ = offset;
  batch_.clear();
  repeats_ = false;
  last_completed_ms_ = last_update_ms_ = now_ms;
  backoff_.reset();
  return poll(now_ms);
}

Step Poller::received(const std::vector<std::int64_t>& ids, std::int64_t now_ms) {
  last_completed_ms_ = now_ms;
  in_flight_ = false;
  proven_ = true;
  backoff_.reset();
  if (now_ms - last_conflict_ms_ >= kConflictOverMs) conflict_backoff_.reset();
  if (phase_ == Phase::stopped) return {};
  if (ids.empty()) repeats_ = false;
  // Whether a repetition is over shows only once the batch is done with.
  if (!repeats_) health_ = {OC_STATE_CONNECTED, ""};
  if (ids.empty()) {
    const std::int64_t left = polled_ms_ + kShortestPollMs - now_ms;
    return left > 0 ? wait(static_cast<std::uint64_t>(left)) : poll(now_ms);
  }
  last_update_ms_ = now_ms;
  phase_ = Phase::submitting;
  batch_.clear();
  done_prefix_ = 0;
  asked_offset_ = offset_;
  Step step;
  step.kind = Step::Kind::submit;
  for (const std::int64_t id : ids) {
    step.submit.push_back(batch_.size());
    batch_.push_back({id, false});
  }
  under_way_ = batch_.size();
  return step;
}

Step Poller::settled(std::size_t index, bool final) {
  if (index >= batch_.size() || under_way_ == 0) return {};
  --under_way_;
  batch_[index].final = final;
  while (done_prefix_ < batch_.size() && batch_[done_prefix_].final) {
    offset_ = std::max(offset_, batch_[done_prefix_].id + 1);
    ++done_prefix_;
  }
  if (under_way_ != 0 || phase_ != Phase::submitting) return {};
  if (done_prefix_ == batch_.size()) {
    submit_backoff_.reset();
    repeats_ = offset_ == asked_offset_;
    if (repeats_) return repeated();
    repeat_backoff_.reset();
    health_ = {OC_STATE_CONNECTED, ""};
    return poll(last_completed_ms_);
  }
  health_ = {OC_STATE_DEGRADED,
             "messages from Telegram cannot be stored now; they are kept and tried again: look at "
             "the storage's state"};
  return wait(submit_backoff_.next());
}

Step Poller::repeated() {
  // The next poll would be answered with the same at once, and so on without a pause.
  phase_ = Phase::polling;
  health_ = {OC_STATE_DEGRADED, "Telegram repeats updates that were confirmed: check " +
                                    key("apiRoot") + " for a caching proxy; trying again"};
  return wait(repeat_backoff_.next());
}

Step Poller::conflict(const ApiError& error, std::int64_t now_ms) {
  last_conflict_ms_ = now_ms;
  if (error.says("webhook is active") || error.says("setWebhook")) {
    health_.reason = "a webhook is set for this bot, so Telegram refuses polling (409): set " +
                     key("mode") + " to webhook, or remove the webhook with deleteWebhook";
    return wait(conflict_backoff_.next());
  }
  health_.reason =
      "another program polls with the same bot token (409): stop it, or give this gateway a bot "
      "of its own; trying again from time to time";
  Step step = wait(conflict_backoff_.next());
  step.contested = true;
  return step;
}

Step Poller::failed(const ApiError& error, std::int64_t now_ms) {
  if (phase_ == Phase::stopped || phase_ == Phase::failed) return {};
  in_flight_ = false;
  proven_ = false;
  const bool forbidden = error.transport && error.transport->code == OC_E_AUTH;
  // Once the token has worked, a 404 is a proxy's mood rather than Telegram's verdict.
  const bool refused = phase_ == Phase::identifying ? error.token_refused() : error.status == 401;
  if (refused || forbidden) {
    phase_ = Phase::failed;
    health_ = {OC_STATE_FAILED, forbidden ? error.transport->message
                                          : key("botToken") + " was refused by Telegram (" +
                                                error.sentence() + "): set the token that " +
                                                "@BotFather shows for this bot"};
    return {};
  }
  health_.state = OC_STATE_DEGRADED;
  if (error.status == 409) return conflict(error, now_ms);
  if (error.status == 429) {
    health_.reason = "Telegram asks to wait (" + error.sentence() + ")";
    return wait(static_cast<std::uint64_t>(error.retry_after_s) * 1000);
  }
  health_.state = OC_STATE_CONNECTING;
  health_.reason = "Telegram cannot be reached (" + error.sentence() + "); trying again: check " +
                   key("apiRoot") + " and the network";
  return wait(backoff_.next());
}

Step Poller::unreadable() {
  if (phase_ == Phase::stopped || phase_ == Phase::failed) return {};
  in_flight_ = false;
  proven_ = false;
  health_ = {OC_STATE_DEGRADED, "what answers at " + key("apiRoot") +
                                    " is not the Bot API: check that address; trying again"};
  return wait(conflict_backoff_.next());
}

Step Poller::resume(std::int64_t now_ms) {
  switch (phase_) {
    case Phase::identifying:
      return start();
    case Phase::polling:
      return poll(now_ms);
    case Phase::submitting:
      break;
    case Phase::resting:
    case Phase::failed:
    case Phase::stopped:
      return {};
  }
  Step step;
  step.kind = Step::Kind::submit;
  for (std::size_t i = done_prefix_; i < batch_.size(); ++i) {
    if (!batch_[i].final) step.submit.push_back(i);
  }
  under_way_ = step.submit.size();
  return step;
}

std::uint64_t Poller::stalls_in_ms(std::int64_t now_ms) const {
  if (phase_ == Phase::resting) return static_cast<std::uint64_t>(kStallMs);
  return static_cast<std::uint64_t>(
      std::max<std::int64_t>(0, last_completed_ms_ + kStallMs - now_ms));
}

Step Poller::stalled(std::int64_t now_ms) {
  last_completed_ms_ = now_ms;  // the next alarm comes after the same time again
  proven_ = false;
  if (!in_flight_ || phase_ == Phase::stopped) return {};
  health_ = {OC_STATE_DEGRADED,
             "no poll was completed for 120 s; trying again over a new connection: check the "
             "network and any proxy"};
  return phase_ == Phase::identifying ? start() : poll(now_ms);
}

}  // namespace openclaw::telegram
