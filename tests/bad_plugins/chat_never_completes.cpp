// Begins every answer, ends none, and ignores cancel.
#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Provider {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Provider(host) {}
  void chat(oc_op op, const oc_chat_request&) override { host().emit(op, OC_CHAT_TEXT, "well, "); }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ProviderSlots<Bad>, 0)
