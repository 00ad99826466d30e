#include <gtest/gtest.h>

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>

#include "core/http/egress/connection_fixture.hpp"
#include "core/http/egress/one_peer.hpp"
#include "core/http/test_server.hpp"
#include "core/http/websocket.hpp"

namespace openclaw::http::egress {
namespace {

/// Does what a message says: "close CODE", "big N", else it is echoed.
class Obedient final : public WebSocketEvents {
 public:
  explicit Obedient(std::unique_ptr<WebSocket> socket) : socket_(std::move(socket)) {}
  void message(std::string_view payload, bool binary, InFlightPtr) override {
    if (payload.substr(0, 6) == "close ") {
      socket_->close(static_cast<std::uint16_t>(std::stoi(std::string(payload.substr(6)))),
                     "as you wish");
    } else if (payload.substr(0, 4) == "big ") {
      socket_->send(std::string(std::stoul(std::string(payload.substr(4))), 'x'), false);
    } else {
      socket_->send(std::string(payload), binary);
    }
  }
  void closed(std::uint16_t) override {}

 private:
  std::unique_ptr<WebSocket> socket_;
};

class WebSocketClientTest : public ConnectionTest {
 protected:
  WebSocketClientTest() {
    server_.routes.add_websocket(
        "/ws", Auth::handler, {},
        [this](const http::Request& request, std::unique_ptr<WebSocket> socket) {
          header_ = std::string(request.header("X-Asked"));
          return std::make_unique<Obedient>(std::move(socket));
        });
    server_.listen();
  }
  [[nodiscard]] std::string url(const char* path = "/ws") const {
    return "ws://127.0.0.1:" + std::to_string(server_.port()) + path;
  }

  http::testing::TestServer server_;
  std::string header_;
};

TEST_F(WebSocketClientTest, CarriesMessagesOfBothKindsInOrder) {
  ConnectRequest request;
  request.url = url();
  request.headers = {{"X-Asked", "yes"}};
  connect(request);
  wait_open();
  EXPECT_EQ(header_, "yes");
  EXPECT_EQ(send("first"), Connection::Sent::queued);
  EXPECT_EQ(send(std::string("\0\1", 2), true), Connection::Sent::queued);
  EXPECT_EQ(send(""), Connection::Sent::queued);
  EXPECT_EQ(next(), (std::pair{std::string("first"), false}));
  EXPECT_EQ(next(), (std::pair{std::string("\0\1", 2), true}));
  EXPECT_EQ(next(), (std::pair{std::string(), false}));
}

TEST_F(WebSocketClientTest, ThePeersCodeAndReasonAreToldAtItsEnd) {
  connect(url());
  wait_open();
  send("close 4004");
  const auto closing = wait_done();
  ASSERT_TRUE(closing.has_value());
  EXPECT_EQ(closing->code, 4004);
  EXPECT_EQ(closing->reason, "as you wish");
  EXPECT_EQ(send("late"), Connection::Sent::not_open);
}

TEST_F(WebSocketClientTest, ItsOwnEndWaitsForWhatIsQueued) {
  connect(url());
  wait_open();
  on_loop([this] {
    connection_->send("last words", false);
    connection_->close(4000, "reconnecting");
  });
  const auto closing = wait_done();
  ASSERT_TRUE(closing.has_value());
  EXPECT_EQ(closing->code, 4000);  // the server echoes the code: it had read it
  EXPECT_EQ(send("late"), Connection::Sent::not_open);
}

TEST_F(WebSocketClientTest, ARefusedUpgradeTellsTheStatus) {
  connect(url("/elsewhere"));
  const auto done = wait_done();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, Errc::network);
  EXPECT_EQ(done.error().http_status, 404);
  EXPECT_NE(done.error().message.find("it answered 404"), std::string::npos);
}

TEST_F(WebSocketClientTest, AMessageOverTheLimitEndsIt) {
  ConnectRequest request;
  request.url = url();
  request.max_message = 1000;
  connect(request);
  wait_open();
  send("big 1000");
  EXPECT_EQ(next().first.size(), 1000u);
  send("big 1001");
  const auto done = wait_done();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, Errc::too_large);
}

