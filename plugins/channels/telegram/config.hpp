// The channel's own section of gateway.yaml.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::telegram {

struct Config {
  std::string api_root = "https://api.telegram.org";  ///< without a slash at the end
  bool webhook = false;
  bool has_webhook_secret = false;
  bool streaming = true;    ///< answers are shown while they are written
  std::string webhook_url;  ///< empty: the operator registers the webhook
  std::string key_prefix;   ///< "channels.telegram." for sentences that name a key
  std::string route_path;   ///< where the host serves our webhook
};

/// `name` is "telegram" or "telegram/ACCOUNT". Throws sdk::Refused with a sentence that names the
/// key to change. Keys it does not know belong to the core, which has checked them.
Config read_config(std::string_view name, std::string_view config_json);

}  // namespace openclaw::telegram
