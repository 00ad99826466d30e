// Reads the channel's section, which the core has checked against the manifest's schema.
#include "config.hpp"

#include <algorithm>

#include "openclaw/cpp/channel/section.hpp"

namespace openclaw::whatsapp {

namespace {

bool is_number(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Config read_config(std::string_view name, std::string_view config_json) {
  const sdk::ChannelSection section(name, config_json);
  section.require("token",
                  "make a permanent token in Meta's console, or set the environment variable "
                  "WHATSAPP_TOKEN");
  Config config;
  config.key_prefix = section.prefix();
  config.route_path = section.route("webhook");
  config.phone_number_id = section.text("phoneNumberId");
  if (!is_number(config.phone_number_id)) {
    section.refuse("phoneNumberId", "must be the number's id in Meta's console, digits only");
  }
  config.api_root = section.address("apiRoot", config.api_root);
  config.has_app_secret = !section.text("appSecret").empty();
  config.has_verify_token = !section.text("verifyToken").empty();
  return config;
}

}  // namespace openclaw::whatsapp
