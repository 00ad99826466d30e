// Asks Meta where media that a person sent is.
#pragma once

#include <string>

#include "api.hpp"
#include "openclaw/cpp/channel/downloads.hpp"

namespace openclaw::whatsapp {

/// Such an address is good for five minutes only, so it is asked for each time. `api` outlives it.
sdk::Downloads::Lookup media_lookup(Api& api, std::string api_root, std::string key_prefix);

}  // namespace openclaw::whatsapp
