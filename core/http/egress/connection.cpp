// Makes the connections of one loop.
#include "core/http/egress/connection.hpp"

#include "core/http/egress/outgoing.hpp"

namespace openclaw::http::egress {

namespace {

class Handle final : public Connection {
 public:
  explicit Handle(std::shared_ptr<Outgoing> outgoing) : outgoing_(std::move(outgoing)) {}
  ~Handle() override { outgoing_->abandon(); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;

  Sent send(std::string payload, bool binary) override {
    return outgoing_->send(std::move(payload), binary);
  }
  void close(std::uint16_t code, std::string_view reason) override {
    outgoing_->close(code, reason);
  }
  void cancel() override { outgoing_->cancel(); }
  void pause(bool paused) override { outgoing_->pause(paused); }

 private:
  std::shared_ptr<Outgoing> outgoing_;  ///< shared with its own handlers
};

/// A connection that never began.
class Refused final : public Connection {
 public:
  Sent send(std::string, bool) override { return Sent::not_open; }
  void close(std::uint16_t, std::string_view) override {}
  void cancel() override {}
  void pause(bool) override {}
};

}  // namespace

struct Connector::Tls {
  Tls()
      : context(
            std::make_shared<boost::asio::ssl::context>(boost::asio::ssl::context::tls_client)) {
    context->set_default_verify_paths();
  }
  std::shared_ptr<boost::asio::ssl::context> context;  ///< shared with the connections
};

Connector::Connector(runtime::Loop& loop)
    : loop_(loop), names_(std::make_unique<NameLookups>(loop)) {}
Connector::~Connector() = default;

std::unique_ptr<Connection> Connector::connect(ConnectRequest request,
                                               ConnectionCallbacks callbacks) {
  auto endpoint = parse_endpoint(request.url);
  if (endpoint.has_error()) {
    loop_.post([done = std::move(callbacks.done), error = endpoint.error()] { done(error); });
    return std::make_unique<Refused>();
  }
  std::shared_ptr<boost::asio::ssl::context> tls;
  if (endpoint->tls) {
    if (!tls_) tls_ = std::make_shared<Tls>();
    tls = tls_->context;
  }
  const auto make = endpoint->websocket ? make_websocket : make_byte_stream;
  auto outgoing =
      make(loop_, std::move(request), std::move(callbacks), std::move(*endpoint), std::move(tls));
  outgoing->start(*names_);
  return std::make_unique<Handle>(std::move(outgoing));
}

}  // namespace openclaw::http::egress
