#include "core/http/websocket.hpp"

#include <gtest/gtest.h>

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

#include "core/http/test_server.hpp"

namespace openclaw::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using testing::RawClient;
using testing::status_of;
using testing::TestServer;

/// What a slow owner has not dealt with yet.
class Kept {
 public:
  void keep(InFlightPtr message) {
    const std::lock_guard lock(mutex_);
    messages_.push_back(std::move(message));
    more_.notify_all();
  }
  bool reaches(std::size_t count, std::chrono::milliseconds within) {
    std::unique_lock lock(mutex_);
    return more_.wait_for(lock, within, [&] { return messages_.size() >= count; });
  }
  void let_go() {
    std::vector<InFlightPtr> gone;
    const std::lock_guard lock(mutex_);
    gone.swap(messages_);
  }

 private:
  std::mutex mutex_;
  std::condition_variable more_;
  std::vector<InFlightPtr> messages_;
};

/// Sends back what it gets; "close" closes with 4000, "flood" and "piece" send much. Keeps what
/// begins with "keep".
class Echo final : public WebSocketEvents {
 public:
  Echo(std::unique_ptr<WebSocket> socket, std::promise<std::uint16_t>& closed, Kept& kept)
      : socket_(std::move(socket)), closed_(closed), kept_(kept) {}
  void message(std::string_view payload, bool binary, InFlightPtr in_flight) override {
    if (payload == "close") {
      socket_->close(4000, "as asked");
    } else if (payload == "flood") {
      const std::string piece(1U << 20U, 'x');
      while (socket_->send(piece, true)) {
      }
    } else if (payload == "piece") {
      socket_->send(std::string(1U << 20U, 'x'), true);
    } else if (payload.starts_with("keep")) {
      kept_.keep(std::move(in_flight));
    } else {
      socket_->send(std::string(payload), binary);
    }
  }
  void closed(std::uint16_t code) override { closed_.set_value(code); }

 private:
  std::unique_ptr<WebSocket> socket_;
  std::promise<std::uint16_t>& closed_;
  Kept& kept_;
};

class WebSocketTest : public ::testing::Test {
 protected:
  WebSocketTest() : server(quick()) {
    server.routes.add_websocket(
        "/ws", Auth::none, {},
        [this](const Request& request,
               std::unique_ptr<WebSocket> socket) -> std::unique_ptr<WebSocketEvents> {
          if (request.query() == "refuse") return nullptr;
          socket->send("welcome", false);
          return std::make_unique<Echo>(std::move(socket), closed, kept);
        });
    server.listen();
  }
  static ServerOptions quick() {
    ServerOptions options;
    options.farewell_deadline = runtime::Millis{20};
    return options;
  }
  void connect() {
    client.next_layer().connect({asio::ip::address_v4::loopback(), server.port()});
    client.handshake("localhost", "/ws");
    EXPECT_EQ(read(), "welcome");
  }
  std::string read() {
    beast::flat_buffer buffer;
    client.read(buffer);
    return beast::buffers_to_string(buffer.data());
  }
  /// The code with which the server closes.
  std::uint16_t read_close() {
    beast::flat_buffer buffer;
    boost::system::error_code ec;
    while (!ec) {
      client.read(buffer, ec);
      buffer.clear();
    }
    return client.reason().code;
  }

