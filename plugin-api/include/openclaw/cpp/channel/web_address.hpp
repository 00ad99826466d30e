// Whether an address that a platform or a person gave may be asked, and by what name.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace openclaw::sdk {

/// Where an http or https URL leads, in lower case.
struct WebAddress {
  std::string scheme, host;
  std::string authority;  ///< the host, with the port where the URL names one

  /// The same scheme, host and port: of two URLs, the same server.
  [[nodiscard]] bool same_server(const WebAddress& other) const {
    return scheme == other.scheme && authority == other.authority;
  }
  /// `name` is a host, or "*.example.com" for every name below example.com.
  [[nodiscard]] bool is_within(std::string_view name) const;
};

/// Absent for what readers could understand differently (a user's name, a backslash, spaces,
/// control characters, a host that is more than letters, digits, dots and dashes), for what the
/// gateway would fill in (${...}), and for more than 8 KiB.
std::optional<WebAddress> read_web_address(std::string_view url);

/// For one segment of a path: all but letters, digits and "-_.~" is written as %XX.
std::string percent_encoded(std::string_view text);

}  // namespace openclaw::sdk
