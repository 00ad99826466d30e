// The connection's I/O: carries out what the session and the deliveries decide. Of several gateways
// one has the connection, so that nothing is answered twice.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "deliveries.hpp"
#include "flood_gate.hpp"
#include "inbox.hpp"
#include "openclaw/cpp/channel/channel_status.hpp"
#include "openclaw/cpp/channel/lease.hpp"
#include "openclaw/cpp/channel/send_results.hpp"
#include "openclaw/cpp/channel/step_down.hpp"
#include "openclaw/cpp/host.hpp"
#include "people.hpp"
#include "session.hpp"

namespace openclaw::irc {

class Link {
 public:
  struct Events {
    /// Once: the first try ended; `failure` when only the operator can help.
    std::function<void(std::optional<sdk::Failure> failure)> started;
    std::function<void()> idle;    ///< after quiesce: nothing more is being taken in
    std::function<void()> closed;  ///< after stop: no connection any more
  };
  Link(sdk::Host& host, const Config& config, std::uint64_t seed, Events events);

  void start();
  /// Takes nothing new. It still sends when it is alone; else another gateway does so soon.
  void quiesce();
  void stop();
  void send(oc_op op, const oc_message& message);
  void cancel(oc_op op);
  [[nodiscard]] bool busy() const { return connection_ != 0; }
  [[nodiscard]] bool taking() const { return !inbox_.empty(); }

 private:
  void take_over();
  void rest();
  void withdraw(Session::Standby why, const char* sends);
  void watch_trouble();
  void step_down();
  void hand_over();
  /// Another gateway is about to be the bot.
  [[nodiscard]] bool has_successor() const { return quiet_ && host_.others() > 0; }
  /// Whether the connection is this gateway's at this moment. Once nothing is taken in any more the
  /// lease is another's, and replies still go out here.
  bool ours() { return quiet_ || lease_.check(); }
  void connect();
  void carry_out(const Step& step);
  void data(std::string_view bytes);
  void line(const Line& line);
  void hear(const Line& line);
  void closed(const std::optional<sdk::Failure>& failure);
  bool write(const Outs& lines);
  void close();
  void flush();
  void settle(const Deliveries::Outcome& outcome);
  void refuse(oc_op op, const char* why);
  [[nodiscard]] std::optional<std::string> target_of(oc_op op, const oc_message& message);
  void arm();
  void tick();
  void report();

  sdk::Host& host_;
  sdk::ChannelStatus status_;
  const Config& config_;
  Events events_;
  sdk::Lease lease_;
  sdk::StepDown step_down_;
  Session session_;
  FloodGate gate_;
  Deliveries deliveries_;
  People people_;
  EventIds ids_;
  Inbox inbox_;
  LineReader reader_;
  Health reported_;
  oc_op connection_ = 0, timer_ = 0, close_timer_ = 0;
  std::int64_t armed_ms_ = 0, version_told_ms_;
  std::optional<std::int64_t> hand_over_ms_;  ///< no send is waited for any longer
  bool open_ = false, closing_ = false, stopping_ = false, quiet_ = false, told_ = false,
       stuck_ = false;
  sdk::SendResults results_;
  std::uint32_t connects_metric_;
};

}  // namespace openclaw::irc
