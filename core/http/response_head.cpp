// Serialises answer heads without allocating once the buffer has grown.
#include "core/http/response_head.hpp"

#include <array>
#include <charconv>

#include "core/http/cors.hpp"
#include "core/http/strict_request.hpp"

namespace openclaw::http {
namespace {

std::string_view reason_of(unsigned status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    default:
      return "Status";
  }
}

void append_number(std::string& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.append(digits.data(), end);
}

void append_value(std::string& out, std::string_view value) {
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    out.push_back((byte < 0x20 && byte != '\t') || byte == 0x7F ? ' ' : c);
  }
}

bool is_name(std::string_view name) {
  for (const char c : name) {
    if (c <= ' ' || c == ':' || c == 0x7F) return false;
  }
  return !name.empty();
}

bool frames(std::string_view name) {
  return equals_ignoring_case(name, "Content-Length") ||
         equals_ignoring_case(name, "Transfer-Encoding") ||
         equals_ignoring_case(name, "Connection") || equals_ignoring_case(name, "Date") ||
         equals_ignoring_case(name, "Keep-Alive") || equals_ignoring_case(name, "Trailer");
}

}  // namespace

std::string_view DateHeader::at(std::time_t now) {
  if (now != second_) {
    second_ = now;
    std::tm utc{};
    gmtime_r(&now, &utc);
    std::array<char, 40> text{};
    text_.assign(text.data(),
                 std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &utc));
  }
  return text_;
}

void append_head(std::string& out, unsigned status, const Headers& headers, const Framing& framing,
                 std::string_view date, std::string_view allow_origin, bool vary_origin) {
  out += "HTTP/1.1 ";
  append_number(out, status);
  out += ' ';
  out += reason_of(status);
  out += "\r\nServer: openclaw\r\nDate: ";
  out += date;
  bool cache_control = false;
  bool referrer_policy = false;
  for (const auto& [name, value] : headers) {
    if (!is_name(name) || frames(name)) continue;
    if (equals_ignoring_case(name, "X-Content-Type-Options")) continue;  // ours follows, once
    cache_control = cache_control || equals_ignoring_case(name, "Cache-Control");
    referrer_policy = referrer_policy || equals_ignoring_case(name, "Referrer-Policy");
    out += "\r\n";
    out += name;
    out += ": ";
    append_value(out, value);
  }
  out += "\r\nX-Content-Type-Options: nosniff";
  if (!referrer_policy) out += "\r\nReferrer-Policy: no-referrer";
  if (!cache_control) out += "\r\nCache-Control: no-store";
  if (!allow_origin.empty()) {
    out += "\r\nAccess-Control-Allow-Origin: ";
    append_value(out, allow_origin);
    out += "\r\nAccess-Control-Expose-Headers: ";
    out += exposed_headers;
  }
  if (vary_origin) out += "\r\nVary: Origin";
  if (framing.content_length && !bodyless(status)) {
    out += "\r\nContent-Length: ";
    append_number(out, *framing.content_length);
  }
  if (framing.chunked) out += "\r\nTransfer-Encoding: chunked";
  if (framing.close) {
    out += "\r\nConnection: close";
  } else if (framing.http_1_0) {
    out += "\r\nConnection: keep-alive";
  }
  out += "\r\n\r\n";
}

}  // namespace openclaw::http
