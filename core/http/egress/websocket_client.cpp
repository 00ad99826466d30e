// An outgoing WebSocket, by Boost.Beast.
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket.hpp>
#include <boost/beast/websocket/ssl.hpp>

#include "core/http/egress/outgoing.hpp"

namespace openclaw::http::egress {
namespace {

namespace beast = boost::beast;
namespace ws = boost::beast::websocket;

constexpr std::size_t kKeptBuffer = 64U << 10U;
constexpr std::uint16_t kAbnormal = 1006;

class WebSocketClient final : public Outgoing {
 public:
  WebSocketClient(runtime::Loop& loop, ConnectRequest request, ConnectionCallbacks callbacks,
                  Endpoint endpoint, std::shared_ptr<boost::asio::ssl::context> tls)
      : Outgoing(loop, std::move(request), std::move(callbacks), std::move(endpoint),
                 std::move(tls)),
        ws_(loop.io()) {}

 private:
  ClientStream& stream() override { return ws_.next_layer(); }
  std::shared_ptr<WebSocketClient> self() {
    return std::static_pointer_cast<WebSocketClient>(shared_from_this());
  }

  void greet() override {
    // The deadlines are Outgoing's: one timer instead of one a read.
    ws_.set_option(
        ws::stream_base::timeout{ws::stream_base::none(), ws::stream_base::none(), false});
    ws_.read_message_max(request_.max_message);
    ws_.set_option(ws::stream_base::decorator([this](ws::request_type& upgrade) {
      upgrade.set("User-Agent", "openclaw");
      for (const auto& [key, value] : request_.headers) {
        upgrade.set(beast::string_view(key.data(), key.size()),
                    beast::string_view(value.data(), value.size()));
      }
    }));
    ws_.control_callback([this](ws::frame_type, beast::string_view) { heard(); });
    ws_.async_handshake(answer_, endpoint_.authority, endpoint_.target,
                        [self = self()](const error_code& ec) { self->greeted(ec); });
  }

  void greeted(const error_code& ec) {
    if (over()) return;
    if (!ec) {
      opened();
      return;
    }
    Error error{Errc::network, endpoint_.authority + " does not open a WebSocket: ", 0, true};
    if (ec == ws::error::upgrade_declined) {
      error.http_status = static_cast<int>(answer_.result_int());
      error.message += "it answered " + std::to_string(error.http_status);
    } else {
      error.message += ec.message();
    }
    fail(std::move(error));
  }

  void read() override {
    ws_.async_read(buffer_,
                   [self = self()](const error_code& ec, std::size_t) { self->on_read(ec); });
  }

  void on_read(const error_code& ec) {
    if (over()) return;
    if (ec == ws::error::message_too_big || ec == ws::error::buffer_overflow) {
      fail({Errc::too_large, endpoint_.authority + " sent a message of more than " +
                                 std::to_string(request_.max_message) + " bytes"});
      return;
    }
    if (ec) {
      ended(closing_of(ec));
      return;
    }
    const auto data = buffer_.cdata();
    const bool binary = ws_.got_binary();
    // Taken out first: the next read, which received() begins, fills the buffer again.
    const std::string payload(static_cast<const char*>(data.data()), data.size());
    buffer_.consume(buffer_.size());
    if (buffer_.capacity() > kKeptBuffer) buffer_.shrink_to_fit();
    received(payload, binary);
  }

  Closing closing_of(const error_code& ec) const {
    if (ec != ws::error::closed) return {kAbnormal, {}};
    const ws::close_reason& reason = ws_.reason();
    Closing closing{reason.code != 0 ? static_cast<std::uint16_t>(reason.code)
                                     : static_cast<std::uint16_t>(ws::close_code::no_status),
                    {}};
    closing.reason.assign(reason.reason.data(), reason.reason.size());
    return closing;
  }

  void write(const Message& message) override {
    ws_.binary(message.binary);
    ws_.async_write(boost::asio::buffer(message.payload),
                    [self = self()](const error_code& ec, std::size_t) {
                      if (self->over()) return;
                      // What the peer said before it left is still to be read, its code too.
                      if (ec && self->listening()) return;
                      if (ec) {
                        self->ended(self->closing_of(ec));
                      } else {
                        self->written();
                      }
                    });
  }

  void farewell(std::uint16_t code, const std::string& reason) override {
    ws::close_reason why(static_cast<ws::close_code>(code));
    why.reason = reason.substr(0, 123);
    ws_.async_close(why, [self = self()](const error_code& ec) {
      if (self->over()) return;
      self->ended(self->closing_of(ec ? ec : error_code(ws::error::closed)));
    });
  }

  void ping() override {
    ws_.async_ping({}, [self = self()](const error_code&) {
      // A failure shows in the pending read as well.
    });
  }

  ws::stream<ClientStream> ws_;
  ws::response_type answer_;
  beast::flat_buffer buffer_;
};

}  // namespace

std::shared_ptr<Outgoing> make_websocket(runtime::Loop& loop, ConnectRequest request,
                                         ConnectionCallbacks callbacks, Endpoint endpoint,
                                         std::shared_ptr<boost::asio::ssl::context> tls) {
  return std::make_shared<WebSocketClient>(loop, std::move(request), std::move(callbacks),
                                           std::move(endpoint), std::move(tls));
}

}  // namespace openclaw::http::egress
