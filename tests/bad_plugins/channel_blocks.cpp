// A channel that holds its strand in start for longer than the watchdog allows.
#include <chrono>
#include <thread>

#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Channel {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Channel(host) {}
  void start(oc_op op) override {
    std::this_thread::sleep_for(std::chrono::seconds(8));
    host().post([this, op] { host().complete(op); });
  }
  void send(oc_op op, const oc_message&) override { host().complete(op); }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ChannelSlots<Bad>, 0)
