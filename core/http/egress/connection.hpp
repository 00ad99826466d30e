// An outgoing WebSocket, or plain or TLS byte stream, as its owner sees it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/http/message.hpp"
#include "core/runtime/error.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::http::egress {

struct ConnectRequest {
  std::string url;  ///< ws://, wss://, tcp:// or tls://
  Headers headers;  ///< of a WebSocket's upgrade
  runtime::Millis connect{10000};
  runtime::Millis idle{0};  ///< without anything received; 0 = none. A WebSocket's peer is pinged.
  std::size_t max_message = 4U << 20U;
};

/// How a connection that had stood ended: the peer's code, 1005 without one, 1006 without an end.
/// A byte stream ends with 1000 or 1006.
struct Closing {
  std::uint16_t code = 1006;
  std::string reason;
};

/// Called on the loop, never inside a call of the connection, and not after done().
struct ConnectionCallbacks {
  std::function<void()> open;
  std::function<void(std::string_view payload, bool binary)> data;
  /// Once. Errors: invalid (the URL), network, deadline, too_large, cancelled.
  std::function<void(Result<Closing>)> done;
};

/// Every call is made on its loop.
class Connection {
 public:
  enum class Sent : std::uint8_t { queued, not_open, full };

  virtual ~Connection() = default;  ///< cuts it without calling back
  virtual Sent send(std::string payload, bool binary) = 0;
  /// In order, after what is queued; the peer has 5 s for its part.
  virtual void close(std::uint16_t code, std::string_view reason) = 0;
  virtual void cancel() = 0;  ///< done(cancelled) follows
  virtual void pause(bool paused) = 0;
};

class NameLookups;

/// Makes the connections of one loop.
class Connector {
 public:
  explicit Connector(runtime::Loop& loop);
  ~Connector();

  std::unique_ptr<Connection> connect(ConnectRequest request, ConnectionCallbacks callbacks);

 private:
  struct Tls;
  runtime::Loop& loop_;
  std::unique_ptr<NameLookups> names_;
  std::shared_ptr<Tls> tls_;  ///< made when first needed; shared with the connections
};

}  // namespace openclaw::http::egress
