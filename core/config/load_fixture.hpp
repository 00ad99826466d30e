// A configuration to load in a test: its text, its environment and the plugins installed for it.
#pragma once

#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "core/config/load.hpp"

namespace openclaw::config {

inline const char* const telegram_schema = R"({
  "type": "object", "additionalProperties": false, "required": ["botToken"],
  "properties": {
    "botToken": {"type": "string", "minLength": 1},
    "apiRoot": {"type": "string", "default": "https://api.telegram.org"},
    "mode": {"type": "string", "enum": ["polling", "webhook"], "default": "polling"},
    "webhookSecret": {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,256}$"}
  },
  "if": {"properties": {"mode": {"const": "webhook"}}, "required": ["mode"]},
  "then": {"required": ["webhookSecret"]}
})";
inline const char* const whatsapp_schema = R"({
  "type": "object", "additionalProperties": false, "required": ["token"],
  "properties": {"token": {"type": "string"}, "appSecret": {"type": "string"},
                 "phoneNumberId": {"type": "string"}}
})";
inline const char* const webchat_schema = R"({
  "type": "object", "additionalProperties": false,
  "properties": {"allowedOrigins": {"type": "array", "items": {"type": "string"}}}
})";
inline const char* const openai_schema = R"({
  "type": "object", "additionalProperties": false, "required": ["apiKey"],
  "properties": {"apiKey": {"type": "string", "minLength": 1},
                 "baseUrl": {"type": "string", "default": "https://api.openai.com/v1"},
                 "proxy": {"type": "string"},
                 "temperature": {"type": "number", "minimum": 0, "maximum": 2},
                 "headers": {"type": "object", "additionalProperties": {"type": "string"}}}
})";
/// Its own server wants a key, others need none.
inline const char* const vendor_schema = R"({
  "type": "object",
  "properties": {"apiKey": {"type": "string"}, "model": {"type": "string"},
                 "baseUrl": {"type": "string", "default": "https://vendor.example"}},
  "if": {"properties": {"baseUrl": {"enum": ["https://vendor.example", "https://vendor.example/"]}}},
  "then": {"required": ["apiKey"], "properties": {"apiKey": {"minLength": 1}}}
})";
inline const char* const sqlite_schema = R"({
  "type": "object", "additionalProperties": false,
  "properties": {"path": {"type": "string"},
                 "retention": {"type": "object", "additionalProperties": false,
                               "properties": {"days": {"type": "integer", "minimum": 1}}}}
})";

inline const char* const postgres_schema = R"({
  "type": "object", "required": ["url"],
  "properties": {"url": {"type": "string", "pattern": "^postgres(ql)?://"},
                 "schema": {"type": "string"}}
})";

inline std::vector<NamedPlugin> installed_plugins() {
  const auto plugin = [](PluginKind kind, const char* name, const char* schema,
                         std::map<std::string, std::string> env = {}, bool dev = false) {
    PluginFacts facts;
    facts.secrets = {"apiKey", "botToken", "token", "webhookSecret"};
    facts.file = std::string("/plugins/") + name + ".so";
    facts.schema_json = schema;
    facts.env = std::move(env);
    facts.dev = dev;
    return NamedPlugin{kind, name, facts};
  };
  return {plugin(PluginKind::channel, "telegram", telegram_schema,
                 {{"apiRoot", "TELEGRAM_API_ROOT"}, {"botToken", "TELEGRAM_BOT_TOKEN"}}),
          plugin(PluginKind::channel, "whatsapp", whatsapp_schema,
                 {{"appSecret", "WHATSAPP_APP_SECRET"}}),
          plugin(PluginKind::channel, "webchat", webchat_schema, {}, true),
          plugin(PluginKind::provider, "openai", openai_schema, {{"baseUrl", "OPENAI_BASE_URL"}}),
          plugin(PluginKind::provider, "anthropic", openai_schema),
          plugin(PluginKind::provider, "vendor", vendor_schema,
                 {{"apiKey", "VENDOR_KEY"}, {"baseUrl", "VENDOR_URL"}}),
          plugin(PluginKind::provider, "echo", "", {}, true),
          plugin(PluginKind::storage, "sqlite", sqlite_schema),
          plugin(PluginKind::storage, "postgres", postgres_schema)};
}

using Variables = std::map<std::string, std::string>;

/// A file that lives as long as the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text) {
    const char* folder = std::getenv("TMPDIR");
    path_ = std::string(folder == nullptr ? "/tmp" : folder) + "/gateway.XXXXXX";
    const int fd = ::mkstemp(path_.data());
    if (fd >= 0) {
      std::ofstream(path_, std::ios::binary) << text;
      ::close(fd);
    }
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { ::unlink(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

inline LoadOptions options_with(Variables variables) {
  LoadOptions options;
  options.home = "/home/claw";
  options.env = [variables =
                     std::move(variables)](std::string_view name) -> std::optional<std::string> {
    const auto found = variables.find(std::string(name));
    return found == variables.end() ? std::nullopt : std::optional(found->second);
  };
  options.find_plugin = [](PluginKind kind, const std::string& name,
                           const Plugins&) -> Result<PluginFacts> {
    for (const NamedPlugin& plugin : installed_plugins()) {
      if (plugin.kind == kind && plugin.name == name) {
        return plugin.facts;
      }
    }
    return Error{.code = Errc::not_found, .message = "no such plugin is installed"};
  };
  options.check_plugin_file = [](const std::string& file) -> Result<void> {
    if (file == "/good.so") {
      return {};
    }
    return Error{.code = Errc::invalid, .message = "it is of no use"};
  };
  options.list_plugins = [](const Plugins&) { return installed_plugins(); };
  return options;
}

inline Loaded load_text(const std::string& text, Variables variables = {}, bool dev = false) {
  const TemporaryFile file(text);
  LoadOptions options = options_with(std::move(variables));
  options.path = file.path();
  options.dev = dev;
  Loaded loaded = load(options);
  for (Diagnostic& diagnostic : loaded.diagnostics) {
    if (diagnostic.file == file.path()) {
      diagnostic.file = "gateway.yaml";
    }
  }
  return loaded;
}

inline std::string text_of(const std::vector<Diagnostic>& diagnostics) {
  std::string out;
  for (const Diagnostic& diagnostic : diagnostics) {
    out += diagnostic.to_string() + "\n";
  }
  return out;
}

/// The smallest file without a finding.
inline const std::string minimal =
    "auth: {apiKey: a-key-of-enough-length}\n"
    "providers: [{name: openai, apiKey: sk-test}]\n";

}  // namespace openclaw::config
