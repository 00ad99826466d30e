// Throws out of start.
#include <stdexcept>

#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Provider {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Provider(host) {}
  void start(oc_op) override { throw std::runtime_error("no start today"); }
  void chat(oc_op op, const oc_chat_request&) override {
    host().post([this, op] { host().complete(op); });
  }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ProviderSlots<Bad>, 0)
