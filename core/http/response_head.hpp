// Writes the status line and headers of an answer.
#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>
#include <string_view>

#include "core/http/message.hpp"

namespace openclaw::http {

/// "Sun, 06 Nov 1994 08:49:37 GMT", formatted once a second.
class DateHeader {
 public:
  std::string_view at(std::time_t now);

 private:
  std::time_t second_ = -1;
  std::string text_;
};

/// How the body that follows is delimited, decided by the server and never by handlers.
struct Framing {
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool close = false;
  bool http_1_0 = false;
};

/// Answers of these statuses have neither a body nor its length.
constexpr bool bodyless(unsigned status) {
  return status < 200 || status == 204 || status == 304;
}

/// Appends the head with the security headers. Handlers' framing headers are left out, and control
/// characters in their values become blanks, so that no value can start another header or answer.
/// `allow_origin` is empty without CORS; `vary_origin` tells caches that it depends on Origin.
void append_head(std::string& out, unsigned status, const Headers& headers, const Framing& framing,
                 std::string_view date, std::string_view allow_origin, bool vary_origin);

}  // namespace openclaw::http
