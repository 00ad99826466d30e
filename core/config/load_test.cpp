#include "core/config/load.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/config/load_fixture.hpp"

namespace openclaw::config {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;

std::string reference_text() {
  std::ifstream file(CONFIG_TESTDATA "/reference.yaml");
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

const Variables all_set = {{"OPENCLAW_API_KEY", "a-key-of-enough-length"},
                           {"OPENCLAW_BEARER_TOKEN", "another-key-of-length"},
                           {"OPENAI_API_KEY", "sk-openai"},
                           {"ANTHROPIC_API_KEY", "sk-anthropic"},
                           {"WHATSAPP_TOKEN", "wa"},
                           {"TELEGRAM_BOT_TOKEN", "1:tg"}};

TEST(Load, TakesTheReferenceExactlyAsItStands) {
  const Loaded loaded = load_text(reference_text(), all_set);
  EXPECT_EQ(text_of(loaded.diagnostics), "");
  ASSERT_TRUE(loaded.config);
  const Config& config = *loaded.config;
  EXPECT_EQ(config.server.host, "0.0.0.0");
  EXPECT_EQ(config.server.port, 3000);
  EXPECT_EQ(config.auth.api_key, "a-key-of-enough-length");
  EXPECT_EQ(config.auth.bearer_token, "another-key-of-length");
  ASSERT_EQ(config.providers.size(), 2U);
  EXPECT_EQ(config.providers[1].model, "claude-sonnet-4-20250514");
  EXPECT_EQ(Json::parse(config.providers[0].section_json)["apiKey"], "sk-openai");
  ASSERT_EQ(config.channels.size(), 2U);
  EXPECT_EQ(config.channels[1].name, "telegram");
  EXPECT_EQ(config.channels[1].account, "default");
  EXPECT_EQ(config.channels[1].dm_policy, "pairing");
  EXPECT_EQ(Json::parse(config.channels[1].section_json)["apiRoot"], "https://api.telegram.org");
  EXPECT_EQ(config.storage.path, "/home/claw/.openclaw/data/sessions.db");
  EXPECT_EQ(config.monitoring.metrics_port, 9090);
  EXPECT_EQ(config.agents.size(), 1U);
}

TEST(Load, KeepsGoingWhenOnlySomeVariablesAreSet) {
  Variables some = all_set;
  some.erase("OPENCLAW_BEARER_TOKEN");
  some.erase("ANTHROPIC_API_KEY");
  some.erase("WHATSAPP_TOKEN");
  const Loaded loaded = load_text(reference_text(), some);
  EXPECT_EQ(
      text_of(loaded.diagnostics),
      "gateway.yaml:8:16: warning: auth.bearerToken: OPENCLAW_BEARER_TOKEN is not set; the key "
      "counts as absent\n"
      "gateway.yaml:15:13: warning: providers[1].apiKey: ANTHROPIC_API_KEY is not set; the "
      "provider anthropic will be failed until it is\n"
      "gateway.yaml:18:37: warning: channels.whatsapp.token: WHATSAPP_TOKEN is not set; the "
      "channel whatsapp will be failed until it is\n");
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->auth.bearer_token, "");
  EXPECT_EQ(loaded.config->providers[0].unusable_reason, "");
  EXPECT_EQ(loaded.config->providers[1].unusable_reason,
            "providers[1].apiKey: ANTHROPIC_API_KEY is not set");
  EXPECT_EQ(loaded.config->channels[0].unusable_reason,
            "channels.whatsapp.token: WHATSAPP_TOKEN is not set");
  EXPECT_EQ(loaded.config->channels[1].unusable_reason, "");
}

TEST(Load, RefusesToStartWithoutAnyUsableProvider) {
  Variables some = all_set;
  some.erase("OPENAI_API_KEY");
  some.erase("ANTHROPIC_API_KEY");
  const Loaded loaded = load_text(reference_text(), some);
  EXPECT_FALSE(loaded.config);
  EXPECT_THAT(text_of(loaded.diagnostics),
              HasSubstr("gateway.yaml:9:1: error: providers: no provider can be used; the warnings "
                        "say what each one lacks\n"));
}

TEST(Load, ReportsAllUnsetRequiredVariablesAtOnce) {
  const Loaded loaded = load_text(reference_text(), {});
  EXPECT_FALSE(loaded.config);
  EXPECT_EQ(loaded.diagnostics.size(), 7U) << text_of(loaded.diagnostics);
  EXPECT_EQ(loaded.diagnostics[0].to_string(),
            "gateway.yaml:7:11: error: auth.apiKey: OPENCLAW_API_KEY is not set; set it in the "
            "gateway's environment");
}

TEST(Load, LetsTheEnvironmentWinOverTheFile) {
  Variables variables = all_set;
  variables["OPENCLAW_PORT"] = "0";
  variables["OPENCLAW_HOST"] = "127.0.0.1";
  variables["OPENCLAW_LOG_LEVEL"] = "debug";
  variables["OPENCLAW_API_KEY"] = "the-key-of-the-environment";
  variables["OPENCLAW_STORAGE_TYPE"] = "postgres";
  const Loaded loaded = load_text(minimal + "storage: {url: 'postgres://db'}\n", variables);
  EXPECT_EQ(text_of(loaded.diagnostics), "");
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->server.port, 0);
  EXPECT_EQ(loaded.config->server.host, "127.0.0.1");
  EXPECT_EQ(loaded.config->server.log_level, "debug");
  EXPECT_EQ(loaded.config->auth.api_key, "the-key-of-the-environment");
  EXPECT_EQ(loaded.config->storage.plugin, "postgres");
}

