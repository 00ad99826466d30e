// The channel's own section of gateway.yaml.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::whatsapp {

struct Config {
  std::string api_root = "https://graph.facebook.com";  ///< without a slash at the end
  std::string phone_number_id;                          ///< empty: only that of who is answered
  bool has_app_secret = false;
  bool has_verify_token = false;
  std::string key_prefix;  ///< "channels.whatsapp." for sentences that name a key
  std::string route_path;  ///< where the host serves our webhook
};

/// `name` is "whatsapp" or "whatsapp/ACCOUNT". Throws sdk::Refused with a sentence that names the
/// key to change. Keys it does not know belong to the core, which has checked them.
Config read_config(std::string_view name, std::string_view config_json);

}  // namespace openclaw::whatsapp
