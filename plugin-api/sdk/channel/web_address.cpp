#include "openclaw/cpp/channel/web_address.hpp"

#include <algorithm>

namespace openclaw::sdk {

namespace {

constexpr std::size_t kMaxUrl = 8192;

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

/// Where the host ends in what stands between "//" and the path; npos: it is not plainly a host.
std::size_t end_of_host(std::string_view authority) {
  if (!authority.empty() && authority.front() == '[') {
    const auto close = authority.find(']');
    if (close == std::string_view::npos || close < 3) return std::string_view::npos;
    const auto address = authority.substr(1, close - 1);
    const bool plain = std::all_of(address.begin(), address.end(), [](char c) {
      return is_alphanumeric(c) || c == ':' || c == '.';
    });
    return plain ? close + 1 : std::string_view::npos;
  }
  const auto end = std::min(authority.find(':'), authority.size());
  const auto host = authority.substr(0, end);
  const bool plain =
      !host.empty() && host.front() != '.' && std::all_of(host.begin(), host.end(), [](char c) {
        return is_alphanumeric(c) || c == '.' || c == '-' || c == '_';
      });
  return plain ? end : std::string_view::npos;
}

bool is_port(std::string_view text) {
  return !text.empty() && text.size() <= 5 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

bool WebAddress::is_within(std::string_view name) const {
  if (name.substr(0, 2) != "*.") return host == name;
  const auto parent = name.substr(1);
  return host.size() > parent.size() &&
         host.compare(host.size() - parent.size(), parent.size(), parent) == 0;
}

std::optional<WebAddress> read_web_address(std::string_view url) {
  if (url.size() > kMaxUrl || url.find("${") != std::string_view::npos) return std::nullopt;
  const bool plain = std::all_of(url.begin(), url.end(), [](char c) {
    return static_cast<unsigned char>(c) > 0x20 && c != 0x7F && c != '\\';
  });
  const auto colon = url.find("://");
  if (!plain || colon == std::string_view::npos) return std::nullopt;
  WebAddress out;
  out.scheme = lower(url.substr(0, colon));
  if (out.scheme != "https" && out.scheme != "http") return std::nullopt;
  const auto rest = url.substr(colon + 3);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  const auto end = end_of_host(authority);
  if (end == std::string_view::npos) return std::nullopt;
  if (end != authority.size() && (authority[end] != ':' || !is_port(authority.substr(end + 1)))) {
    return std::nullopt;
  }
  out.host = lower(authority.substr(0, end));
  out.authority = lower(authority);
  return out;
}

std::string percent_encoded(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '_' || c == '.' || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '%';
      out += kHex[byte >> 4U];
      out += kHex[byte & 15U];
    }
  }
  return out;
}

}  // namespace openclaw::sdk
