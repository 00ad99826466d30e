// Which pages of other origins a browser lets read our answers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/http/message.hpp"

namespace openclaw::http {

/// Headers of ours that a page which may read an answer may read too, beside those that every page
/// may.
inline constexpr std::string_view exposed_headers = "x-openclaw-session-key, Retry-After";

/// Access-Control-Allow-Credentials is never sent: keys travel in headers, which need no cookies,
/// and credentials with "*" would open the server to every page.
class Cors {
 public:
  Cors(bool enabled, std::vector<std::string> origins);

  /// The value for Access-Control-Allow-Origin, or empty when `origin` may not read.
  [[nodiscard]] std::string_view allow_origin(std::string_view origin) const;
  /// Whether answers differ by Origin, so that caches must be told.
  [[nodiscard]] bool varies() const { return enabled_ && !any_; }
  [[nodiscard]] bool any() const { return enabled_ && any_; }

  /// The headers of a preflight's answer, beside Allow-Origin. `methods` is the path's Allow list.
  [[nodiscard]] static Headers preflight(std::string_view methods,
                                         std::string_view requested_headers);

 private:
  bool enabled_;
  bool any_;
  std::vector<std::string> origins_;
};

}  // namespace openclaw::http
