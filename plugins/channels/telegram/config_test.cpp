#include "config.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <regex>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::telegram {
namespace {

using nlohmann::json;

std::string refusal(const std::string& config) {
  try {
    read_config("telegram", config);
  } catch (const sdk::Refused& refused) {
    return refused.what();
  }
  return {};
}

TEST(Config, TheSmallestSectionPollsTheOfficialServer) {
  const Config config = read_config("telegram", R"({"botToken":"${secret:botToken}"})");
  EXPECT_EQ(config.api_root, "https://api.telegram.org");
  EXPECT_FALSE(config.webhook);
  EXPECT_EQ(config.route_path, "/channels/telegram/webhook");
}

TEST(Config, TheCoresOwnKeysAreNotItsBusiness) {
  EXPECT_EQ(refusal(R"({"botToken":"x","enabled":true,"dmPolicy":"open","groups":{"-1":{}}})"), "");
}

TEST(Config, EveryRefusalNamesTheKey) {
  EXPECT_NE(refusal("{}").find("channels.telegram.botToken"), std::string::npos);
  EXPECT_NE(refusal("{}").find("TELEGRAM_BOT_TOKEN"), std::string::npos);
  EXPECT_NE(refusal(R"({"botToken":1})").find("channels.telegram.botToken"), std::string::npos);
  EXPECT_NE(refusal(R"({"botToken":"x","mode":"push"})").find("channels.telegram.mode"),
            std::string::npos);
  EXPECT_NE(refusal("[]").find("channels.telegram "), std::string::npos);
}

TEST(Config, TheManifestStatesWhatTheCodeReads) {
  std::ifstream file(OPENCLAW_PLUGIN_SOURCE_DIR "/manifest.json");
  const json manifest = json::parse(file);
  const json& properties = manifest["config"]["properties"];
  for (const char* key : {"botToken", "apiRoot", "mode", "webhookSecret", "webhookUrl"}) {
    EXPECT_TRUE(properties.contains(key)) << key;
  }
  EXPECT_EQ(manifest["secrets"], (json{"botToken", "webhookSecret"}));
  EXPECT_EQ(properties["apiRoot"]["default"], Config{}.api_root);
  const std::regex secret(properties["webhookSecret"]["pattern"].get<std::string>());
  EXPECT_TRUE(std::regex_match("A-z_9", secret));
  EXPECT_FALSE(std::regex_match("a&b", secret)) << "it goes into a URL as it is";
}

}  // namespace
}  // namespace openclaw::telegram
