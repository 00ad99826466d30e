// Reads the channel's section, which the core has checked against the manifest's schema.
#include "config.hpp"

#include "hex.hpp"
#include "openclaw/cpp/channel/section.hpp"
#include "snowflake.hpp"

namespace openclaw::discord {

Config read_config(std::string_view name, std::string_view config_json) {
  const sdk::ChannelSection section(name, config_json);
  section.require("botToken",
                  "copy the token from the Discord Developer Portal (your application, Bot, "
                  "Reset Token), or set the environment variable DISCORD_BOT_TOKEN");
  Config config;
  config.key_prefix = section.prefix();
  config.route_path = section.route("interactions");
  config.api_root = section.address("apiRoot", config.api_root);
  config.streaming = section.text("streaming") != "off";
  config.application_id = section.text("applicationId");
  if (!config.application_id.empty() && !is_snowflake(config.application_id)) {
    section.refuse("applicationId",
                   "must be the number that the Developer Portal shows under General Information, "
                   "in quotes");
  }
  if (const auto key = section.text("publicKey"); !key.empty()) {
    config.public_key = bytes_of_hex<32>(key);
    if (!config.public_key) {
      section.refuse("publicKey",
                     "must be the 64 hexadecimal digits that the Developer Portal shows under "
                     "General Information");
    }
  }
  return config;
}

}  // namespace openclaw::discord
