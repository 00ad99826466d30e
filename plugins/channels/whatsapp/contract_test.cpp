// The promises of every channel, for this one.
#include "openclaw/testing/channel_contract.hpp"

#include "whatsapp_fixture.hpp"

namespace openclaw::whatsapp {
namespace {

struct WhatsAppContract {
  static constexpr const char* kName = "whatsapp";
  static std::string config() {
    return R"({"token":"${secret:token}","phoneNumberId":"106540352242922"})";
  }
  static std::string chat() { return "16505551234"; }
  static openclaw::testing::OwnedAttachment attachment() { return {"image/jpeg", "", "1003", 0}; }
  static void answer(FakeHost& host, HttpCall& call) {
    if (call.url.find("/1003") != std::string::npos) {
      return host.respond(call.op, 200,
                          R"({"url":"https://lookaside.fbsbx.com/x","mime_type":"image/jpeg"})");
    }
    if (call.url.find("lookaside") != std::string::npos) return host.respond(call.op, 200, "bytes");
    if (call.method == "GET") return host.respond(call.op, 200, R"({"id":"106540352242922"})");
    host.respond(call.op, 200, R"({"messages":[{"id":"wamid.X"}]})");
  }
};

}  // namespace
}  // namespace openclaw::whatsapp

namespace openclaw::testing {
INSTANTIATE_TYPED_TEST_SUITE_P(WhatsApp, ChannelContract, openclaw::whatsapp::WhatsAppContract);
}  // namespace openclaw::testing