TEST(Load, PassesOverTheKeysOfAStorageThatTheEnvironmentTakesAnotherInsteadOf) {
  const Loaded loaded = load_text(minimal + "storage: {type: postgres, url: 'postgres://db'}\n",
                                  {{"OPENCLAW_STORAGE_TYPE", "sqlite"}});
  EXPECT_EQ(text_of(loaded.diagnostics),
            "gateway.yaml:3:27: warning: storage.url: is not used by sqlite, which the environment "
            "chooses\n");
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->storage.url, "");
  EXPECT_EQ(loaded.config->storage.path, "/home/claw/.openclaw/data/sessions.db");
}

TEST(Load, RefusesANameAmongSeveralGatewaysWhoseVariableIsNotSet) {
  const std::string text = minimal + "gateway: {instance: \"${HOSTNAME}\"}\n";
  const Loaded unset = load_text(text);
  EXPECT_EQ(text_of(unset.diagnostics),
            "gateway.yaml:3:21: error: gateway.instance: HOSTNAME is not set; set it in the "
            "gateway's environment, in a shell by `export HOSTNAME`\n");
  EXPECT_FALSE(unset.config) << "it would take the store for itself alone";
  EXPECT_EQ(text_of(load_text(minimal + "gateway: {instance: \"${NAME}\"}\n").diagnostics),
            "gateway.yaml:3:21: error: gateway.instance: NAME is not set; set it in the gateway's "
            "environment\n");
  const Loaded set = load_text(text, {{"HOSTNAME", "host1.example"}});
  ASSERT_TRUE(set.config) << text_of(set.diagnostics);
  EXPECT_EQ(set.config->gateway.instance, "host1.example");
}

TEST(Load, FindsTheKeyInAFileWhoseOtherVariablesAreNotSet) {
  const TemporaryFile file(minimal + "gateway: {instance: \"${HOSTNAME}\"}\nqueue: {cap: x}\n");
  LoadOptions options = options_with({});
  options.path = file.path();
  const Loaded loaded = load_auth(options);
  ASSERT_TRUE(loaded.config) << text_of(loaded.diagnostics);
  EXPECT_EQ(loaded.config->auth.api_key, "a-key-of-enough-length");
  const TemporaryFile unset("auth: {apiKey: \"${KEY}\"}\n");
  options.path = unset.path();
  EXPECT_FALSE(load_auth(options).config);
}

TEST(Load, NamesTheVariableWhoseValueIsWrong) {
  const Loaded loaded =
      load_text(minimal, {{"OPENCLAW_PORT", "http"}, {"OPENCLAW_LOG_LEVEL", "inof"}});
  EXPECT_EQ(text_of(loaded.diagnostics),
            "error: server.logLevel: the environment variable OPENCLAW_LOG_LEVEL must "
            "be debug, info, warn or error; did you mean `info`?\n"
            "error: server.port: the environment variable OPENCLAW_PORT must be a "
            "whole number from 0 to 65535\n");
}

