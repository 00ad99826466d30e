// Cannot start, and says why.
#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Provider {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Provider(host) {}
  void start(oc_op op) override {
    host().post([this, op] {
      host().fail(op, {OC_E_AUTH, "the API key was refused: check `apiKey`", OC_EF_NOT_DONE});
    });
  }
  void chat(oc_op op, const oc_chat_request&) override {
    host().post([this, op] { host().complete(op); });
  }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ProviderSlots<Bad>, 0)
