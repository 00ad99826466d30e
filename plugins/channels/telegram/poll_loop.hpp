// Carries out the poller's steps: calls, submits, timers, the saved offset.
#pragma once

#include <vector>

#include "api.hpp"
#include "codec.hpp"
#include "openclaw/cpp/channel/channel_status.hpp"
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
  void load_offset();
  void poll(const Step& step);
  void submit(const std::vector<std::size_t>& indexes);
  void submit_one(std::size_t index);
  void save_offset();
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
  std::uint64_t call_ = 0;        ///< the poll under way, for Api::cancel
  std::uint64_t generation_ = 0;  ///< answers of an abandoned poll carry an older one
  oc_op timer_ = 0, watch_timer_ = 0;
  bool saving_ = false, stopping_ = false, idle_told_ = false, first_told_ = false;
  std::int64_t saved_offset_ = 0;
  std::uint32_t updates_metric_, errors_metric_;
};

}  // namespace openclaw::telegram
