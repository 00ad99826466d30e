// A stream socket whose every wait has a deadline.
#pragma once

#include <cstddef>
#include <string_view>

#include "address.hpp"
#include "error.hpp"

struct sockaddr;

namespace openclaw::redis {

/// Used by one thread at a time. Failures are RedisError: unreachable while it connects, lost
/// later.
class Socket {
 public:
  Socket() = default;
  /// Over TCP each of the host's addresses is tried in turn.
  Socket(const Address& address, TimePoint deadline);
  ~Socket();
  Socket(Socket&& other) noexcept;
  Socket& operator=(Socket&& other) noexcept;

  void send(std::string_view bytes, TimePoint deadline);
  /// At least one byte.
  std::size_t receive(char* into, std::size_t size, TimePoint deadline);
  /// Whether there is something to receive, or an end, at once.
  [[nodiscard]] bool is_readable() const;

 private:
  bool try_connect(int family, const sockaddr* address, unsigned length, TimePoint deadline);
  void wait(short events, TimePoint deadline) const;
  int fd_ = -1;
  int error_ = 0;
};

}  // namespace openclaw::redis
