// Reads the channel's section, which the core has checked against the manifest's schema.
#include "config.hpp"

#include "openclaw/cpp/channel/section.hpp"

namespace openclaw::telegram {

Config read_config(std::string_view name, std::string_view config_json) {
  const sdk::ChannelSection section(name, config_json);
  section.require("botToken",
                  "get a token from @BotFather, or set the environment variable "
                  "TELEGRAM_BOT_TOKEN");
  Config config;
  config.key_prefix = section.prefix();
  config.route_path = section.route("webhook");
  config.api_root = section.address("apiRoot", config.api_root);
  const std::string mode = section.text("mode");
  if (!mode.empty() && mode != "polling" && mode != "webhook") {
    section.refuse("mode", "must be polling or webhook");
  }
  config.webhook = mode == "webhook";
  config.streaming = section.text("streaming") != "off";
  config.has_webhook_secret = !section.text("webhookSecret").empty();
  config.webhook_url = section.text("webhookUrl");
  return config;
}

}  // namespace openclaw::telegram
