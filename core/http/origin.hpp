// Whether a request was meant for this server by a page of this server: the defence against DNS
// rebinding and cross-site requests.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::http {

/// host[:port], lower case, an IPv6 address without its brackets.
struct Authority {
  std::string host;
  std::uint16_t port = 0;  ///< the scheme's default when it was not given
};

/// Absent when `text` is no host with an optional port.
std::optional<Authority> parse_authority(std::string_view text, std::uint16_t default_port);

class OriginPolicy {
 public:
  /// `host` is the configured server.host. An origin "*" among `configured_origins` opens reading
  /// (see Cors) but configures no origin here.
  OriginPolicy(std::string_view host, const std::vector<std::string>& allowed_hosts,
               const std::vector<std::string>& configured_origins);

  /// localhost, a literal address, server.host or an allowed host, with any port: a rebound name
  /// is never one of these.
  [[nodiscard]] bool host_allowed(std::string_view host_header) const;

  /// The request's own origin (scheme, host and port equal to the Host header's), a configured one
  /// or one of `also`. `https` says how the client reached the outermost trusted proxy.
  [[nodiscard]] bool origin_allowed(std::string_view origin, std::string_view host_header,
                                    bool https, const std::vector<std::string>& also) const;

 private:
  std::vector<std::string> hosts_;
  std::vector<std::string> origins_;
};

}  // namespace openclaw::http
