// Which of several gateways has the connection to Discord: it receives, all of them send.
#pragma once

#include <functional>
#include <optional>

#include "openclaw/cpp/channel/backoff.hpp"
#include "openclaw/cpp/channel/lease.hpp"
#include "openclaw/cpp/channel/step_down.hpp"
#include "receiver.hpp"

namespace openclaw::discord {

/// Begins a Receiver each time the lease comes, from what the last holder left in the state, and
/// ends it when the lease is lost. Whoever has not got it looks whether the token is right.
class GatewayLink {
 public:
  struct Events {
    /// Once: the first try to reach Discord was made; `failure` when only the operator can help.
    std::function<void(std::optional<sdk::Failure> failure)> started;
    /// Once, after stop(): nothing is under way any more.
    std::function<void()> idle;
    /// The connection is this gateway's matter from now on, or another's.
    std::function<void(bool)> held;
  };
  GatewayLink(sdk::Host& host, sdk::ChannelStatus& status, Api& api, const Config& config,
              std::uint64_t seed, Events events);

  void start();
  /// Takes nothing new. Submits under way are waited for; then `idle` is called, not inside.
  void stop();
  /// Does not wait for the peer's part of an ending.
  void abandon();

 private:
  void begin();
  void begin_anew();
  void leave();
  void end_receiver();
  void reached(bool reached);
  void watch_trouble();
  void step_down();
  void look_at_token();
  void looked(const Answer& answer);
  void look_again(std::uint64_t ms);
  void set_elsewhere();
  void tell_started(const std::optional<sdk::Failure>& failure);
  void check_idle();

  sdk::Host& host_;
  sdk::ChannelStatus& status_;
  Api& api_;
  const Config& config_;
  std::uint64_t seed_;
  Events events_;
  sdk::Lease lease_;
  sdk::StepDown step_down_;
  sdk::Backoff backoff_;
  std::optional<Receiver> receiver_;
  bool receiving_ = false;  ///< the receiver has not ended
  std::uint64_t look_ = 0;
  oc_op look_timer_ = 0, trouble_timer_ = 0;
  bool token_works_ = false, stopping_ = false, idle_told_ = false, started_told_ = false;
};

}  // namespace openclaw::discord
