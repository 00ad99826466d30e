// Parses and compares the Host and Origin headers.
#include "core/http/origin.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <charconv>

#include "core/http/strict_request.hpp"

namespace openclaw::http {
namespace {

constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return result;
}

bool is_address(const std::string& host) {
  boost::system::error_code ec;
  boost::asio::ip::make_address(host, ec);
  return !ec;
}

}  // namespace

std::optional<Authority> parse_authority(std::string_view text, std::uint16_t default_port) {
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = text.substr(1, close - 1);
    if (!is_address(std::string(host)) || host.find(':') == std::string_view::npos) {
      return std::nullopt;
    }
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && !rest.starts_with(':')) return std::nullopt;
    if (!rest.empty()) port = rest.substr(1);
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  if (host.empty()) return std::nullopt;
  Authority result{lower(host), default_port};
  if (result.host.size() > 1 && result.host.back() == '.') result.host.pop_back();
  if (!port.empty()) {
    const char* end = port.data() + port.size();
    const auto parsed = std::from_chars(port.data(), end, result.port);
    if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  }
  return result;
}

OriginPolicy::OriginPolicy(std::string_view host, const std::vector<std::string>& allowed_hosts,
                           const std::vector<std::string>& configured_origins) {
  hosts_.emplace_back("localhost");
  if (!host.empty()) hosts_.push_back(lower(host));
  for (const std::string& allowed : allowed_hosts) {
    if (const auto authority = parse_authority(allowed, 0)) hosts_.push_back(authority->host);
  }
  for (const std::string& origin : configured_origins) {
    if (origin != "*") origins_.push_back(lower(origin));
  }
}

bool OriginPolicy::host_allowed(std::string_view host_header) const {
  const auto authority = parse_authority(host_header, http_port);
  if (!authority) return false;
  if (is_address(authority->host)) return true;
  return std::find(hosts_.begin(), hosts_.end(), authority->host) != hosts_.end();
}

bool OriginPolicy::origin_allowed(std::string_view origin, std::string_view host_header, bool https,
                                  const std::vector<std::string>& also) const {
  if (std::find(also.begin(), also.end(), "*") != also.end()) return true;
  const auto listed = [&](const std::string& one) { return equals_ignoring_case(one, origin); };
  if (std::any_of(origins_.begin(), origins_.end(), listed)) return true;
  if (std::any_of(also.begin(), also.end(), listed)) return true;

  const std::string_view scheme = https ? "https://" : "http://";
  const std::uint16_t default_port = https ? https_port : http_port;
  if (origin.size() <= scheme.size() ||
      !equals_ignoring_case(origin.substr(0, scheme.size()), scheme)) {
    return false;  // also "null", which sandboxed pages send
  }
  const auto from = parse_authority(origin.substr(scheme.size()), default_port);
  const auto to = parse_authority(host_header, default_port);
  return from && to && from->host == to->host && from->port == to->port;
}

}  // namespace openclaw::http
