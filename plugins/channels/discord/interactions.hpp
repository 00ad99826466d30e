// Receives interactions that Discord POSTs to the gateway, and registers the command that makes
// them.
//
// Fails closed: without publicKey, a right signature and a fresh timestamp nothing is accepted. A
// command is acknowledged only once it is stored.
#pragma once

#include <functional>

#include "api.hpp"
#include "config.hpp"
#include "interaction.hpp"
#include "openclaw/cpp/channel/backoff.hpp"

namespace openclaw::discord {

class Interactions {
 public:
  static constexpr std::size_t kMaxSubmits = 100;
  /// A request that is older, or newer, is somebody's copy.
  static constexpr std::int64_t kFreshMs = 300'000;

  Interactions(sdk::Host& host, Api& api, const Config& config, std::uint64_t seed);

  void start();
  /// Of several gateways one registers the command: this one does from now on, or another.
  void hold(bool held);
  /// Takes nothing new.
  void stop();
  [[nodiscard]] bool idle() const { return submits_ == 0; }
  /// Called whenever a submit has ended.
  void on_ended(std::function<void()> fn) { ended_ = std::move(fn); }

 private:
  void register_command();
  void receive(oc_op op, const sdk::RouteRequest& request);
  [[nodiscard]] bool is_genuine(const sdk::RouteRequest& request) const;
  void submit(oc_op op, const Incoming& incoming);
  void reply(oc_op op, std::string body);

  sdk::Host& host_;
  Api& api_;
  const Config& config_;
  sdk::Backoff backoff_;
  std::function<void()> ended_;
  oc_op timer_ = 0;
  std::uint64_t call_ = 0;
  std::size_t submits_ = 0;
  bool held_ = false, registered_ = false, stopping_ = false;
  std::uint32_t refused_metric_;
};

}  // namespace openclaw::discord
