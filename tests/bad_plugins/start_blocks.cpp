// Holds its strand in start for longer than the watchdog allows.
#include <chrono>
#include <thread>

#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Provider {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Provider(host) {}
  void start(oc_op op) override {
    std::this_thread::sleep_for(std::chrono::seconds(6));
    host().post([this, op] { host().complete(op); });
  }
  void chat(oc_op op, const oc_chat_request&) override {
    host().post([this, op] { host().complete(op); });
  }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ProviderSlots<Bad>, 0)
