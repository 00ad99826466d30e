// Which addresses an outgoing request for a stranger's URL may connect to.
#pragma once

#include <boost/asio/ip/address.hpp>

namespace openclaw::http::egress {

/// Whether `address` is on the public internet. Loopback, private, link-local, shared (CGNAT),
/// multicast, documentation and other special ranges are not, and neither is an IPv6 address that
/// carries such an IPv4 address (mapped, compatible, NAT64, 6to4, Teredo).
bool is_public(const boost::asio::ip::address& address);

}  // namespace openclaw::http::egress
