// Never returns from chat: its thread is lost for good.
#include <chrono>
#include <thread>

#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Provider {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Provider(host) {}
  void chat(oc_op, const oc_chat_request&) override {
    while (true) std::this_thread::sleep_for(std::chrono::hours(1));
  }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ProviderSlots<Bad>, 0)
