// docs/configuration.md must list every key of core.schema.json with the default that the schema
// has.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/config/load_fixture.hpp"

namespace openclaw::config {
namespace {

using Json = nlohmann::json;

/// Path → the default as the document writes it.
void collect(const Json& schema, const Json& definitions, const std::string& path,
             std::map<std::string, std::string>& out) {
  if (schema.contains("$ref")) {
    const auto name = schema["$ref"].get<std::string>();
    collect(definitions.at(name.substr(name.rfind('/') + 1)), definitions, path, out);
  } else if (path == "channels") {
    collect(definitions.at("channel"), definitions, "channels.<name>", out);
  } else if (schema.contains("properties")) {
    for (const auto& [key, sub] : schema["properties"].items()) {
      collect(sub, definitions, path.empty() ? key : path + "." + key, out);
    }
  } else if (schema.contains("items") && schema["items"].contains("$ref")) {
    collect(schema["items"], definitions, path + "[]", out);
  } else if (!schema.contains("default")) {
    out[path] = "none";
  } else {
    const Json& standard = schema["default"];
    const bool word = standard.is_string() && !standard.get_ref<const std::string&>().empty();
    out[path] = "`" + (word ? standard.get<std::string>() : standard.dump()) + "`";
  }
}

std::map<std::string, std::string> documented() {
  std::ifstream file(CONFIG_DOCUMENT);
  std::map<std::string, std::string> out;
  for (std::string line; std::getline(file, line);) {
    const std::size_t key_end = line.find("` | ");
    if (line.compare(0, 3, "| `") != 0 || key_end == std::string::npos) {
      continue;
    }
    const std::size_t type_end = line.find(" | ", key_end + 4);
    const std::size_t default_end = line.find(" | ", type_end + 3);
    if (type_end != std::string::npos && default_end != std::string::npos) {
      out[line.substr(3, key_end - 3)] = line.substr(type_end + 3, default_end - type_end - 3);
    }
  }
  return out;
}

TEST(Documentation, ListsEveryKeyWithItsDefault) {
  // The core's schema is what the merged one is made of; it is read as the loader has it.
  std::ifstream file(CONFIG_TESTDATA "/../core.schema.json");
  const Json schema = Json::parse(file);
  std::map<std::string, std::string> expected;
  collect(schema, schema.at("definitions"), "", expected);
  EXPECT_GT(expected.size(), 50U);
  EXPECT_EQ(documented(), expected);
}

/// The struct's own defaults are used where the loader does not run, so they must agree.
TEST(Documentation, TheStructHasTheSchemasDefaults) {
  const Loaded loaded = load_text(minimal);
  ASSERT_TRUE(loaded.config);
  const Config& read = *loaded.config;
  const Config standard;
  EXPECT_EQ(read.server.host, standard.server.host);
  EXPECT_EQ(read.server.port, standard.server.port);
  EXPECT_EQ(read.server.log_level, standard.server.log_level);
  EXPECT_EQ(read.server.log_format, standard.server.log_format);
  EXPECT_EQ(read.server.cors.origins, standard.server.cors.origins);
  EXPECT_EQ(read.server.drain_seconds, standard.server.drain_seconds);
  EXPECT_EQ(read.providers[0].timeouts.connect, Timeouts{}.connect);
  EXPECT_EQ(read.providers[0].timeouts.first_token, Timeouts{}.first_token);
  EXPECT_EQ(read.providers[0].timeouts.idle, Timeouts{}.idle);
  EXPECT_EQ(read.providers[0].timeouts.total, Timeouts{}.total);
  EXPECT_EQ(read.storage.type, standard.storage.type);
  EXPECT_EQ(read.gateway.instance, standard.gateway.instance);
  EXPECT_EQ(read.gateway.lease_seconds, standard.gateway.lease_seconds);
  EXPECT_EQ(read.monitoring.health_check, standard.monitoring.health_check);
  EXPECT_EQ(read.monitoring.metrics_port, standard.monitoring.metrics_port);
  EXPECT_EQ(read.monitoring.metrics_host, standard.monitoring.metrics_host);
  EXPECT_EQ(read.session.dm_scope, standard.session.dm_scope);
  EXPECT_EQ(read.queue.mode, standard.queue.mode);
  EXPECT_EQ(read.queue.debounce_ms, standard.queue.debounce_ms);
  EXPECT_EQ(read.queue.cap, standard.queue.cap);
  EXPECT_EQ(read.queue.drop, standard.queue.drop);
  EXPECT_EQ(read.queue.concurrency, standard.queue.concurrency);
  EXPECT_EQ(read.queue.max_attempts, standard.queue.max_attempts);
  EXPECT_EQ(read.queue.sender_per_minute, standard.queue.sender_per_minute);
  EXPECT_EQ(read.queue.reply_ttl_seconds, standard.queue.reply_ttl_seconds);
  EXPECT_EQ(read.queue.resend_unknown, standard.queue.resend_unknown);
  const Loaded with_agent = load_text(minimal + "agents: [{id: main}]\n");
  ASSERT_TRUE(with_agent.config);
  const Agent agent;
  EXPECT_EQ(with_agent.config->agents[0].timeout_seconds, agent.timeout_seconds);
  EXPECT_EQ(with_agent.config->agents[0].history_messages, agent.history_messages);
  EXPECT_EQ(with_agent.config->agents[0].history_bytes, agent.history_bytes);
}

}  // namespace
}  // namespace openclaw::config
