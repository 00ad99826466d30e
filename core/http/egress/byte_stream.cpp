// An outgoing stream of bytes, plain or through TLS.
#include <array>
#include <boost/asio/error.hpp>
#include <boost/asio/write.hpp>

#include "core/http/egress/outgoing.hpp"

namespace openclaw::http::egress {
namespace {

class ByteStream final : public Outgoing {
 public:
  ByteStream(runtime::Loop& loop, ConnectRequest request, ConnectionCallbacks callbacks,
             Endpoint endpoint, std::shared_ptr<boost::asio::ssl::context> tls)
      : Outgoing(loop, std::move(request), std::move(callbacks), std::move(endpoint),
                 std::move(tls)),
        stream_(loop.io()) {}

 private:
  ClientStream& stream() override { return stream_; }
  std::shared_ptr<ByteStream> self() {
    return std::static_pointer_cast<ByteStream>(shared_from_this());
  }
  static Closing closing_of(const error_code& ec) {
    return {static_cast<std::uint16_t>(ec == boost::asio::error::eof ? 1000 : 1006), {}};
  }

  void greet() override { opened(); }
  void read() override {
    stream_.async_read_some(boost::asio::buffer(piece_),
                            [self = self()](const error_code& ec, std::size_t n) {
                              if (ec) {
                                self->ended(closing_of(ec));
                              } else {
                                self->received({self->piece_.data(), n}, true);
                              }
                            });
  }
  void write(const Message& message) override {
    boost::asio::async_write(stream_, boost::asio::buffer(message.payload),
                             [self = self()](const error_code& ec, std::size_t) {
                               if (ec) {
                                 self->ended(closing_of(ec));
                               } else {
                                 self->written();
                               }
                             });
  }
  /// Says that no more comes; the peer's end of the stream is the answer.
  void farewell(std::uint16_t, const std::string&) override {
    error_code failed;
    stream_.socket().shutdown(boost::asio::ip::tcp::socket::shutdown_send, failed);
    if (failed) loop_.post([self = self()] { self->ended({}); });
    pause(false);  // whoever reads no more would not see the end either
  }

  ClientStream stream_;
  std::array<char, 16384> piece_{};
};

}  // namespace

std::shared_ptr<Outgoing> make_byte_stream(runtime::Loop& loop, ConnectRequest request,
                                           ConnectionCallbacks callbacks, Endpoint endpoint,
                                           std::shared_ptr<boost::asio::ssl::context> tls) {
  return std::make_shared<ByteStream>(loop, std::move(request), std::move(callbacks),
                                      std::move(endpoint), std::move(tls));
}

}  // namespace openclaw::http::egress
