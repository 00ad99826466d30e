// The one way out: every outgoing HTTP request of the gateway, through libcurl, and the
// connections.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/http/egress/connection.hpp"
#include "core/http/message.hpp"
#include "core/runtime/error.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::http::egress {

struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  std::string proxy;  ///< http://, https://, socks5:// or socks5h://; empty = from the environment
  /// Deadlines; 0 = none, except total. This one covers the wait for a connection that is free.
  runtime::Millis connect{10000};
  runtime::Millis first_byte{0};  ///< until the response's head
  runtime::Millis idle{60000};    ///< without a byte received
  runtime::Millis total{600000};
  std::size_t max_bytes = 32U << 20U;  ///< of the response's body
  bool public_only =
      false;  ///< refuse private, loopback and link-local addresses, on every redirect too
  std::uint32_t max_redirects = 0;
};

/// Called on the client's loop, never inside start(). data() is not called after done().
struct Callbacks {
  std::function<void(unsigned status, const Headers&)> head;
  /// A piece of the body. Absent: the body is collected and given to done().
  std::function<void(std::string_view)> data;
  /// Once. On success `body` is the collected body (empty when data was given).
  /// Errors: network, deadline (the message says which), too_large, cancelled, invalid (the URL).
  /// `maybe_done` is set when the request may have reached the server. An HTTP status of 400 or
  /// more is not an error here.
  std::function<void(Result<std::string> body)> done;
};

using TransferId = std::uint64_t;  ///< 0 = none

/// Of one client. What is above them waits for a connection that is free.
struct Limits {
  long connections = 4096;
  long per_host = 1024;  ///< so that a server that never answers leaves room for the others
};

/// One per loop; every call is made on that loop.
class Client {
 public:
  explicit Client(runtime::Loop& loop, Limits limits = {});
  ~Client();  ///< cancels everything without calling back

  TransferId start(Request request, Callbacks callbacks);
  /// done(cancelled) follows, not inside this call. Unknown ids are ignored.
  void cancel(TransferId id);
  /// Stops and resumes reading (back-pressure).
  void pause(TransferId id, bool paused);
  /// WebSockets and byte streams.
  Connector& connector() { return connector_; }

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  ///< shared with calls under way
  Connector connector_;
};

}  // namespace openclaw::http::egress
