// The promises of every channel, for this one.
#include "openclaw/testing/channel_contract.hpp"

#include "telegram_fixture.hpp"

namespace openclaw::telegram {
namespace {

struct TelegramContract {
  static constexpr const char* kName = "telegram";
  static std::string config() { return R"({"botToken":"${secret:botToken}"})"; }
  static std::string chat() { return "7"; }
  static openclaw::testing::OwnedAttachment attachment() {
    return {"image/jpeg", "", "AgACfile", 0};
  }
  static void answer(FakeHost& host, HttpCall& call) {
    const oc_op op = call.op;
    const std::string method = call.url.substr(call.url.rfind('/') + 1);
    if (method == "getMe") {
      host.respond(op, 200, R"({"ok":true,"result":{"id":42,"is_bot":true,"username":"b"}})");
    } else if (method == "sendMessage" || method == "editMessageText") {
      host.respond(op, 200, R"({"ok":true,"result":{"message_id":5}})");
    } else if (method == "getFile") {
      host.respond(op, 200,
                   R"({"ok":true,"result":{"file_id":"f","file_path":"photos/file_0.jpg"}})");
    } else if (method == "file_0.jpg") {
      host.respond(op, 200, "bytes");
    } else if (method != "getUpdates") {  // a long poll stays open while nothing happens
      host.respond(op, 200, R"({"ok":true,"result":true})");
    }
  }
};

}  // namespace
}  // namespace openclaw::telegram

namespace openclaw::testing {
INSTANTIATE_TYPED_TEST_SUITE_P(Telegram, ChannelContract, openclaw::telegram::TelegramContract);
}  // namespace openclaw::testing
