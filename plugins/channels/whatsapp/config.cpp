// Reads the channel's section, which the core has checked against the manifest's schema.
#include "config.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::whatsapp {

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

bool is_number(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Config read_config(std::string_view name, std::string_view config_json) {
  Config config;
  const std::string prefix = config.key_prefix = prefix_of(name);
  config.route_path = "/channels/" + std::string(name) + "/webhook";
  const json section = json::parse(config_json.empty() ? "{}" : config_json, nullptr, false);
  if (!section.is_object()) {
    throw sdk::Refused(prefix.substr(0, prefix.size() - 1) + " must be a mapping");
  }
  if (text_of(section, "token", prefix).empty()) {
    throw sdk::Refused(prefix +
                       "token is missing: make a permanent token in Meta's console, or set the "
                       "environment variable WHATSAPP_TOKEN");
  }
  config.phone_number_id = text_of(section, "phoneNumberId", prefix);
  if (!is_number(config.phone_number_id)) {
    throw sdk::Refused(prefix +
                       "phoneNumberId must be the number's id in Meta's console, digits only");
  }
  if (auto root = text_of(section, "apiRoot", prefix); !root.empty()) {
    while (root.size() > 1 && root.back() == '/') root.pop_back();
    config.api_root = std::move(root);
  }
  config.has_app_secret = !text_of(section, "appSecret", prefix).empty();
  config.has_verify_token = !text_of(section, "verifyToken", prefix).empty();
  return config;
}

}  // namespace openclaw::whatsapp