TEST(Load, NamesTheVariableThatChoosesAStorageThatIsNone) {
  const Loaded loaded =
      load_text(minimal + "storage: {type: sqlite}\n", {{"OPENCLAW_STORAGE_TYPE", "sqlit"}});
  EXPECT_EQ(text_of(loaded.diagnostics),
            "error: storage: the environment variable OPENCLAW_STORAGE_TYPE names the storage "
            "plugin `sqlit`, which cannot be used: no such plugin is installed; did you mean "
            "`sqlite`?; installed are: sqlite, postgres\n");
}

TEST(Load, FillsWhatIsAbsentFromTheVariablesThatAPluginNames) {
  const Loaded loaded = load_text(minimal + "channels: {telegram: true}\n",
                                  {{"TELEGRAM_BOT_TOKEN", "1:tg"},
                                   {"TELEGRAM_API_ROOT", "http://127.0.0.1:81"},
                                   {"OPENAI_BASE_URL", "http://127.0.0.1:82"}});
  EXPECT_EQ(text_of(loaded.diagnostics), "");
  ASSERT_TRUE(loaded.config);
  const Json telegram = Json::parse(loaded.config->channels[0].section_json);
  EXPECT_EQ(telegram["botToken"], "1:tg");
  EXPECT_EQ(telegram["apiRoot"], "http://127.0.0.1:81");
  EXPECT_EQ(Json::parse(loaded.config->providers[0].section_json)["baseUrl"],
            "http://127.0.0.1:82");
}

TEST(Load, TakesOneLineToEnableAChannel) {
  for (const char* line : {"webchat: true", "webchat: {}", "webchat:"}) {
    const Loaded loaded = load_text(minimal + "channels:\n  " + line + "\n");
    EXPECT_EQ(text_of(loaded.diagnostics), "");
    ASSERT_TRUE(loaded.config) << line;
    ASSERT_EQ(loaded.config->channels.size(), 1U);
    EXPECT_TRUE(loaded.config->channels[0].enabled);
  }
  EXPECT_FALSE(load_text(minimal + "channels: {webchat: false}\n").config->channels[0].enabled);
}

TEST(Load, SaysHowAChannelIsTurnedOnWhereItsValueIsNone) {
  struct Row {
    const char* line;
    const char* words;
  };
  for (const Row& row :
       {Row{"webchat: yes",
            "channels.webchat: must be a map of settings, or true or false: write `true`"},
        Row{"webchat: Off",
            "channels.webchat: must be a map of settings, or true or false: write `false`"},
        Row{"webchat: \"yes\"", "channels.webchat: must be a map of settings, or true or false\n"},
        Row{"webchat: [1]", "channels.webchat: must be a map of settings, or true or false\n"},
        Row{"telegram: {botToken: \"1:a\", accounts: {work: true}}",
            "channels.telegram.accounts.work: must be a map of settings; leave the value out"}}) {
    const std::string said =
        text_of(load_text(minimal + "channels:\n  " + row.line + "\n").diagnostics);
    EXPECT_NE(said.find(row.words), std::string::npos) << said;
  }
}

TEST(Load, MergesAnAccountOverItsChannel) {
  const Loaded loaded = load_text(minimal + R"(channels:
  telegram:
    allowFrom: [1234]
    accounts:
      work: {botToken: "1:work"}
      home: {botToken: "2:home", allowFrom: ["5678"], enabled: false}
)");
  EXPECT_EQ(text_of(loaded.diagnostics), "");
  ASSERT_TRUE(loaded.config);
  const auto& channels = loaded.config->channels;
  ASSERT_EQ(channels.size(), 2U);  // the section has no token, so it is no account itself
  EXPECT_EQ(channels[0].account, "work");
  EXPECT_THAT(channels[0].allow_from, ElementsAre("1234"));
  EXPECT_EQ(Json::parse(channels[0].section_json)["botToken"], "1:work");
  EXPECT_FALSE(Json::parse(channels[0].section_json).contains("accounts"));
  EXPECT_EQ(channels[1].account, "home");
  EXPECT_THAT(channels[1].allow_from, ElementsAre("5678"));
  EXPECT_FALSE(channels[1].enabled);
}

