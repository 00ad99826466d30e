// A channel that throws out of send, and out of the slots that have no operation to fail.
#include <stdexcept>

#include "openclaw/cpp/plugin.hpp"

namespace {

namespace sdk = openclaw::sdk;

class Bad final : public sdk::Channel {
 public:
  static constexpr std::uint32_t kCaps = OC_CHANNEL_PARTIALS | OC_CHANNEL_TYPING;
  Bad(sdk::Host& host, std::string_view, std::string_view) : Channel(host) {}
  void send(oc_op, const oc_message&) override { throw std::runtime_error("no send today"); }
  void partial(const oc_partial&) override { throw std::runtime_error("no partial today"); }
  void typing(const oc_typing&) override { throw std::runtime_error("no typing today"); }
};

}  // namespace

OPENCLAW_PLUGIN(Bad, sdk::ChannelSlots<Bad>, 0)
