#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/config/load_fixture.hpp"

namespace openclaw::config {
namespace {

using ::testing::ElementsAre;
using Json = nlohmann::json;

TEST(DevMode, WorksWithoutAFile) {
  LoadOptions options = options_with({});
  options.dev = true;
  options.home = "/nowhere";
  const Loaded loaded = load(options);
  EXPECT_EQ(text_of(loaded.diagnostics), "");
  ASSERT_TRUE(loaded.config);
  const Config& config = *loaded.config;
  EXPECT_EQ(config.file, "");
  EXPECT_TRUE(config.dev);
  EXPECT_EQ(config.server.host, "127.0.0.1");
  EXPECT_EQ(config.server.log_level, "debug");
  EXPECT_EQ(config.auth.api_key, "");
  EXPECT_EQ(config.storage.path, "/nowhere/.openclaw/dev/sessions.db");
  ASSERT_EQ(config.providers.size(), 1U);
  EXPECT_EQ(config.providers[0].name, "echo");
  ASSERT_EQ(config.channels.size(), 1U);
  EXPECT_EQ(config.channels[0].name, "webchat");
  EXPECT_EQ(config.channels[0].dm_policy, "open");
  EXPECT_THAT(config.channels[0].allow_from, ElementsAre("*"));
  EXPECT_EQ(Json::parse(config.channels[0].section_json)["dmPolicy"], "open");
}

TEST(DevMode, BlamesNoFileThatDoesNotExist) {
  LoadOptions options = options_with({{"OPENCLAW_PORT", "http"}, {"OPENCLAW_HOST", "0.0.0.0"}});
  options.dev = true;
  options.home = "/nowhere";
  EXPECT_EQ(text_of(load(options).diagnostics),
            "error: server.port: the environment variable OPENCLAW_PORT must be a whole number "
            "from 0 to 65535\n"
            "error: server.host: development mode without auth.apiKey may only listen on "
            "127.0.0.1; unset OPENCLAW_HOST, or set OPENCLAW_API_KEY\n");
}

TEST(DevMode, GivesNoDatabaseFileToAStorageWithout) {
  const Loaded loaded = load_text("storage: {type: postgres, url: 'postgres://db'}\n", {}, true);
  EXPECT_EQ(text_of(loaded.diagnostics), "");
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->storage.path, "");
}

TEST(DevMode, NeedsTheFileThatIsNamed) {
  LoadOptions options = options_with({});
  options.dev = true;
  options.path = "/nowhere/gateway.yaml";
  EXPECT_FALSE(load(options).config);
}

TEST(DevMode, UsesTheFileButOnlyOnLoopback) {
  const Loaded loaded = load_text(
      "server: {host: 0.0.0.0, logLevel: warn}\nauth: {apiKey: \"${NO}\"}\n"
      "providers: [{name: openai, apiKey: \"${NO}\"}]\n"
      "channels: {webchat: {dmPolicy: disabled}}\nstorage: {path: /data/x.db}\n",
      {}, true);
  ASSERT_TRUE(loaded.config) << text_of(loaded.diagnostics);
  const Config& config = *loaded.config;
  EXPECT_EQ(config.server.host, "127.0.0.1");
  EXPECT_EQ(config.server.log_level, "warn");
  EXPECT_EQ(config.storage.path, "/data/x.db");
  ASSERT_EQ(config.channels.size(), 1U);
  EXPECT_EQ(config.channels[0].dm_policy, "disabled");
  ASSERT_EQ(config.providers.size(), 2U);
  EXPECT_NE(config.providers[0].unusable_reason, "");
  EXPECT_EQ(config.providers[1].name, "echo");
}

TEST(DevMode, KeepsTheFilesProviderWhenItIsUsable) {
  const Loaded loaded = load_text(minimal, {}, true);
  ASSERT_TRUE(loaded.config);
  ASSERT_EQ(loaded.config->providers.size(), 1U);
  EXPECT_EQ(loaded.config->providers[0].name, "openai");
}

TEST(DevMode, LeavesAChannelOffThatTheFileSwitchesOff) {
  const Loaded loaded = load_text(minimal + "channels: {webchat: false}\n", {}, true);
  ASSERT_TRUE(loaded.config);
  ASSERT_EQ(loaded.config->channels.size(), 1U);
  EXPECT_FALSE(loaded.config->channels[0].enabled);
}

TEST(DevMode, IsNeverOpenToTheNetworkWithoutAKey) {
  EXPECT_FALSE(load_text("{}", {{"OPENCLAW_HOST", "0.0.0.0"}}, true).config);
  EXPECT_TRUE(load_text("{}", {{"OPENCLAW_HOST", "127.0.0.2"}}, true).config);
  EXPECT_TRUE(load_text(minimal, {{"OPENCLAW_HOST", "0.0.0.0"}}, true).config);
}

}  // namespace
}  // namespace openclaw::config
