// Carries out the poller's steps: calls, submits, timers, the saved offset. Of several gateways one
// polls: Telegram allows no more.
#pragma once

#include <vector>

#include "api.hpp"
#include "codec.hpp"
#include "openclaw/cpp/channel/channel_status.hpp"
#include "openclaw/cpp/channel/lease.hpp"
#include "openclaw/cpp/channel/shared_value.hpp"
#include "openclaw/cpp/channel/step_down.hpp"
#include "poller.hpp"
#include "receiver.hpp"

namespace openclaw::telegram {

class PollLoop final : public Receiver {
 public:
  PollLoop(sdk::Host& host, sdk::ChannelStatus& status, Api& api, std::string key_prefix,
           std::uint64_t seed, ReceiverEvents events);

  void start() override;
  void stop() override;

 private:
  void carry_out(const Step& step);
  void identify();
  /// The lease has come, or what was under way without it has ended.
  void begin();
  void rest();
  void yield_for(std::uint64_t ms);
  /// No poll has completed: another gateway may do better before long.
  void trouble();
  void reached();
  void loaded(const std::optional<sdk::Failure>& failure, const std::string& value);
  void poll(const Step& step);
  void submit(const std::vector<std::size_t>& indexes);
  void submit_one(std::size_t index);
  void save_offset();
  void save_over_another();
  void saved(std::int64_t offset, const std::optional<sdk::Failure>& failure);
  void watch();
  void report();
  void log_error(const char* event, const ApiError& error);
  void check_idle();

  sdk::Host& host_;
  sdk::ChannelStatus& status_;
  Api& api_;
  ReceiverEvents events_;
  Poller poller_;
  Bot bot_;
  std::vector<Update> batch_;
  Health reported_;
  sdk::Lease lease_;
  sdk::StepDown step_down_;
  std::optional<sdk::SharedValue> offset_;  ///< once the bot is known
  std::uint64_t call_ = 0;                  ///< the poll under way, for Api::cancel
  std::uint64_t generation_ = 0;            ///< answers of an abandoned poll carry an older one
  oc_op timer_ = 0, watch_timer_ = 0, trouble_timer_ = 0;
  bool loading_ = false, saving_ = false, resting_ = true, stopping_ = false, idle_told_ = false,
       first_told_ = false;
  std::int64_t saved_offset_ = 0;
  std::uint32_t updates_metric_, errors_metric_;
};

}  // namespace openclaw::telegram
