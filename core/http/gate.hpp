// Decides from a request's head alone, before any body is read, whether and by what it is handled.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <memory>
#include <string>

#include "core/http/auth.hpp"
#include "core/http/client_address.hpp"
#include "core/http/cors.hpp"
#include "core/http/lockout.hpp"
#include "core/http/origin.hpp"
#include "core/http/routes.hpp"
#include "core/http/server.hpp"
#include "core/http/strict_request.hpp"

namespace openclaw::http {

/// What happens to a request next. Without a route it is answered at once with `status`.
struct Admission {
  std::shared_ptr<const Route> route;  ///< shared with Routes, which may drop it meanwhile
  unsigned status = 0;
  std::string_view type;     ///< of the error; empty: the answer has no body
  std::string_view message;  ///< a literal
  Headers headers;
};

/// [any thread] Order of the checks: body size, path, Host, lockout, key, Origin.
///
/// A request that changes something (and every WebSocket upgrade) needs a Host that is ours, and an
/// Origin, when it has one, that is ours or configured. With CORS origins "*" a foreign page may
/// change something only through a route that takes the API key, with a valid key: a page that
/// holds the key was given it, while a page that only borrows the browser has none.
class Gate {
 public:
  Gate(const Routes& routes, const ServerOptions& options);

  [[nodiscard]] Admission admit(const RequestHead& head, const boost::asio::ip::address& peer,
                                const boost::asio::ip::address& client, Lockout::TimePoint now);

  [[nodiscard]] const Cors& cors() const { return cors_; }
  [[nodiscard]] const TrustedProxies& proxies() const { return proxies_; }

 private:
  Admission options(const RequestHead& head) const;
  Admission check(const RequestHead& head, const boost::asio::ip::address& peer,
                  const boost::asio::ip::address& client, Lockout::TimePoint now,
                  std::shared_ptr<const Route> route);

  const Routes& routes_;
  const std::size_t max_body_;
  const std::size_t max_body_without_key_;
  const bool open_access_;
  Authenticator authenticator_;
  OriginPolicy origin_policy_;
  Cors cors_;
  TrustedProxies proxies_;
  Lockout lockout_;
  Lockout foreign_lockout_;  ///< of requests with a Host or an Origin that is not ours
};

}  // namespace openclaw::http
