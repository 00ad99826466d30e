// The channel's own section of gateway.yaml.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace openclaw::discord {

struct Config {
  std::string api_root = "https://discord.com/api";  ///< without a slash at the end, without /v10
  std::string application_id;                        ///< or empty
  /// What interactions are signed with. Absent: none is accepted.
  std::optional<std::array<std::uint8_t, 32>> public_key;
  bool streaming = true;   ///< answers are shown while they are written
  std::string key_prefix;  ///< "channels.discord." for sentences that name a key
  std::string route_path;  ///< where the host serves our interactions
};

/// `name` is "discord" or "discord/ACCOUNT". Throws sdk::Refused with a sentence that names the key
/// to change. Keys it does not know belong to the core, which has checked them.
Config read_config(std::string_view name, std::string_view config_json);

}  // namespace openclaw::discord
