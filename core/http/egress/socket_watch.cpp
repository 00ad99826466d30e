// Keeps one wait per direction pending while libcurl wants it.
#include "core/http/egress/socket_watch.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <boost/asio/posix/basic_stream_descriptor.hpp>

namespace openclaw::http::egress {
namespace {
namespace asio = boost::asio;
using Descriptor = asio::posix::basic_stream_descriptor<asio::io_context::executor_type>;
}  // namespace

struct SocketWatch::Watched {
  Watched(asio::io_context& io, curl_socket_t fd, int duplicate)
      : descriptor(io, duplicate), socket(fd) {}

  Descriptor descriptor;
  const curl_socket_t socket;  ///< libcurl's own
  bool gone = false;
  bool want_read = false;
  bool want_write = false;
  bool reading = false;  ///< a wait is pending; it may outlive the wish, and is then ignored
  bool writing = false;
};

SocketWatch::SocketWatch(asio::io_context& io, Ready ready) : io_(io), ready_(std::move(ready)) {}

SocketWatch::~SocketWatch() {
  for (auto& [fd, watched] : sockets_) watched->gone = true;
}

void SocketWatch::established(curl_socket_t socket) {
  established_.insert(socket);
}

void SocketWatch::forget(curl_socket_t socket) {
  const auto found = sockets_.find(socket);
  if (found == sockets_.end()) return;
  const std::shared_ptr<Watched> watched = std::move(found->second);
  sockets_.erase(found);
  watched->gone = true;
  boost::system::error_code ignored;  // it is only a duplicate
  watched->descriptor.close(ignored);
}

int SocketWatch::close(curl_socket_t socket) {
  forget(socket);
  established_.erase(socket);
  return ::close(socket);
}

void SocketWatch::want(curl_socket_t socket, int what) {
  auto found = sockets_.find(socket);
  if (what == CURL_POLL_REMOVE && !established_.contains(socket)) {
    forget(socket);
    return;
  }
  if (found == sockets_.end()) {
    if (what == CURL_POLL_REMOVE) return;
    const int duplicate = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
    if (duplicate < 0) return;  // out of descriptors: the transfer's own deadlines end it
    found = sockets_.emplace(socket, std::make_shared<Watched>(io_, socket, duplicate)).first;
  }
  const std::shared_ptr<Watched> watched = found->second;
  watched->want_read = what == CURL_POLL_IN || what == CURL_POLL_INOUT;
  watched->want_write = what == CURL_POLL_OUT || what == CURL_POLL_INOUT;
  arm(watched);
}

void SocketWatch::arm(const std::shared_ptr<Watched>& watched) {
  // A handler after `gone` must not touch this object, which may be gone as well.
  if (watched->want_read && !watched->reading) {
    watched->reading = true;
    watched->descriptor.async_wait(Descriptor::wait_read,
                                   [this, watched](const boost::system::error_code&) {
                                     watched->reading = false;
                                     if (watched->gone || !watched->want_read) return;
                                     ready_(watched->socket, CURL_CSELECT_IN);
                                     if (!watched->gone) arm(watched);
                                   });
  }
  if (watched->want_write && !watched->writing) {
    watched->writing = true;
    watched->descriptor.async_wait(Descriptor::wait_write,
                                   [this, watched](const boost::system::error_code&) {
                                     watched->writing = false;
                                     if (watched->gone || !watched->want_write) return;
                                     ready_(watched->socket, CURL_CSELECT_OUT);
                                     if (!watched->gone) arm(watched);
                                   });
  }
}

}  // namespace openclaw::http::egress
