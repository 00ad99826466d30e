// A plugin's secrets: it never sees them, the host fills them into what it sends.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/runtime/error.hpp"

namespace openclaw::host {

class Secrets {
 public:
  Secrets() = default;
  /// Takes the values of `secret_keys` out of `section_json`, leaving "${secret:KEY}" in their
  /// place, and allows `hosts` ("*.example.com" is every name below example.com) beside the hosts
  /// of the URLs in `url_keys`. A key that is absent or empty stays so. The section must be a JSON
  /// object.
  static Result<Secrets> take(std::string& section_json,
                              const std::vector<std::string>& secret_keys,
                              const std::vector<std::string>& hosts,
                              const std::vector<std::string>& url_keys);

  /// `text` with every ${secret:KEY} filled in, and ${base64:...}, which may hold some, encoded.
  /// Errc::auth when `host` is not allowed to see them, or when KEY is not set.
  [[nodiscard]] Result<std::string> fill(std::string_view text, std::string_view host) const;
  static bool mentions(std::string_view text) {
    return text.find("${secret:") != text.npos || text.find("${base64:") != text.npos;
  }

  /// Constant time. False when KEY is not set.
  [[nodiscard]] bool equals(std::string_view key, std::string_view presented) const;
  /// Null when not set.
  [[nodiscard]] const std::string* value(std::string_view key) const;
  /// `text` with every secret value replaced, for reasons and log lines that a plugin writes.
  [[nodiscard]] std::string redact(std::string_view text) const;

 private:
  [[nodiscard]] bool allowed(std::string_view host) const;
  [[nodiscard]] Result<std::string> one(std::string_view key, std::string_view host) const;

  std::map<std::string, std::string, std::less<>> values_;
  std::set<std::string, std::less<>> hosts_;
};

/// The host name of a URL that the gateway opens (http, https, ws, wss, tcp, tls), lower case,
/// without user, port and brackets. Empty when there is none, or when URL parsers may disagree on
/// it: a secret must not go where the sender sees another host than this check does.
std::string host_of(std::string_view url);

}  // namespace openclaw::host
