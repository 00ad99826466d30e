// The channel's own section of gateway.yaml.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::irc {

struct RoomConfig {
  std::string name, key;
};

struct Config {
  std::string url;     ///< as the host knows it: tls://HOST:PORT or tcp://HOST:PORT
  std::string server;  ///< HOST:PORT, for sentences
  std::string nick, username, real_name;
  std::vector<RoomConfig> rooms;
  std::string sasl_user;  ///< empty: no SASL
  bool has_server_password = false;
  bool require_account = false;
  bool encrypted = true;
  std::size_t burst = 5;
  std::int64_t line_interval_ms = 2000;
  std::string key_prefix;  ///< "channels.irc." for sentences that name a key
};

/// `name` is "irc" or "irc/ACCOUNT". Throws sdk::Refused with a sentence that names the key to
/// change. Keys it does not know belong to the core, which has checked them.
Config read_config(std::string_view name, std::string_view config_json);

}  // namespace openclaw::irc
