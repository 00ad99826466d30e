// Where an attachment that a person sent may be fetched.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "openclaw/cpp/channel/downloads.hpp"

namespace openclaw::discord {

/// Absent for what is no address on Discord's servers for files, or on the server of `api_root`. No
/// token goes there: the address is signed, and good for about a day.
std::optional<sdk::Download> download_of(std::string_view url, const std::string& api_root);

/// The attachment's reference is its address.
sdk::Downloads::Lookup attachment_lookup(std::string api_root);

}  // namespace openclaw::discord