TEST(Load, TakesACompleteChannelAsTheDefaultAccountBesideTheOthers) {
  const Loaded loaded = load_text(
      minimal +
      "channels: {telegram: {botToken: \"1:a\", accounts: {work: {botToken: \"2:b\"}}}}\n");
  ASSERT_TRUE(loaded.config) << text_of(loaded.diagnostics);
  ASSERT_EQ(loaded.config->channels.size(), 2U);
  EXPECT_EQ(loaded.config->channels[0].account, "default");
  EXPECT_EQ(loaded.config->channels[1].account, "work");
}

TEST(Load, MarksAChannelWithoutItsPluginAsUnusableOnly) {
  const Loaded loaded = load_text(minimal + "channels:\n  telegrm: {botToken: x}\n");
  ASSERT_TRUE(loaded.config);
  EXPECT_EQ(loaded.config->channels[0].unusable_reason, "no such plugin is installed");
  EXPECT_EQ(text_of(loaded.diagnostics),
            "gateway.yaml:4:3: warning: channels.telegrm: the channel plugin `telegrm` cannot be "
            "used: no such plugin is installed; did you mean `telegram`?; installed are: telegram, "
            "whatsapp, webchat; the channel telegrm will be failed until then\n");
}

TEST(Load, DoesNotJudgeAChannelThatIsOff) {
  const Loaded loaded = load_text(
      minimal + "channels: {telegram: {enabled: false, botToken: \"${NO}\"}, signal: false}\n");
  EXPECT_EQ(text_of(loaded.diagnostics), "");
  ASSERT_TRUE(loaded.config);
}

TEST(Load, FindsPathsFromTheFilesFolder) {
  const Loaded loaded =
      load_text(minimal +
                "storage: {path: data/s.db}\nplugins: {directories: [~/plugins, mine, /abs]}\n"
                "channels: {own: {plugin: ./own.so}}\n");
  ASSERT_TRUE(loaded.config) << text_of(loaded.diagnostics);
  const std::string folder = std::getenv("TMPDIR") == nullptr ? "/tmp" : std::getenv("TMPDIR");
  EXPECT_EQ(loaded.config->storage.path, folder + "/data/s.db");
  EXPECT_THAT(loaded.config->plugins.directories,
              ElementsAre("/home/claw/plugins", folder + "/mine", "/abs"));
  EXPECT_EQ(loaded.config->channels[0].plugin, folder + "/./own.so");
}

TEST(Load, WarnsOfAPlaceWithoutPlugins) {
  const Loaded loaded =
      load_text(minimal + "plugins:\n  directories: [/, /nowhere]\n  load: [/good.so, /bad.so]\n");
  EXPECT_EQ(text_of(loaded.diagnostics),
            "gateway.yaml:4:20: warning: plugins.directories[1]: there is no such folder; correct "
            "the path, or remove the entry\n"
            "gateway.yaml:5:20: warning: plugins.load[1]: cannot be used: it is of no use\n");
  EXPECT_TRUE(loaded.config);
}

TEST(Load, TakesEveryOriginThatABrowserSends) {
  const Loaded loaded = load_text(
      minimal +
      "server: {cors: {origins: [\"*\", \"null\", https://a.example, \"http://[::1]:81\", "
      "chrome-extension://abc]}}\n");
  EXPECT_EQ(text_of(loaded.diagnostics), "");
}

TEST(Load, LinksIdentitiesInBothSpellings) {
  const Loaded loaded = load_text(
      minimal + "session: {identityLinks: {\"telegram:42\": ada, bob: [\"telegram:7\", x]}}\n");
  ASSERT_TRUE(loaded.config) << text_of(loaded.diagnostics);
  EXPECT_EQ(loaded.config->session.identity_links,
            (std::map<std::string, std::string>{
                {"telegram:42", "ada"}, {"telegram:7", "bob"}, {"x", "bob"}}));
}

TEST(Load, SaysThatANamedFileIsMissing) {
  LoadOptions options = options_with({});
  options.path = "/nowhere/gateway.yaml";
  EXPECT_EQ(text_of(load(options).diagnostics),
            "/nowhere/gateway.yaml: error: there is no such file; create it or name another with "
            "--config; it needs at least `auth: { apiKey: \"${OPENCLAW_API_KEY}\" }` and one "
            "provider, as in `providers: [{ name: openai, apiKey: \"${OPENAI_API_KEY}\", model: "
            "gpt-4o }]`\n");
  options.path = "/tmp";
  EXPECT_EQ(text_of(load(options).diagnostics), "/tmp: error: is not a file\n");
}

}  // namespace
}  // namespace openclaw::config
