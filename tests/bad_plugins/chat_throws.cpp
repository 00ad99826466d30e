// Throws out of chat.
#include <stdexcept>

#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Provider {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Provider(host) {}
  void chat(oc_op, const oc_chat_request&) override { throw std::runtime_error("no chat today"); }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ProviderSlots<Bad>, 0)
