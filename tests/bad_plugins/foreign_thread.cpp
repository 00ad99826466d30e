// Answers from a thread of its own, with calls that belong on the strand.
#include <thread>

#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Provider {
 public:
  Bad(sdk::Host& host, std::string_view, std::string_view) : Provider(host) {}
  ~Bad() override {
    if (thread_.joinable()) thread_.join();
  }
  void chat(oc_op op, const oc_chat_request&) override {
    if (thread_.joinable()) thread_.join();
    thread_ = std::thread([this, op] {
      host().emit(op, OC_CHAT_TEXT, "from elsewhere");  // wrong: emit is [strand]
      host().emit(op, OC_CHAT_FINISH, "stop");          // wrong
      host().complete(op);                              // right: complete is [any]
    });
  }

 private:
  std::thread thread_;
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ProviderSlots<Bad>, OC_PF_THREADS)
