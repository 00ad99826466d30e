// A real server on a free loopback port, and a blocking raw client, for tests.
#pragma once

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/http/server.hpp"

namespace openclaw::http::testing {

/// Routes are added before listen(). Everything stops in the right order at the end.
class TestServer {
 public:
  explicit TestServer(ServerOptions options = {}, std::size_t loop_count = 1,
                      RequestObserver observer = nullptr) {
    options.host = "127.0.0.1";
    options.port = 0;
    std::vector<runtime::Loop*> raw;
    for (std::size_t i = 0; i < loop_count; ++i) {
      loops_.push_back(std::make_unique<runtime::Loop>("test"));
      loops_.back()->start();
      raw.push_back(loops_.back().get());
    }
    listener_.start();
    server_ =
        std::make_unique<Server>(listener_, raw, routes, std::move(options), std::move(observer));
  }
  ~TestServer() { server_->close_all(); }
  TestServer(const TestServer&) = delete;
  TestServer& operator=(const TestServer&) = delete;

  std::uint16_t listen() { return port_ = server_->listen().value(); }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] Server& server() { return *server_; }
  [[nodiscard]] runtime::Loop& loop(std::size_t n = 0) { return *loops_.at(n); }
  [[nodiscard]] runtime::Loop& listener() { return listener_; }

  Routes routes;

 private:
  runtime::Loop listener_{"listener"};
  std::vector<std::unique_ptr<runtime::Loop>> loops_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
};

/// Blocks. Reads answers by their framing, so that leftovers show.
class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(io_) {
    socket_.connect({boost::asio::ip::address_v4::loopback(), port});
  }

  void send(std::string_view bytes) {
    boost::system::error_code ignored;  // the server may close first; the answer tells
    boost::asio::write(socket_, boost::asio::buffer(bytes), ignored);
  }
  /// Until the server closes.
  std::string read_all() {
    while (fill()) {
    }
    return std::move(buffer_);
  }
  /// One answer with Content-Length or chunked coding, head included; empty when closed before.
  std::string read_answer(bool head_only = false) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!fill()) return {};
    }
    std::size_t size = end + 4;
    const std::string head = buffer_.substr(0, size);
    if (const std::size_t at = head.find("\r\nContent-Length: ");
        at != std::string::npos && !head_only) {
      size += std::stoul(head.substr(at + 18));
      while (buffer_.size() < size && fill()) {
      }
    } else if (head.find("\r\nTransfer-Encoding: chunked") != std::string::npos && !head_only) {
      while ((end = buffer_.find("0\r\n\r\n", size)) == std::string::npos && fill()) {
      }
      size = end + 5;
    }
    std::string answer = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return answer;
  }
  std::string read_until(std::string_view text) {
    while (buffer_.find(text) == std::string::npos) {
      if (!fill()) return {};
    }
    const std::size_t size = buffer_.find(text) + text.size();
    std::string taken = buffer_.substr(0, size);
    buffer_.erase(0, size);
    return taken;
  }
  /// True when the server closes without another byte.
  bool closed() { return buffer_.empty() && !fill(); }
  void close() { socket_.close(); }
  boost::asio::ip::tcp::socket& socket() { return socket_; }

 private:
  bool fill() {
    std::array<char, 65536> piece{};
    boost::system::error_code ec;
    const std::size_t n = socket_.read_some(boost::asio::buffer(piece), ec);
    buffer_.append(piece.data(), n);
    return !ec;
  }

  boost::asio::io_context io_;
  boost::asio::ip::tcp::socket socket_;
  std::string buffer_;
};

inline std::string status_of(const std::string& answer) {
  return answer.size() < 12 ? answer : answer.substr(9, 3);
}
inline std::string body_of(const std::string& answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

}  // namespace openclaw::http::testing
