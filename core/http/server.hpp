// The listening HTTP/1.1 server: strict parsing, limits, authentication, then the route's handler.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/routes.hpp"
#include "core/runtime/error.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::http {

struct ServerOptions {
  std::string host = "0.0.0.0";
  std::uint16_t port = 3000;  ///< 0 = any free port
  /// What an operator changes for another address, as the errors of listen() name it.
  std::string host_setting = "server.host", port_setting = "server.port (or OPENCLAW_PORT)";
  std::string api_key;  ///< empty: api_key routes answer 401 to everyone
  std::string bearer_token;
  bool open_access = false;  ///< --dev: api_key routes need no key from a loopback client
  bool cors_enabled = true;
  std::vector<std::string> cors_origins{"*"};
  std::vector<std::string> allowed_hosts;  ///< DNS names beside localhost, addresses and `host`
  std::vector<std::string> trusted_proxies;
  std::size_t max_connections = 10000;  ///< those above are told 503
  std::size_t max_body = 16U << 20U;
  std::size_t max_body_without_key = 4U << 20U;  ///< on routes that do not take the API key
  std::size_t all_bodies = 256U << 20U;          ///< together, of those who showed the key
  std::size_t all_bodies_without_key = 64U << 20U;
  std::size_t max_header = 32U << 10U;
  runtime::Millis header_deadline{10000};
  runtime::Millis idle_deadline{75000};
  runtime::Millis farewell_deadline{
      5000};                          ///< a WebSocket being closed: without progress it is cut
  runtime::Millis stuck_after{1000};  ///< a loop that has not taken a connection is passed by
  std::size_t min_body_rate = 1024;   ///< bytes a second, averaged, after the first 10 s
  /// [any loop] A handler threw, which is a bug of ours; the client has been answered with 500.
  std::function<void(std::string_view route, std::string_view what)> on_handler_threw;
};

/// Called after each answered request, on its loop. `route` is the route's pattern, never the path.
using RequestObserver = std::function<void(std::string_view method, std::string_view route,
                                           unsigned status, double seconds)>;

class Server {
 public:
  /// Accepts on `listener` and spreads connections over `loops`; each stays on its loop. All must
  /// outlive the server. While one of `loops` is stuck, connections go to the others.
  Server(runtime::Loop& listener, std::vector<runtime::Loop*> loops, Routes& routes,
         ServerOptions options, RequestObserver observer);
  ~Server();

  /// Binds and listens; connections are accepted from here on. Error::message names the port and
  /// the remedy when it is in use.
  Result<std::uint16_t> listen();
  /// [any thread] Accepts nothing more; idle connections close, running requests finish, and what
  /// is asked from now on, on connections that there are, is told 503.
  void stop_accepting();
  /// [any thread] Requests that have been admitted and not answered. WebSockets are none.
  [[nodiscard]] std::size_t under_way() const;
  /// [any thread] Connections open now.
  [[nodiscard]] std::size_t connections() const;
  /// [not a loop] Cuts what is left. Call before the loops stop.
  void close_all();

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;  ///< shared with what the listener's loop has still to run
};

}  // namespace openclaw::http
