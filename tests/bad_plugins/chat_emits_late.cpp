// Goes on emitting after it completed.
#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Provider {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Provider(host) {}
  void chat(oc_op op, const oc_chat_request&) override {
    host().post([this, op] {
      host().emit(op, OC_CHAT_TEXT, "in time");
      host().emit(op, OC_CHAT_FINISH, "stop");
      host().complete(op);
      host().emit(op, OC_CHAT_TEXT, "too late");
      host().post([this, op] { host().emit(op, OC_CHAT_TEXT, "far too late"); });
    });
  }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ProviderSlots<Bad>, 0)
