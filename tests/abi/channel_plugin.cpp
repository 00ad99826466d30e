// A channel outside this tree: posts each message to an address.
#include "openclaw/cpp/channel/http_calls.hpp"
#include "openclaw/cpp/channel/section.hpp"
#include "openclaw/cpp/channel/send_results.hpp"
#include "openclaw/cpp/json.hpp"
#include "openclaw/cpp/plugin.hpp"

namespace openclaw {

class ChannelPlugin final : public sdk::Channel {
 public:
  ChannelPlugin(sdk::Host& h, std::string_view name, std::string_view config_json)
      : Channel(h),
        url_(sdk::ChannelSection(name, config_json).address("url", "http://127.0.0.1:9000")),
        calls_(h),
        results_(h, "the example") {}

  void send(oc_op op, const oc_message& message) override {
    sdk::HttpRequest request;
    request.method = "POST";
    request.url = url_;
    request.body = sdk::to_text({{"text", sdk::view(message.text)}});
    sdk::limit_time(request, 30'000);
    calls_.begin(request, [this, op](const auto& failure, std::uint32_t, const std::string& body) {
      if (failure) return results_.failed(op, *failure);
      results_.sent(op, body);
    });
  }

 private:
  std::string url_;
  sdk::HttpCalls calls_;
  sdk::SendResults results_;
};

}  // namespace openclaw

OPENCLAW_PLUGIN(openclaw::ChannelPlugin, openclaw::sdk::ChannelSlots<openclaw::ChannelPlugin>, 0)
