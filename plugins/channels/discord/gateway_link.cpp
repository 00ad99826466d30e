#include "gateway_link.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "openclaw/cpp/json.hpp"
#include "openclaw/host/status.h"
#include "requests.hpp"

namespace openclaw::discord {

namespace {
constexpr std::uint32_t kTokenLookMs = 20'000;
constexpr std::uint64_t kFirstLookMs = 5'000, kLongestLookMs = 300'000;
}  // namespace

GatewayLink::GatewayLink(sdk::Host& host, sdk::ChannelStatus& status, Api& api,
                         const Config& config, std::uint64_t seed, Events events)
    : host_(host),
      status_(status),
      api_(api),
      config_(config),
      seed_(seed),
      events_(std::move(events)),
      lease_(host, "gateway", {[this] { begin(); }, [this] { leave(); }}),
      backoff_(kFirstLookMs, kLongestLookMs, seed + 1) {}

void GatewayLink::start() {
  status_.set(OC_STATE_CONNECTING);
  lease_.want();
}

/// The lease has come, or the receiver that was before has ended.
void GatewayLink::begin() {
  if (stopping_ || !lease_.held() || receiving_) return;
  host_.cancel(std::exchange(look_timer_, 0));
  if (!receiver_) return begin_anew();
  // What the old one has posted comes first.
  host_.post([this] {
    if (!stopping_ && lease_.held() && !receiving_) begin_anew();
  });
}

void GatewayLink::begin_anew() {
  seed_ += 16;
  receiving_ = true;
  receiver_.emplace(
      host_, status_, api_, config_, seed_,
      Receiver::Events{
          [this](const std::optional<sdk::Failure>& failure) { tell_started(failure); },
          [this] {
            receiving_ = false;
            begin();
            check_idle();
          },
          [this] { return lease_.check(); },
          // Each of the others may try, and says what is wrong then.
          [this] { lease_.release(); }, [this](bool reached) { this->reached(reached); }});
  events_.held(true);
  reached(false);
  receiver_->start();
}

void GatewayLink::reached(bool reached) {
  if (!reached) return watch_trouble();
  step_down_.reached();
  host_.cancel(std::exchange(trouble_timer_, 0));
}

void GatewayLink::watch_trouble() {
  const std::int64_t now = host_.now_ms();
  step_down_.trying(now);
  if (trouble_timer_ != 0) return;
  trouble_timer_ = host_.after(static_cast<std::uint64_t>(*step_down_.next_ms() - now), [this] {
    trouble_timer_ = 0;
    if (step_down_.due(host_.now_ms(), host_.others())) return step_down();
    watch_trouble();
  });
}

/// Another gateway may reach Discord. What is wrong here stays said until one has the connection.
void GatewayLink::step_down() {
  lease_.put_off(sdk::StepDown::kPauseMs);
  end_receiver();
}

void GatewayLink::end_receiver() {
  reached(true);
  events_.held(false);
  if (!receiving_) return;
  token_works_ = token_works_ || receiver_->has_been_live();
  receiver_->stop();
}

/// Another gateway has the connection. The session is left so that it can be resumed there.
void GatewayLink::leave() {
  end_receiver();
  if (token_works_) {
    set_elsewhere();
  } else if (look_ == 0) {
    look_at_token();
  }
}

void GatewayLink::set_elsewhere() {
  status_.set(OC_STATE_CONNECTED,
              "another gateway is connected to Discord for this bot; sends work here");
  tell_started(std::nullopt);
}

void GatewayLink::look_at_token() {
  const auto ms = api_.call(
      gateway_request(), kTokenLookMs,
      [this](const Answer& answer) {
        look_ = 0;
        if (stopping_) return check_idle();
        if (!lease_.held()) looked(answer);
      },
      &look_);
  if (ms != 0) look_again(ms);
}

void GatewayLink::looked(const Answer& answer) {
  if (!answer.error) {
    token_works_ = true;
    return set_elsewhere();
  }
  const ApiError& error = *answer.error;
  const bool forbidden = error.transport && error.transport->code == OC_E_AUTH;
  if (forbidden || error.status == 401) {
    const std::string reason =
        forbidden ? error.transport->message : token_refusal(config_.key_prefix, error);
    status_.set(OC_STATE_FAILED, reason);
    host_.log(OC_LOG_ERROR, "discord.connection_failed",
              sdk::to_text(nlohmann::json{{"remedy", reason}}));
    return tell_started(sdk::Failure{OC_E_AUTH, reason, OC_EF_NOT_DONE});
  }
  status_.set(OC_STATE_CONNECTING, unreachable(config_.key_prefix, error));
  look_again(std::max<std::uint64_t>(backoff_.next(), error.retry_after_ms));
  tell_started(std::nullopt);
}

void GatewayLink::look_again(std::uint64_t ms) {
  look_timer_ = host_.after(ms, [this] {
    look_timer_ = 0;
    look_at_token();
  });
}

void GatewayLink::tell_started(const std::optional<sdk::Failure>& failure) {
  if (!std::exchange(started_told_, true)) events_.started(failure);
}

void GatewayLink::stop() {
  stopping_ = true;
  lease_.stop();
  reached(true);
  host_.cancel(std::exchange(look_timer_, 0));
  api_.cancel(look_);
  if (receiving_) receiver_->stop();
  host_.post([this] { check_idle(); });
}

void GatewayLink::abandon() {
  if (receiving_) receiver_->abandon();
}

void GatewayLink::check_idle() {
  if (!stopping_ || idle_told_ || receiving_ || look_ != 0) return;
  idle_told_ = true;
  events_.idle();
}

}  // namespace openclaw::discord
