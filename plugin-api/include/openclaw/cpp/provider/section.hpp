// The keys that every HTTP provider's config section has.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

/// The section as JSON; throws Refused when it is not a mapping.
nlohmann::json parse_section(std::string_view config_json);

struct ProviderSection {
  bool has_key = false;
  bool default_url = true;
  std::string base_url;  ///< without a slash at its end
  std::string proxy;
  Headers headers;

  /// Throws Refused with the sentence that names the wrong key.
  static ProviderSection read(const nlohmann::json& section, std::string_view default_base_url);
  /// A request for base_url + path: `own` headers, replaced and followed by the section's.
  [[nodiscard]] HttpRequest request(std::string_view method, std::string_view path,
                                    Headers own) const;
};

}  // namespace openclaw::sdk
