// The other side of one outgoing connection, scripted by a test.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <functional>
#include <string>
#include <thread>

namespace openclaw::http::egress::testing {

/// Accepts one connection, and does `serve` with it on a thread of its own.
class OnePeer {
 public:
  /// `go` makes the connection's other side leave, whatever became of the test.
  OnePeer(std::function<void()> go, std::function<void(boost::asio::ip::tcp::socket&)> serve)
      : go_(std::move(go)),
        acceptor_(io_, {boost::asio::ip::address_v4::loopback(), 0}),
        port_(acceptor_.local_endpoint().port()),
        thread_([this, serve = std::move(serve)] {
          boost::asio::ip::tcp::socket socket(io_);
          boost::system::error_code ec;
          acceptor_.accept(socket, ec);
          if (!ec) serve(socket);
        }) {}
  ~OnePeer() {
    go_();
    boost::asio::io_context io;
    boost::system::error_code ignored;  // for an accept that nobody came to
    boost::asio::ip::tcp::socket(io).connect({boost::asio::ip::address_v4::loopback(), port_},
                                             ignored);
    thread_.join();
  }
  OnePeer(const OnePeer&) = delete;
  OnePeer& operator=(const OnePeer&) = delete;
  [[nodiscard]] std::string url(const char* scheme = "tcp", const char* host = "127.0.0.1") const {
    return std::string(scheme) + "://" + host + ":" + std::to_string(port_);
  }

 private:
  std::function<void()> go_;
  boost::asio::io_context io_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::uint16_t port_;
  std::thread thread_;
};

inline std::string read_some(boost::asio::ip::tcp::socket& socket) {
  std::string bytes(64, '\0');
  boost::system::error_code ec;
  bytes.resize(socket.read_some(boost::asio::buffer(bytes), ec));
  return bytes;
}

}  // namespace openclaw::http::egress::testing
