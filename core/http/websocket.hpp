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

/// Kept for as long as a received message waits to be dealt with. [any thread]
class InFlight {
 public:
  virtual ~InFlight() = default;
};
using InFlightPtr = std::unique_ptr<InFlight>;

/// Called on the connection's loop, in order, never after closed(). The server pings an idle peer
/// every 25 s and closes one that stays silent for 60 s; permessage-deflate stays off. While over
/// 256 KiB of a peer's messages are in flight nothing more is read from it: it counts as silent.
class WebSocketEvents {
 public:
  virtual ~WebSocketEvents() = default;
  /// At most 1 MiB.
  virtual void message(std::string_view payload, bool binary, InFlightPtr in_flight) = 0;
  virtual void closed(std::uint16_t code) = 0;  ///< last call
};

}  // namespace openclaw::http
