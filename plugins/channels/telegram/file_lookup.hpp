// Asks Telegram where a file that a person sent is.
#pragma once

#include <string>

#include "api.hpp"
#include "openclaw/cpp/channel/downloads.hpp"

namespace openclaw::telegram {

/// Such an address is good for an hour only, so it is asked for each time. `api` outlives it.
sdk::Downloads::Lookup file_lookup(Api& api, const std::string& api_root, std::string key_prefix);

}  // namespace openclaw::telegram
