// Reads the channel's section, which the core has checked against the manifest's schema.
#include "config.hpp"

#include <nlohmann/json.hpp>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::telegram {

namespace {

using nlohmann::json;

std::string text_of(const json& section, const char* key, const std::string& prefix) {
  const auto it = section.find(key);
  if (it == section.end() || it->is_null()) return {};
  if (!it->is_string()) throw sdk::Refused(prefix + key + " must be a string");
  return it->get<std::string>();
}

std::string prefix_of(std::string_view name) {
  const auto slash = name.find('/');
  std::string prefix = "channels." + std::string(name.substr(0, slash)) + ".";
  if (slash != std::string_view::npos) {
    prefix += "accounts." + std::string(name.substr(slash + 1)) + ".";
  }
  return prefix;
}

}  // namespace

Config read_config(std::string_view name, std::string_view config_json) {
  Config config;
  config.key_prefix = prefix_of(name);
  config.route_path = "/channels/" + std::string(name) + "/webhook";
  const json section = json::parse(config_json.empty() ? "{}" : config_json, nullptr, false);
  if (!section.is_object()) {
    throw sdk::Refused(config.key_prefix.substr(0, config.key_prefix.size() - 1) +
                       " must be a mapping");
  }
  if (text_of(section, "botToken", config.key_prefix).empty()) {
    throw sdk::Refused(config.key_prefix +
                       "botToken is missing: get a token from @BotFather, or set the environment "
                       "variable TELEGRAM_BOT_TOKEN");
  }
  if (auto root = text_of(section, "apiRoot", config.key_prefix); !root.empty()) {
    while (root.size() > 1 && root.back() == '/') root.pop_back();
    config.api_root = std::move(root);
  }
  const std::string mode = text_of(section, "mode", config.key_prefix);
  if (!mode.empty() && mode != "polling" && mode != "webhook") {
    throw sdk::Refused(config.key_prefix + "mode must be polling or webhook");
  }
  config.webhook = mode == "webhook";
  config.has_webhook_secret = !text_of(section, "webhookSecret", config.key_prefix).empty();
  config.webhook_url = text_of(section, "webhookUrl", config.key_prefix);
  return config;
}

}  // namespace openclaw::telegram
