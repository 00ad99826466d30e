// Tells libcurl when its sockets are ready, with Asio as the poller.
#pragma once

#include <curl/curl.h>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <unordered_map>

namespace openclaw::http::egress {

/// [loop] A socket that was opened here stays registered with the poller until it is closed here:
/// registering it per transfer would cost more than the transfer's own system calls.
class SocketWatch {
 public:
  /// `ready` gets the socket and a CURL_CSELECT_ mask.
  using Ready = std::function<void(curl_socket_t socket, int events)>;

  SocketWatch(boost::asio::io_context& io, Ready ready);
  ~SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

  curl_socket_t open(int family, int type, int protocol);  ///< CURL_SOCKET_BAD when it fails
  int close(curl_socket_t socket);
  /// Takes CURLMOPT_SOCKETFUNCTION's `what`. Sockets that libcurl opened itself (the resolver's
  /// wake-up pair) are watched too, and let go of at CURL_POLL_REMOVE.
  void want(curl_socket_t socket, int what);

 private:
  struct Watched;
  void arm(const std::shared_ptr<Watched>& watched);

  boost::asio::io_context& io_;
  Ready ready_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watched>> sockets_;
};

}  // namespace openclaw::http::egress
