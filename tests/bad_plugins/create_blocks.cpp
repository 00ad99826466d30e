// A channel that never returns from create.
#include <chrono>
#include <thread>

#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Channel {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Channel(host) {
    while (true) std::this_thread::sleep_for(std::chrono::hours(1));
  }
  void send(oc_op op, const oc_message&) override { host().complete(op); }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ChannelSlots<Bad>, 0)
