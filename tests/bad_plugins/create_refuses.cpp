// Refuses every configuration and says why.
#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Provider {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Provider(host) {
    throw sdk::Refused("the key `model` is missing");
  }
  void chat(oc_op op, const oc_chat_request&) override { host().complete(op); }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ProviderSlots<Bad>, 0)
