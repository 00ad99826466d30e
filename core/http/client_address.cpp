// Matches addresses against networks and walks X-Forwarded-For from the right.
#include "core/http/client_address.hpp"

#include <charconv>

namespace openclaw::http {
namespace {

using boost::asio::ip::address;

template <class Bytes>
bool same_prefix(const Bytes& a, const Bytes& b, unsigned bits) {
  for (std::size_t i = 0; bits > 0; ++i) {
    const unsigned here = bits < 8 ? bits : 8;
    const auto mask = static_cast<unsigned char>(0xFF << (8 - here));
    if (((a[i] ^ b[i]) & mask) != 0) return false;
    bits -= here;
  }
  return true;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

/// "192.0.2.1", "192.0.2.1:4711", "2001:db8::1", "[2001:db8::1]:4711".
address parse_forwarded(std::string_view text, boost::system::error_code& ec) {
  if (text.starts_with('[')) {
    text = text.substr(1, text.find(']') - 1);
  } else if (text.find(':') == text.rfind(':')) {
    text = text.substr(0, text.find(':'));
  }
  return boost::asio::ip::make_address(text, ec);
}

}  // namespace

address canonical(const address& any) {
  if (any.is_v6()) {
    const auto v6 = any.to_v6();
    if (v6.is_v4_mapped()) return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6);
    if (v6.scope_id() != 0) return boost::asio::ip::address_v6(v6.to_bytes());
  }
  return any;
}

TrustedProxies::TrustedProxies(const std::vector<std::string>& networks) {
  for (const std::string& text : networks) {
    const std::size_t slash = text.find('/');
    boost::system::error_code ec;
    const address base = canonical(boost::asio::ip::make_address(text.substr(0, slash), ec));
    if (ec) continue;
    const unsigned width = base.is_v4() ? 32 : 128;
    unsigned bits = width;
    if (slash != std::string::npos) {
      const char* end = text.data() + text.size();
      const auto parsed = std::from_chars(text.data() + slash + 1, end, bits);
      if (parsed.ec != std::errc() || parsed.ptr != end || bits > width) continue;
    }
    networks_.push_back({base, bits});
  }
}

bool TrustedProxies::contains(const address& any) const {
  const address candidate = canonical(any);
  for (const Network& network : networks_) {
    if (candidate.is_v4() != network.base.is_v4()) continue;
    const bool inside = candidate.is_v4()
                            ? same_prefix(candidate.to_v4().to_bytes(),
                                          network.base.to_v4().to_bytes(), network.bits)
                            : same_prefix(candidate.to_v6().to_bytes(),
                                          network.base.to_v6().to_bytes(), network.bits);
    if (inside) return true;
  }
  return false;
}

address TrustedProxies::client(const address& peer, std::string_view forwarded_for) const {
  address client = canonical(peer);
  while (!forwarded_for.empty() && contains(client)) {
    const std::size_t comma = forwarded_for.rfind(',');
    const std::string_view entry =
        trim(comma == std::string_view::npos ? forwarded_for : forwarded_for.substr(comma + 1));
    forwarded_for = comma == std::string_view::npos ? "" : forwarded_for.substr(0, comma);
    boost::system::error_code ec;
    const address next = parse_forwarded(entry, ec);
    if (ec) break;
    client = canonical(next);
  }
  return client;
}

}  // namespace openclaw::http
