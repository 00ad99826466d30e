// What a section may say, and what is answered to mistakes.
#include "config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::discord {
namespace {

std::string refusal(std::string_view config, std::string_view name = "discord") {
  try {
    read_config(name, config);
  } catch (const sdk::Refused& refused) {
    return refused.what();
  }
  return {};
}

TEST(Config, HasDefaults) {
  const Config config = read_config("discord", R"({"botToken":"x","dmPolicy":"open"})");
  EXPECT_EQ(config.api_root, "https://discord.com/api");
  EXPECT_EQ(config.route_path, "/channels/discord/interactions");
  EXPECT_FALSE(config.public_key);
}

TEST(Config, AnAccountHasKeysAndAPathOfItsOwn) {
  const Config config =
      read_config("discord/work", R"({"botToken":"x","apiRoot":"http://127.0.0.1:1/api/"})");
  EXPECT_EQ(config.key_prefix, "channels.discord.accounts.work.");
  EXPECT_EQ(config.route_path, "/channels/discord/work/interactions");
  EXPECT_EQ(config.api_root, "http://127.0.0.1:1/api");
}

TEST(Config, MistakesNameTheirKey) {
  EXPECT_THAT(refusal("{}"), ::testing::HasSubstr("channels.discord.botToken is missing"));
  EXPECT_THAT(refusal(R"({"botToken":1})"), ::testing::HasSubstr("botToken must be a string"));
  EXPECT_THAT(refusal(R"({"botToken":"x","publicKey":"12"})"), ::testing::HasSubstr("publicKey"));
  EXPECT_THAT(refusal(R"({"botToken":"x","applicationId":12})"),
              ::testing::HasSubstr("applicationId must be a string, in quotes"));
  EXPECT_THAT(refusal(R"({"botToken":"x","applicationId":"a"})"),
              ::testing::HasSubstr("applicationId must be the number"));
  EXPECT_THAT(refusal("[]"), ::testing::HasSubstr("must be a mapping"));
}

}  // namespace
}  // namespace openclaw::discord
