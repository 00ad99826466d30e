#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/config/load_fixture.hpp"
#include "core/config/plugin_schema.hpp"

namespace openclaw::config {
namespace {

using Json = nlohmann::json;

Json schema() {
  std::vector<NamedPluginSchema> plugins;
  for (const NamedPlugin& plugin : installed_plugins()) {
    plugins.push_back({plugin.kind, plugin.name, plugin.facts.schema_json, plugin.facts.env});
  }
  return Json::parse(merged_schema(plugins));
}

std::string violations(const char* configuration) {
  std::string out;
  for (const auto& violation : check_plugin_schema(Json::parse(configuration), schema())) {
    out += violation.path + ": " + violation.message + "\n";
  }
  return out;
}

TEST(MergedSchema, AcceptsTheReference) {
  EXPECT_EQ(violations(R"({
    "server": {"host": "0.0.0.0", "port": 3000, "logLevel": "info",
               "cors": {"enabled": true, "origins": ["*"]}},
    "auth": {"apiKey": "${OPENCLAW_API_KEY}", "bearerToken": "${OPENCLAW_BEARER_TOKEN}"},
    "providers": [
      {"name": "openai", "apiKey": "${OPENAI_API_KEY}", "model": "gpt-4o",
       "baseUrl": "https://api.openai.com/v1"},
      {"name": "anthropic", "apiKey": "${ANTHROPIC_API_KEY}", "model": "claude-sonnet-4-20250514"}],
    "channels": {"whatsapp": {"enabled": true, "token": "${WHATSAPP_TOKEN}"},
                 "telegram": {"enabled": true, "botToken": "${TELEGRAM_BOT_TOKEN}"}},
    "storage": {"type": "sqlite", "path": "~/.openclaw/data/sessions.db"},
    "monitoring": {"healthCheck": true, "metricsPort": 9090}})"),
            "");
}

TEST(MergedSchema, AcceptsAVariableWhereANumberOrAWordIsAsked) {
  EXPECT_EQ(violations(R"({"server": {"port": "${PORT:-3000}", "logLevel": "${LEVEL}"},
                           "channels": {"webchat": true, "telegram": null}})"),
            "");
}

TEST(MergedSchema, DoesNotAskForWhatAVariableOrAnAccountMaySupply) {
  EXPECT_EQ(violations(R"({"providers": [{"name": "vendor"}],
      "channels": {"telegram": {"mode": "webhook", "accounts": {"a": {"webhookSecret": "x"}}}}})"),
            "");
}

TEST(MergedSchema, RefusesWhatTheLoaderRefuses) {
  for (const char* wrong :
       {R"({"server": {"port": 70000}})", R"({"server": {"port": "http"}})",
        R"({"server": {"logLevel": "inof"}})", R"({"sever": {}})",
        R"({"providers": [{"model": "x"}]})", R"({"channels": {"telegram": {"mode": "push"}}})",
        R"({"channels": {"telegram": {"botTokn": "x"}}})",
        R"({"channels": {"webchat": {"accounts": {"a": {"allowedOrigins": 1}}}}})",
        R"({"providers": [{"name": "openai", "apiKey": "x", "temperature": 3}]})",
        R"({"providers": [{"name": "mine", "plugin": "openai"}]})",
        R"({"storage": {"retention": {"days": 0}}})", R"({"storage": {"type": "postgres"}})",
        R"({"storage": {"url": "postgres://db"}})"}) {
    EXPECT_NE(violations(wrong), "") << wrong;
  }
}

TEST(MergedSchema, KeepsAPluginsReferencesWithinItsOwnSchema) {
  const Json merged = Json::parse(merged_schema(
      {{PluginKind::channel, "irc",
        R"({"properties": {"a": {"$ref": "#/definitions/id"}}, "definitions": {"id": {"type": "integer"}}})"}}));
  EXPECT_EQ(merged["definitions"]["channel.irc"]["properties"]["a"]["$ref"],
            "#/definitions/channel.irc/definitions/id");
  EXPECT_TRUE(
      check_plugin_schema(Json::parse(R"({"channels": {"irc": {"a": 1}}})"), merged).empty());
  EXPECT_FALSE(
      check_plugin_schema(Json::parse(R"({"channels": {"irc": {"a": []}}})"), merged).empty());
}

}  // namespace
}  // namespace openclaw::config