TEST_F(WebSocketClientTest, WhilePausedOnlyWhatWasBeingReadArrives) {
  connect(url());
  wait_open();
  on_loop([this] { connection_->pause(true); });
  for (int i = 0; i < 20; ++i) send(std::to_string(i));
  EXPECT_EQ(next().first, "0");  // its read had begun
  on_loop([] {});
  EXPECT_EQ(waiting(), 0u);
  on_loop([this] { connection_->pause(false); });
  for (int i = 1; i < 20; ++i) EXPECT_EQ(next().first, std::to_string(i));
}

TEST_F(WebSocketClientTest, AQuietPeerIsAskedAgainAndAgainAndItsPongsCount) {
  namespace ws = boost::beast::websocket;
  const testing::OnePeer peer(
      [this] { drop(); },
      [](boost::asio::ip::tcp::socket& socket) {
        ws::stream<boost::asio::ip::tcp::socket&> stream(socket);
        boost::system::error_code ec;
        stream.accept(ec);
        int pings = 0;
        stream.control_callback([&](ws::frame_type kind, boost::beast::string_view) {
          if (kind == ws::frame_type::ping && ++pings == 3) {
            boost::system::error_code failed;
            stream.write(boost::asio::buffer(std::string("three pings")), failed);
          }
        });
        boost::beast::flat_buffer buffer;
        while (!ec) stream.read(buffer, ec);  // it answers pings meanwhile
      });
  ConnectRequest request;
  request.url = peer.url("ws") + "/";
  request.idle = runtime::Millis(1000);
  connect(request);
  wait_open();
  EXPECT_EQ(next().first, "three pings")
      << "the connection was cut although its pings were answered";
}

TEST_F(WebSocketClientTest, TheQueueIsBounded) {
  connect(url());
  wait_open();
  std::size_t queued = 0;
  Connection::Sent sent{};
  on_loop([&] {  // in one go: the loop writes nothing meanwhile
    for (int i = 0; i < 40; ++i) {
      sent = connection_->send(std::string(64U << 10U, 'x'), false);
      if (sent == Connection::Sent::queued) ++queued;
    }
  });
  EXPECT_EQ(sent, Connection::Sent::full);
  EXPECT_EQ(queued, 15u);
  for (std::size_t i = 0; i < queued; ++i) EXPECT_EQ(next().first.size(), 64U << 10U);
  EXPECT_EQ(send("more"), Connection::Sent::queued);
}

TEST_F(WebSocketClientTest, AServerThatStopsIsAnEndWithoutACode) {
  connect(url());
  wait_open();
  server_.server().close_all();
  const auto closing = wait_done();
  ASSERT_TRUE(closing.has_value());
  EXPECT_TRUE(closing->code == 1006 || closing->code == 1001) << closing->code;
}

TEST_F(WebSocketClientTest, CancelledOrDroppedItCallsBackOnceOrNever) {
  connect(url());
  on_loop([this] { connection_->cancel(); });
  const auto done = wait_done();
  ASSERT_TRUE(done.has_error());
  EXPECT_EQ(done.error().code, Errc::cancelled);
  bool called = false;
  on_loop([&] {
    Connector connector(loop_);
    ConnectRequest request;
    request.url = url();
    ConnectionCallbacks callbacks;
    callbacks.done = [&](const Result<Closing>&) { called = true; };
    callbacks.open = [&] { called = true; };
    const auto connection = connector.connect(request, std::move(callbacks));
    EXPECT_EQ(connection->send("too early", false), Connection::Sent::not_open);
  });
  connect(url());  // by when it is open, the dropped one would have been, too
  wait_open();
  EXPECT_FALSE(called);
}

}  // namespace
}  // namespace openclaw::http::egress
