// Reads the channel's section, which the core has checked against the manifest's schema.
#include "config.hpp"

#include <nlohmann/json.hpp>

#include "hex.hpp"
#include "openclaw/cpp/plugin.hpp"
#include "snowflake.hpp"

namespace openclaw::discord {

namespace {

using nlohmann::json;

std::string text_of(const json& section, const char* key, const std::string& prefix) {
  const auto it = section.find(key);
  if (it == section.end() || it->is_null()) return {};
  if (!it->is_string()) throw sdk::Refused(prefix + key + " must be a string, in quotes");
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
  config.route_path = "/channels/" + std::string(name) + "/interactions";
  const std::string& prefix = config.key_prefix;
  const json section = json::parse(config_json.empty() ? "{}" : config_json, nullptr, false);
  if (!section.is_object()) {
    throw sdk::Refused(prefix.substr(0, prefix.size() - 1) + " must be a mapping");
  }
  if (text_of(section, "botToken", prefix).empty()) {
    throw sdk::Refused(prefix +
                       "botToken is missing: copy the token from the Discord Developer Portal "
                       "(your application, Bot, Reset Token), or set the environment variable "
                       "DISCORD_BOT_TOKEN");
  }
  if (auto root = text_of(section, "apiRoot", prefix); !root.empty()) {
    while (root.size() > 1 && root.back() == '/') root.pop_back();
    config.api_root = std::move(root);
  }
  config.application_id = text_of(section, "applicationId", prefix);
  if (!config.application_id.empty() && !is_snowflake(config.application_id)) {
    throw sdk::Refused(prefix +
                       "applicationId must be the number that the Developer Portal shows under "
                       "General Information, in quotes");
  }
  if (const auto key = text_of(section, "publicKey", prefix); !key.empty()) {
    config.public_key = bytes_of_hex<32>(key);
    if (!config.public_key) {
      throw sdk::Refused(prefix +
                         "publicKey must be the 64 hexadecimal digits that the Developer Portal "
                         "shows under General Information");
    }
  }
  return config;
}

}  // namespace openclaw::discord
