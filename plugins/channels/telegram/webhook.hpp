// Receives updates that Telegram POSTs to the gateway.
//
// Fails closed: without a secret nothing is accepted. 200 comes only once the update is stored, and
// always with an empty body, because Telegram would run a "method" found in it. Telegram is asked
// once a minute whether its updates reach us: that none come proves nothing. Of several gateways
// each serves the route, and one registers it.
#pragma once

#include <optional>
#include <string>

#include "api.hpp"
#include "codec.hpp"
#include "config.hpp"
#include "openclaw/cpp/channel/backoff.hpp"
#include "openclaw/cpp/channel/channel_status.hpp"
#include "openclaw/cpp/channel/lease.hpp"
#include "receiver.hpp"
#include "webhook_health.hpp"

namespace openclaw::telegram {

class WebhookReceiver final : public Receiver {
 public:
  static constexpr std::size_t kMaxSubmits = 100;

  WebhookReceiver(sdk::Host& host, sdk::ChannelStatus& status, Api& api, const Config& config,
                  std::uint64_t seed, ReceiverEvents events);
  void start() override;
  void stop() override;

 private:
  void identify();
  /// It is this gateway that registers the webhook.
  void take_over();
  void register_webhook();
  /// Another gateway registers it.
  void leave_it();
  /// Tries `next` again later, or fails for good.
  void failed(const ApiError& error, const std::string& refused_reason, bool refused,
              void (WebhookReceiver::*next)());
  void retry(void (WebhookReceiver::*next)());
  void connected();
  void ask();
  void ask_later(std::uint64_t ms);
  /// Tells of what the health has come to, when that is news.
  void report();
  void give_up(sdk::Failure failure);
  void tell_started(std::optional<sdk::Failure> failure);
  /// Telegram has reached this gateway, or another.
  void heard();
  void tell_heard();
  void receive(oc_op op, const sdk::RouteRequest& request);
  void submit(oc_op op, const Incoming& incoming);
  void unavailable(oc_op op);
  void check_idle();

  sdk::Host& host_;
  sdk::ChannelStatus& status_;
  Api& api_;
  const Config& config_;
  ReceiverEvents events_;
  sdk::Backoff backoff_;
  std::optional<Bot> bot_;
  std::optional<WebhookHealth> health_;  ///< once connected
  std::string told_;                     ///< its trouble, as the host knows it
  sdk::Lease lease_;
  std::uint64_t call_ = 0;
  oc_op timer_ = 0;
  std::optional<std::int64_t> told_heard_ms_;
  bool register_ = false;  ///< as soon as the call under way has ended
  std::size_t submits_ = 0;
  bool stopping_ = false, idle_told_ = false, started_told_ = false;
  std::uint32_t updates_metric_, refused_metric_;
};

}  // namespace openclaw::telegram