  /// Sends nothing but `frame` until the server cuts the connection: the code that its owner got.
  std::uint16_t flood(const std::string& frame) {
    std::string many;
    while (many.size() < 60'000) many += frame;
    std::thread reader([this] {  // so that pongs do not hold it up
      boost::system::error_code ec;
      std::array<char, 65536> bytes{};
      while (!ec) client.next_layer().read_some(asio::buffer(bytes), ec);
    });
    boost::system::error_code ec;
    while (!ec) asio::write(client.next_layer(), asio::buffer(many), ec);
    reader.join();
    return closed.get_future().get();
  }

  std::promise<std::uint16_t> closed;
  Kept kept;
  TestServer server;
  asio::io_context io;
  beast::websocket::stream<asio::ip::tcp::socket> client{io};
};

TEST_F(WebSocketTest, EchoesTextAndBinary) {
  connect();
  for (const bool binary : {false, true, false}) {
    const std::string message(binary ? 100000 : 5, 'm');
    client.binary(binary);
    client.write(asio::buffer(message));
    EXPECT_EQ(read(), message);
    EXPECT_EQ(client.got_binary(), binary);
  }
  client.close(static_cast<beast::websocket::close_code>(4001));
  EXPECT_EQ(closed.get_future().get(), 4001);
}

TEST_F(WebSocketTest, ClosesWithTheOwnersCode) {
  connect();
  client.write(asio::buffer(std::string("close")));
  EXPECT_EQ(read_close(), 4000);
  EXPECT_EQ(closed.get_future().get(), 4000);
}

TEST_F(WebSocketTest, RefusesLargeMessages) {
  connect();
  client.binary(true);
  boost::system::error_code ec;
  client.write(asio::buffer(std::string((1U << 20U) + 1, 'x')), ec);
  EXPECT_EQ(read_close(), 1009);
  EXPECT_EQ(closed.get_future().get(), 1009);
}

TEST_F(WebSocketTest, RefusesTextThatIsNotUtf8) {
  connect();
  client.text(true);
  boost::system::error_code ec;
  client.write(asio::buffer(std::string("\xff\xfe")), ec);
  EXPECT_EQ(read_close(), 1007);
  EXPECT_EQ(closed.get_future().get(), 1007);
}

TEST_F(WebSocketTest, BoundsWhatWaitsForASlowReader) {
  connect();
  client.write(asio::buffer(std::string("flood")));
  EXPECT_EQ(read_close(), 1013);
  EXPECT_EQ(closed.get_future().get(), 1013);
}

TEST_F(WebSocketTest, CutsAClientThatSendsButNeverReads) {
  connect();
  client.binary(false);
  auto cut = closed.get_future();
  const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  boost::system::error_code ec;  // it may be cut while it writes
  while (cut.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
    ASSERT_LT(std::chrono::steady_clock::now(), until) << "it is still there";
    client.write(asio::buffer(std::string("piece")), ec);
  }
  EXPECT_EQ(cut.get(), 1013);
}

TEST_F(WebSocketTest, CutsAFloodOfPings) {
  connect();
  EXPECT_EQ(flood(std::string("\x89\xfd\0\0\0\0", 6) + std::string(125, 'p')), 1008);
}

TEST_F(WebSocketTest, CutsAFloodOfEmptyFragments) {
  connect();
  client.binary(false);
  client.write_some(false, asio::buffer(std::string("begun")));
  EXPECT_EQ(flood(std::string("\x00\x80\0\0\0\0", 6)), 1008);
}

TEST_F(WebSocketTest, ReadsOnOnlyWhenItsOwnerKeepsUp) {
  connect();
  client.next_layer().set_option(asio::socket_base::send_buffer_size(1 << 20));
  const std::string message = "keep" + std::string(100000, 'x');
  for (int i = 0; i < 4; ++i) client.write(asio::buffer(message));
  ASSERT_TRUE(kept.reaches(3, std::chrono::seconds(20)));
  EXPECT_FALSE(kept.reaches(4, std::chrono::milliseconds(20)));
  kept.let_go();
  EXPECT_TRUE(kept.reaches(1, std::chrono::seconds(20)));
  kept.let_go();
}

TEST_F(WebSocketTest, SaysGoodbyeToAVanishedClient) {
  connect();
  client.next_layer().close();
  EXPECT_EQ(closed.get_future().get(), 1006);
}

TEST_F(WebSocketTest, CountsAsAConnectionUntilTheServerCloses) {
  connect();
  EXPECT_EQ(server.server().connections(), 1U);
  server.server().close_all();
  EXPECT_EQ(closed.get_future().get(), 1001);
  EXPECT_EQ(server.server().connections(), 0U);
}

TEST_F(WebSocketTest, RefusesWhatIsNoHandshake) {
  const std::string start = "GET /ws HTTP/1.1\r\nHost: localhost\r\n";
  const std::string upgrade = "Connection: upgrade\r\nUpgrade: websocket\r\n";
  const std::string key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
  const auto ask = [&](const std::string& lines) {
    RawClient raw(server.port());
    raw.send(start + lines + "\r\n");
    return status_of(raw.read_answer(true));
  };
  EXPECT_EQ(ask(""), "426");
  EXPECT_EQ(ask(upgrade), "400");
  EXPECT_EQ(ask(upgrade + key), "400");
  EXPECT_EQ(ask(upgrade + key + "Sec-WebSocket-Version: 8\r\n"), "400");
  EXPECT_EQ(ask(upgrade + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n"), "400");
  EXPECT_EQ(ask(upgrade + key + "Sec-WebSocket-Version: 13\r\nOrigin: http://evil.com\r\n"), "403");
}

TEST_F(WebSocketTest, TheHandlerMayRefuse) {
  RawClient raw(server.port());
  raw.send(
      "GET /ws?refuse HTTP/1.1\r\nHost: localhost\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");
  EXPECT_EQ(status_of(raw.read_answer()), "403");
}

}  // namespace
}  // namespace openclaw::http
