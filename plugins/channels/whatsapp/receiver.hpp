// Receives what Meta POSTs to the gateway.
//
// Fails closed: without an app secret nothing is accepted. 200 comes only once every message of a
// request is stored; Meta sends the whole request again after anything else, for up to 7 days.
#pragma once

#include <functional>

#include "config.hpp"
#include "openclaw/cpp/host.hpp"
#include "payload.hpp"
#include "status_book.hpp"

namespace openclaw::whatsapp {

class Receiver {
 public:
  static constexpr std::size_t kMaxPayloads = 32;

  struct Hooks {
    std::function<void()> verified;  ///< a request came whose signature is right
    std::function<void(const Incoming&)> heard;
    std::function<void()> idle;  ///< once, after stop(): nothing is under way any more
  };
  Receiver(sdk::Host& host, const Config& config, Hooks hooks);

  /// The routes; what went wrong, or nothing.
  std::optional<sdk::Failure> start();
  /// Takes nothing new. What is being stored is waited for; then `idle` is called, not inside.
  void stop();

 private:
  void verify(oc_op op, const sdk::RouteRequest& request);
  void receive(oc_op op, const sdk::RouteRequest& request);
  [[nodiscard]] bool is_signed(const sdk::RouteRequest& request) const;
  void tell(const Payload& payload);
  void tell_failed(const StatusUpdate& status);
  void unavailable(oc_op op);
  void check_idle();

  sdk::Host& host_;
  const Config& config_;
  Hooks hooks_;
  StatusBook statuses_;
  std::size_t payloads_ = 0;
  bool stopping_ = false, idle_told_ = false, secret_missed_ = false;
  std::uint32_t messages_metric_, ignored_metric_, refused_metric_, undelivered_metric_,
      errors_metric_;
};

}  // namespace openclaw::whatsapp
