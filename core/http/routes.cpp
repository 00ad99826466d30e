// The routing table: exact paths first, then the longest wildcard.
#include "core/http/routes.hpp"

#include <algorithm>
#include <mutex>

namespace openclaw::http {
namespace {

/// How well `pattern` fits: 0 = not at all, more = more specific.
std::size_t fit(std::string_view pattern, std::string_view path) {
  if (!pattern.ends_with("/*")) return pattern == path ? SIZE_MAX : 0;
  const std::string_view prefix = pattern.substr(0, pattern.size() - 1);
  return path.starts_with(prefix) ? prefix.size() : 0;
}

bool answers(const Route& route, std::string_view method) {
  return route.method == method || (method == "HEAD" && route.method == "GET");
}

}  // namespace

void Routes::add(std::string method, std::string path, Auth auth, OriginCheck origin,
                 Handler handler) {
  auto route = std::make_shared<const Route>(
      Route{std::move(method), std::move(path), auth, origin, std::move(handler), {}, {}});
  const std::unique_lock lock(mutex_);
  routes_.push_back(std::move(route));
}

void Routes::add_websocket(std::string path, Auth auth, std::vector<std::string> allowed_origins,
                           WebSocketHandler handler) {
  auto route = std::make_shared<const Route>(Route{"",
                                                   std::move(path),
                                                   auth,
                                                   OriginCheck::mutations,
                                                   {},
                                                   std::move(handler),
                                                   std::move(allowed_origins)});
  const std::unique_lock lock(mutex_);
  routes_.push_back(std::move(route));
}

bool Routes::remove(std::string_view method, std::string_view path) {
  const std::unique_lock lock(mutex_);
  return std::erase_if(routes_, [&](const auto& route) {
           return route->method == method && route->path == path;
         }) > 0;
}

Routes::Match Routes::find(std::string_view method, std::string_view path) const {
  const std::shared_lock lock(mutex_);
  Match match;
  std::size_t best = 0;
  std::size_t best_known = 0;
  for (const auto& route : routes_) {
    if (route->method.empty()) continue;
    const std::size_t score = fit(route->path, path);
    best_known = std::max(best_known, score);
    if (score > best && answers(*route, method)) {
      best = score;
      match.route = route;
    }
  }
  match.path_known = best_known > 0;
  // A more specific path that lacks the method hides the wildcard above it, as in most servers.
  if (best < best_known) match.route = nullptr;
  if (match.route != nullptr || !match.path_known) return match;
  for (const auto& route : routes_) {
    if (route->method.empty() || fit(route->path, path) != best_known) continue;
    if (!match.allow.empty()) match.allow += ", ";
    match.allow += route->method;
    if (route->method == "GET") match.allow += ", HEAD";
  }
  return match;
}

Routes::Match Routes::find_websocket(std::string_view path) const {
  const std::shared_lock lock(mutex_);
  Match match;
  std::size_t best = 0;
  for (const auto& route : routes_) {
    if (!route->method.empty()) continue;
    const std::size_t score = fit(route->path, path);
    if (score > best) {
      best = score;
      match.route = route;
    }
  }
  match.path_known = best > 0;
  return match;
}

}  // namespace openclaw::http
