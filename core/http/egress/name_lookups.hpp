// Finds the addresses of host names without ever holding up the loop, or the end of the process.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/runtime/error.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::http::egress {

/// The system's resolver has no deadline of its own choosing and cannot be interrupted, so each
/// lookup has a thread that nobody waits for.
class NameLookups {
 public:
  using Addresses = std::vector<boost::asio::ip::tcp::endpoint>;
  using Resolve = std::function<Result<Addresses>(const std::string& host, std::uint16_t port)>;
  static constexpr int kMaxUnderWay = 64;  ///< of the process

  /// Errc::network when the name has no address.
  static Result<Addresses> ask_system(const std::string& host, std::uint16_t port);

  explicit NameLookups(runtime::Loop& loop, Resolve resolve = &ask_system);
  ~NameLookups();  ///< what is under way is left to itself and calls back no more
  NameLookups(const NameLookups&) = delete;
  NameLookups& operator=(const NameLookups&) = delete;

  /// [loop] `found` is called on the loop, later, and destroyed on any thread. Errc::again when too
  /// many are under way.
  void start(const std::string& host, std::uint16_t port,
             std::function<void(Result<Addresses>)> found);

 private:
  struct Home;
  std::shared_ptr<Home> home_;  ///< shared with the threads, which may outlive this
  Resolve resolve_;
};

}  // namespace openclaw::http::egress
