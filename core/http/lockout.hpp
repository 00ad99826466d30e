// Locks out addresses that guess keys: ten failures in a minute cost five minutes.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <chrono>
#include <cstdint>
#include <list>
#include <map>
#include <mutex>

namespace openclaw::http {

/// [any thread] Keyed by IPv4 address or IPv6 /64, since one host owns a whole /64. Holds at most
/// `max_clients`; the one heard of longest ago is forgotten first.
///
/// While an address is locked, a valid key from it is refused too: were it answered, the lockout
/// would still tell the guesser which guess was right.
class Lockout {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr unsigned max_failures = 10;
  static constexpr std::chrono::seconds window{60};
  static constexpr std::chrono::seconds penalty{300};

  explicit Lockout(std::size_t max_clients = 10000) : max_clients_(max_clients) {}

  /// Seconds until `client` may try again, rounded up; 0 = not locked.
  [[nodiscard]] unsigned locked_for(const boost::asio::ip::address& client, TimePoint now) const;
  /// Counts a wrong key. A missing one is no guess and is not to be counted.
  void failed(const boost::asio::ip::address& client, TimePoint now);

 private:
  using Key = boost::asio::ip::address;
  struct Record {
    unsigned failures = 0;
    TimePoint first{};  ///< start of the window
    TimePoint locked_until{};
    std::list<Key>::iterator recency;
  };
  static Key key_of(const boost::asio::ip::address& client);

  const std::size_t max_clients_;
  mutable std::mutex mutex_;
  std::map<Key, Record> records_;
  std::list<Key> recency_;  ///< most recent failure first
};

}  // namespace openclaw::http
