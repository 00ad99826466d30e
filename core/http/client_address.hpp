// Which client a request comes from, seen through the proxies that the operator trusts.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::http {

/// An IPv4 address carried in IPv6 (::ffff:1.2.3.4) is the IPv4 address.
boost::asio::ip::address canonical(const boost::asio::ip::address& address);

/// Networks in the form 10.0.0.0/8, 2001:db8::/32, or single addresses.
class TrustedProxies {
 public:
  /// Entries that are no address or network are left out: they trust nobody.
  explicit TrustedProxies(const std::vector<std::string>& networks);

  [[nodiscard]] bool contains(const boost::asio::ip::address& address) const;

  /// The peer itself, unless it is trusted: then the rightmost address of X-Forwarded-For that is
  /// not. Everything left of that one was written by strangers and is ignored, and so is an entry
  /// that is no address.
  [[nodiscard]] boost::asio::ip::address client(const boost::asio::ip::address& peer,
                                                std::string_view forwarded_for) const;

 private:
  struct Network {
    boost::asio::ip::address base;
    unsigned bits = 0;
  };
  std::vector<Network> networks_;
};

}  // namespace openclaw::http
