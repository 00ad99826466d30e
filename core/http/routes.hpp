// Which handler answers which path, and what a caller must show first.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/http/message.hpp"
#include "core/http/websocket.hpp"

namespace openclaw::http {

/// There is no default: a route without an entry in this table does not compile.
enum class Auth : std::uint8_t {
  none,     ///< public: health, the chat page's files
  api_key,  ///< Authorization: Bearer (apiKey or bearerToken), or X-API-Key
  handler,  ///< the handler checks (a webhook's signature, a WebSocket's first message)
};

/// Whether a browser's Origin must be this server's own (or a configured one) for the request.
enum class OriginCheck : std::uint8_t {
  mutations,  ///< for everything but GET, HEAD and OPTIONS, when an Origin is sent
  never,      ///< webhooks that prove themselves otherwise; their Host is not checked either
};

using Handler = std::function<void(ResponderPtr)>;
/// Called before the handshake is answered; what is sent meanwhile waits. Returns the events'
/// owner, or null to refuse (403). Host and Origin were checked against the server's own names and
/// `allowed_origins` of the route.
using WebSocketHandler =
    std::function<std::unique_ptr<WebSocketEvents>(const Request&, std::unique_ptr<WebSocket>)>;

struct Route {
  std::string method;  ///< "GET"; also answers HEAD. "" for a WebSocket
  std::string path;    ///< exact, or ending in "/*" for everything below
  Auth auth;
  OriginCheck origin;
  Handler handler;
  WebSocketHandler websocket;
  std::vector<std::string> allowed_origins;  ///< beside the server's own, for the WebSocket
};

/// [any thread] Exact paths win over wildcards, longer wildcards over shorter ones. Lookups take a
/// shared lock; routes change only when a plugin starts or stops.
class Routes {
 public:
  void add(std::string method, std::string path, Auth auth, OriginCheck origin, Handler handler);
  void add_websocket(std::string path, Auth auth, std::vector<std::string> allowed_origins,
                     WebSocketHandler handler);
  /// True when it was there. A request being handled keeps its handler alive.
  bool remove(std::string_view method, std::string_view path);

  struct Match {
    std::shared_ptr<const Route> route;  ///< shared with requests in flight
    bool path_known = false;             ///< the path exists with other methods: 405, not 404
    std::string allow;                   ///< for the Allow header of a 405
  };
  [[nodiscard]] Match find(std::string_view method, std::string_view path) const;
  [[nodiscard]] Match find_websocket(std::string_view path) const;

 private:
  mutable std::shared_mutex mutex_;
  std::vector<std::shared_ptr<const Route>> routes_;
};

}  // namespace openclaw::http
