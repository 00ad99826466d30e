// Answers the questions that browsers ask before and after a request to another origin.
#include "core/http/cors.hpp"

#include <algorithm>

#include "core/http/strict_request.hpp"

namespace openclaw::http {

Cors::Cors(bool enabled, std::vector<std::string> origins)
    : enabled_(enabled),
      any_(std::find(origins.begin(), origins.end(), "*") != origins.end()),
      origins_(std::move(origins)) {}

std::string_view Cors::allow_origin(std::string_view origin) const {
  if (!enabled_ || origin.empty()) return {};
  if (any_) return "*";
  for (const std::string& allowed : origins_) {
    if (equals_ignoring_case(allowed, origin)) return allowed;
  }
  return {};
}

Headers Cors::preflight(std::string_view methods, std::string_view requested_headers) {
  // The requested names are echoed, because "*" would not cover Authorization and clients send
  // many of their own. Anything but a list of names is left out.
  const bool names = requested_headers.size() <= 2048 &&
                     std::all_of(requested_headers.begin(), requested_headers.end(), [](char c) {
                       return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                              (c >= '0' && c <= '9') || c == '-' || c == '_' || c == ',' ||
                              c == ' ';
                     });
  Headers headers{{"Access-Control-Allow-Methods", std::string(methods)},
                  {"Access-Control-Max-Age", "600"}};
  if (names && !requested_headers.empty()) {
    headers.emplace_back("Access-Control-Allow-Headers", std::string(requested_headers));
  }
  return headers;
}

}  // namespace openclaw::http
