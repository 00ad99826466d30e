// The gateway connection's I/O: carries out the session's actions, feeds the intake.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "api.hpp"
#include "config.hpp"
#include "inflater.hpp"
#include "intake.hpp"
#include "openclaw/cpp/channel/channel_status.hpp"
#include "places.hpp"
#include "session.hpp"
#include "session_store.hpp"
#include "submitter.hpp"

namespace openclaw::discord {

class Receiver {
 public:
  struct Events {
    /// Once: the first try to reach Discord was made; `failure` when only the operator can help.
    std::function<void(std::optional<sdk::Failure> failure)> started;
    /// Once, after stop(): nothing is under way any more.
    std::function<void()> idle;
    /// Whether the connection is this gateway's at this moment; if not, stop() was called by then.
    std::function<bool()> ours;
    /// Only the operator can help.
    std::function<void()> failed;
    /// At each change: whether Discord answers, as far as that is this gateway's matter.
    std::function<void(bool)> reached;
  };
  Receiver(sdk::Host& host, sdk::ChannelStatus& status, Api& api, const Config& config,
           std::uint64_t seed, Events events);

  void start();
  /// Takes nothing new. Submits under way are waited for; then `idle` is called, not inside.
  void stop();
  /// Does not wait for the peer's part of an ending.
  void abandon();
  [[nodiscard]] bool has_been_live() const { return session_.has_been_live(); }

 private:
  void carry_out(const Actions& actions);
  void look_up();
  void connect(const std::string& url);
  void send(const Action& action);
  void arrived(std::string_view payload, bool binary);
  void take(const Payload& payload);
  void ended(const std::optional<sdk::Failure>& failure, std::string_view json);
  void settled();
  void pause_as_needed();
  void report();
  void check_started();
  void check_idle();

  sdk::Host& host_;
  sdk::ChannelStatus& status_;
  Api& api_;
  Events events_;
  std::string key_prefix_;
  Session session_;
  SessionStore store_;
  Intake intake_;
  Places places_;
  Submitter submitter_;
  std::unique_ptr<Inflater> inflater_;
  Health reported_;
  oc_op connection_ = 0, beat_timer_ = 0, wake_timer_ = 0;
  std::uint64_t look_up_ = 0;
  bool paused_ = false, stopping_ = false, idle_told_ = false, started_told_ = false,
       failed_told_ = false;
  std::uint32_t events_metric_, reconnects_metric_;
};

}  // namespace openclaw::discord
