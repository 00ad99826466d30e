// Emits tool calls whose fields have the wrong types.
#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Provider {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Provider(host) {}
  void chat(oc_op op, const oc_chat_request&) override {
    host().post([this, op] {
      for (const char* call :
           {R"({"index":0,"id":"c","name":"f","arguments":{}})", R"({"index":0,"arguments":null})",
            R"({"index":"x","id":7,"name":[],"arguments":1})", "not JSON"}) {
        host().emit(op, OC_CHAT_TOOL_CALL, call);
      }
      host().emit(op, OC_CHAT_FINISH, "tool_calls");
      host().complete(op);
    });
  }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ProviderSlots<Bad>, 0)
