// Where an outgoing connection leads, read from its URL.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/runtime/error.hpp"

namespace openclaw::http::egress {

struct Endpoint {
  bool tls = false;
  bool websocket = false;
  std::string host;  ///< a name or an address, without brackets
  std::uint16_t port = 0;
  std::string target;     ///< a WebSocket's path and query, at least "/"
  std::string authority;  ///< as the Host header has it: without the scheme's own port
};

/// ws, wss, tcp and tls. A user name, a fragment, or a byte stream without a port is invalid.
Result<Endpoint> parse_endpoint(std::string_view url);

}  // namespace openclaw::http::egress
