// The promises of every channel, for this one.
#include "openclaw/testing/channel_contract.hpp"

#include "discord_fixture.hpp"

namespace openclaw::discord {
namespace {

struct DiscordContract {
  static constexpr const char* kName = "discord";
  static std::string config() { return R"({"botToken":"${secret:botToken}"})"; }
  static std::string chat() { return "700"; }
  static openclaw::testing::OwnedAttachment attachment() {
    return {"image/png", "a.png", "https://cdn.discordapp.com/attachments/1/2/a.png?ex=1", 0};
  }
  static void answer(FakeHost& host, HttpCall& call) {
    const oc_op op = call.op;
    if (call.url.find("/gateway/bot") != std::string::npos) {
      host.respond(op, 200,
                   R"({"url":"wss://gateway.discord.gg","shards":1,"session_start_limit":)"
                   R"({"total":1000,"remaining":999,"reset_after":1000,"max_concurrency":1}})");
    } else if (call.url.find("/attachments/") != std::string::npos) {
      host.respond(op, 200, "bytes");
    } else if (call.url.find("/messages") != std::string::npos) {
      host.respond(op, 200, R"({"id":"5"})");
    } else {
      host.respond(op, 204, "");
    }
  }
};

}  // namespace
}  // namespace openclaw::discord

namespace openclaw::testing {
INSTANTIATE_TYPED_TEST_SUITE_P(Discord, ChannelContract, openclaw::discord::DiscordContract);
}  // namespace openclaw::testing
