// One accepted WebSocket, as its owner sees it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/http/message.hpp"

namespace openclaw::http {

/// [any thread] The sending side. Destroying it closes with 1001.
class WebSocket {
 public:
  virtual ~WebSocket() = default;
  /// Queues one message. False once closed, or when over 4 MiB wait for a slow reader (then closed
  /// 1013).
  virtual bool send(std::string message, bool binary) = 0;
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
};

/// Called on the connection's loop, in order, never after closed(). The server pings an idle peer
/// every 25 s and closes one that stays silent for 60 s; permessage-deflate stays off.
class WebSocketEvents {
 public:
  virtual ~WebSocketEvents() = default;
  virtual void message(std::string_view payload, bool binary) = 0;  ///< at most 1 MiB
  virtual void closed(std::uint16_t code) = 0;                      ///< last call
};

}  // namespace openclaw::http
