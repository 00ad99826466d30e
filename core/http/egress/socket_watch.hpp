// Tells libcurl when its sockets are ready, with Asio as the poller.
#pragma once

#include <curl/curl.h>
#include <boost/asio/io_context.hpp>
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>

namespace openclaw::http::egress {

/// [loop] An established connection stays registered with the poller until it is closed:
/// registering it per transfer would cost more than the transfer's own system calls. Others are
/// registered only while libcurl wants something of them.
///
/// The poller gets a duplicate of each descriptor: libcurl 7.88 closes sockets that are still
/// connecting without CURLOPT_CLOSESOCKETFUNCTION, and the number may by then be another's.
class SocketWatch {
 public:
  /// `ready` gets the socket and a CURL_CSELECT_ mask.
  using Ready = std::function<void(curl_socket_t socket, int events)>;

  SocketWatch(boost::asio::io_context& io, Ready ready);
  ~SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

  /// Takes CURLMOPT_SOCKETFUNCTION's `what`.
  void want(curl_socket_t socket, int what);
  /// From here on libcurl closes the socket through close().
  void established(curl_socket_t socket);
  int close(curl_socket_t socket);

 private:
  struct Watched;
  void forget(curl_socket_t socket);
  void arm(const std::shared_ptr<Watched>& watched);

  boost::asio::io_context& io_;
  Ready ready_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watched>> sockets_;
  std::unordered_set<curl_socket_t> established_;
};

}  // namespace openclaw::http::egress
