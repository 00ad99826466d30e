// Combines routing, limits, Host and Origin checks, keys and the lockout into one decision.
#include "core/http/gate.hpp"

#include <algorithm>

namespace openclaw::http {
namespace {

using boost::asio::ip::address;

Admission refuse(unsigned status, std::string_view type, std::string_view message,
                 Headers headers = {}) {
  return {nullptr, status, type, message, std::move(headers)};
}

bool reads_only(std::string_view method) {
  return method == "GET" || method == "HEAD" || method == "OPTIONS";
}

}  // namespace

Gate::Gate(const Routes& routes, const ServerOptions& options)
    : routes_(routes),
      max_body_(options.max_body),
      max_body_without_key_(std::min(options.max_body, options.max_body_without_key)),
      open_access_(options.open_access),
      authenticator_(options.api_key, options.bearer_token),
      origin_policy_(options.host, options.allowed_hosts,
                     options.cors_enabled ? options.cors_origins : std::vector<std::string>()),
      cors_(options.cors_enabled, options.cors_origins),
      proxies_(options.trusted_proxies) {}

Admission Gate::admit(const RequestHead& head, const address& peer, const address& client,
                      Lockout::TimePoint now) {
  if (head.content_length > max_body_) {
    return refuse(413, "invalid_request_error", "the request's body is too large");
  }
  if (head.wants_websocket && head.method == "GET") {
    Routes::Match match = routes_.find_websocket(head.path);
    if (match.route != nullptr) return check(head, peer, client, now, std::move(match.route));
  }
  Routes::Match match = routes_.find(head.method, head.path);
  if (match.route != nullptr) return check(head, peer, client, now, std::move(match.route));
  if (head.method == "OPTIONS") return this->options(head);
  if (match.path_known) {
    return refuse(405, "invalid_request_error", "this path does not answer that method",
                  {{"Allow", std::move(match.allow)}});
  }
  if (routes_.find_websocket(head.path).path_known) {
    return refuse(426, "invalid_request_error", "this path is for WebSockets",
                  {{"Upgrade", "websocket"}});
  }
  return refuse(404, "invalid_request_error", "no such path");
}

Admission Gate::options(const RequestHead& head) const {
  if (head.path == "*") return refuse(204, "", "", {{"Allow", "GET, HEAD, POST, OPTIONS"}});
  Routes::Match match = routes_.find("", head.path);
  if (!match.path_known) return refuse(404, "invalid_request_error", "no such path");
  match.allow += ", OPTIONS";
  if (head.header("Access-Control-Request-Method").empty() ||
      cors_.allow_origin(head.header("Origin")).empty()) {
    return refuse(204, "", "", {{"Allow", std::move(match.allow)}});
  }
  return refuse(204, "", "",
                Cors::preflight(match.allow, head.header("Access-Control-Request-Headers")));
}

Admission Gate::check(const RequestHead& head, const address& peer, const address& client,
                      Lockout::TimePoint now, std::shared_ptr<const Route> route) {
  if (route->auth != Auth::api_key && head.content_length > max_body_without_key_) {
    return refuse(413, "invalid_request_error", "the request's body is too large");
  }
  const bool websocket = route->method.empty();
  const bool changes =
      websocket || (route->origin == OriginCheck::mutations && !reads_only(head.method));
  const bool host_allowed = origin_policy_.host_allowed(head.host);
  if (changes && !host_allowed) {
    return refuse(403, "permission_error",
                  "this Host is not one of the server's names: add it to server.allowedHosts");
  }
  const std::string_view origin = head.header("Origin");
  const bool https =
      proxies_.contains(peer) && equals_ignoring_case(head.header("X-Forwarded-Proto"), "https");
  const bool origin_allowed =
      origin.empty() ||
      origin_policy_.origin_allowed(origin, head.host, https, route->allowed_origins);
  bool key_shown = false;

  if (route->auth == Auth::api_key) {
    // A foreign page guesses through somebody's browser: that must not lock out who sits there.
    Lockout& lockout = host_allowed && origin_allowed ? lockout_ : foreign_lockout_;
    if (const unsigned seconds = lockout.locked_for(client, now); seconds > 0) {
      return refuse(429, "rate_limit_error",
                    "too many wrong keys from this address: it is locked out for five minutes, of "
                    "which Retry-After says how many seconds remain",
                    {{"Retry-After", std::to_string(seconds)}});
    }
    const Authenticator::Verdict verdict =
        authenticator_.check(head.header("Authorization"), head.header("X-API-Key"));
    key_shown = verdict == Authenticator::Verdict::valid;
    // Open access trusts the machine, so whatever a page of another site could send through the
    // machine's browser must not profit: a rebound name, a foreign origin, or a local proxy.
    const bool open = open_access_ && client.is_loopback() && host_allowed && origin_allowed &&
                      head.header("X-Forwarded-For").empty() && head.header("Forwarded").empty();
    if (!key_shown && !open) {
      if (verdict == Authenticator::Verdict::wrong) lockout.failed(client, now);
      return refuse(401, "authentication_error",
                    verdict == Authenticator::Verdict::missing
                        ? "an API key is required: `Authorization: Bearer KEY` or "
                          "`X-API-Key: KEY`"
                        : "the API key is wrong",
                    {{"WWW-Authenticate", "Bearer"}});
    }
  }
  if (changes && !origin_allowed && !(cors_.any() && key_shown)) {
    return refuse(403, "permission_error", "requests from this Origin are not allowed");
  }
  return {std::move(route), 0, {}, {}, {}};
}

}  // namespace openclaw::http
