// poll(2) before everything that could block.
#include "socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "resolve.hpp"

namespace openclaw::redis {

namespace {

/// A host that is silent is given up after that long, so that the next address has its turn, and an
/// idle connection that somebody in between forgot does not cost a whole deadline.
constexpr int kSilentMs = 10'000;

void set(int fd, int level, int option, int value) {
  ::setsockopt(fd, level, option, &value, sizeof value);
}

RedisError lost(const char* what) {
  return {RedisError::Kind::lost, std::string(what) + ": " + std::strerror(errno)};
}

}  // namespace

Socket::Socket(const Address& address, TimePoint deadline) {
  if (!address.socket.empty()) {
    sockaddr_un un{};
    un.sun_family = AF_UNIX;
    if (address.socket.size() >= sizeof un.sun_path) {
      throw RedisError(RedisError::Kind::refused, "the path of the socket is too long");
    }
    std::copy(address.socket.begin(), address.socket.end(), un.sun_path);
    if (try_connect(AF_UNIX, reinterpret_cast<const sockaddr*>(&un), sizeof un, deadline)) return;
    throw RedisError(RedisError::Kind::unreachable, address.socket + ": " + std::strerror(error_));
  }
  const Addresses found = resolve(address.host, address.port, deadline);
  for (const addrinfo* a = found.get(); a != nullptr; a = a->ai_next) {
    if (try_connect(a->ai_family, a->ai_addr, a->ai_addrlen, deadline)) return;
  }
  throw RedisError(RedisError::Kind::unreachable,
                   address.host + " port " + address.port + ": " + std::strerror(error_));
}

Socket::~Socket() {
  if (fd_ >= 0) ::close(fd_);
}
Socket::Socket(Socket&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
Socket& Socket::operator=(Socket&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

/// On failure `error_` says why.
bool Socket::try_connect(int family, const sockaddr* address, unsigned length, TimePoint deadline) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = ::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  error_ = fd_ < 0 ? errno : 0;
  if (fd_ < 0) return false;
  if (family != AF_UNIX) {
    set(fd_, IPPROTO_TCP, TCP_NODELAY, 1);
    set(fd_, IPPROTO_TCP, TCP_USER_TIMEOUT, kSilentMs);
    set(fd_, SOL_SOCKET, SO_KEEPALIVE, 1);
    set(fd_, IPPROTO_TCP, TCP_KEEPIDLE, 5);
    set(fd_, IPPROTO_TCP, TCP_KEEPINTVL, 2);
    set(fd_, IPPROTO_TCP, TCP_KEEPCNT, 3);
  }
  if (::connect(fd_, address, length) == 0) return true;
  error_ = errno;
  // A Unix socket whose queue is full says EAGAIN: the server is not accepting.
  if (error_ != EINPROGRESS && error_ != EINTR) return false;
  try {
    wait(POLLOUT, std::min(deadline, deadline_in(kSilentMs)));
  } catch (const RedisError&) {
    error_ = ETIMEDOUT;
    return false;
  }
  socklen_t size = sizeof error_;
  if (::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &error_, &size) != 0) error_ = errno;
  return error_ == 0;
}

void Socket::wait(short events, TimePoint deadline) const {
  pollfd fd{fd_, events, 0};
  for (;;) {
    const int ready = ::poll(&fd, 1, poll_ms(deadline));
    if (ready > 0) return;
    if (ready < 0 && errno != EINTR) throw lost("cannot wait");
  }
}

void Socket::send(std::string_view bytes, TimePoint deadline) {
  while (!bytes.empty()) {
    const auto n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno == EAGAIN) {
      wait(POLLOUT, deadline);
    } else if (errno != EINTR) {
      throw lost("cannot send");
    }
  }
}

std::size_t Socket::receive(char* into, std::size_t size, TimePoint deadline) {
  for (;;) {
    const auto n = ::recv(fd_, into, size, 0);
    if (n > 0) return static_cast<std::size_t>(n);
    if (n == 0) throw RedisError(RedisError::Kind::lost, "the server closed the connection");
    if (errno == EAGAIN) {
      wait(POLLIN, deadline);
    } else if (errno != EINTR) {
      throw lost("cannot receive");
    }
  }
}

bool Socket::is_readable() const {
  pollfd fd{fd_, POLLIN, 0};
  return ::poll(&fd, 1, 0) > 0;
}

}  // namespace openclaw::redis
