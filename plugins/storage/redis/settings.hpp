// The storage section.
#pragma once

#include <string>
#include <string_view>

#include "address.hpp"

namespace openclaw::redis {

struct Settings {
  Address address;
  std::string prefix = "openclaw";
};

/// Throws sdk::Refused with a sentence that names the key.
Settings read_settings(std::string_view section_json);

/// The key that scripts are called with; all others begin like it, up to the colon.
std::string store_key(const Settings& settings);

/// The stream of messages that wait, and what is held of each: INBOX, CLAIMS in keys.lua.
std::string inbox_key(const Settings& settings);
std::string claims_key(const Settings& settings);

/// The channel that scripts publish to, which begins like the keys: WAKING in keys.lua.
std::string wake_channel(const Settings& settings);

}  // namespace openclaw::redis
