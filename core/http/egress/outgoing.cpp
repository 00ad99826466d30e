// What every outgoing connection has: name, connection and TLS, a bounded queue, deadlines, one
// end.
#include "core/http/egress/outgoing.hpp"

#include <openssl/ssl.h>

#include <algorithm>
#include <boost/asio/connect.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <chrono>

namespace openclaw::http::egress {

namespace {

constexpr std::size_t kMaxQueued = 1U << 20U;
constexpr std::size_t kMessageCost = 64;  // beside its payload: empty ones are not free either
constexpr runtime::Millis kFarewell{5000};

bool is_address(const std::string& host) {
  boost::system::error_code ec;
  boost::asio::ip::make_address(host, ec);
  return !ec;
}

}  // namespace

Outgoing::Outgoing(runtime::Loop& loop, ConnectRequest request, ConnectionCallbacks callbacks,
                   Endpoint endpoint, std::shared_ptr<boost::asio::ssl::context> tls)
    : loop_(loop),
      request_(std::move(request)),
      endpoint_(std::move(endpoint)),
      callbacks_(std::move(callbacks)),
      tls_(std::move(tls)) {}

void Outgoing::start(NameLookups& names) {
  deadline_ = loop_.after(request_.connect, [self = shared_from_this()] {
    self->deadline_ = {};
    self->fail({Errc::deadline, "no connection to " + self->endpoint_.authority + " within " +
                                    std::to_string(self->request_.connect.count()) + " ms"});
  });
  // Weak: a lookup may take longer than anything else here lives.
  names.start(endpoint_.host, endpoint_.port,
              [weak = weak_from_this()](const Result<NameLookups::Addresses>& found) {
                if (const auto self = weak.lock()) self->resolved(found);
              });
}

void Outgoing::resolved(const Result<NameLookups::Addresses>& found) {
  if (finished_) return;
  if (found.has_error()) {
    fail(refused(found.error().message));
    return;
  }
  boost::asio::async_connect(stream().socket(), *found,
                             [self = shared_from_this()](const error_code& failed, const auto&) {
                               self->connected(failed);
                             });
}

void Outgoing::connected(const error_code& ec) {
  if (finished_) return;
  if (ec) {
    fail(refused(ec.message()));
    return;
  }
  error_code ignored;  // a nicety: without it small messages wait for each other
  stream().socket().set_option(boost::asio::ip::tcp::no_delay(true), ignored);
  if (endpoint_.tls) {
    shake_hands();
  } else {
    greet();
  }
}

void Outgoing::shake_hands() {
  auto& tls = stream().start_tls(*tls_);
  // An address has no name to be sent (RFC 6066), but is verified like one.
  if (!is_address(endpoint_.host) &&
      SSL_set_tlsext_host_name(tls.native_handle(), endpoint_.host.c_str()) != 1) {
    fail(refused("the host name cannot be sent to it"));
    return;
  }
  tls.set_verify_mode(boost::asio::ssl::verify_peer);
  tls.set_verify_callback(boost::asio::ssl::host_name_verification(endpoint_.host));
  tls.async_handshake(boost::asio::ssl::stream_base::client,
                      [self = shared_from_this()](const error_code& ec) {
                        if (self->finished_) return;
                        if (ec) {
                          self->fail(self->refused("TLS: " + ec.message()));
                        } else {
                          self->greet();
                        }
                      });
}

Error Outgoing::refused(const std::string& what) const {
  return {Errc::network, "cannot connect to " + endpoint_.authority + ": " + what, 0, true};
}

void Outgoing::opened() {
  if (finished_) return;
  loop_.cancel(deadline_);
  open_ = true;
  heard();
  watch_idle();
  if (callbacks_.open) callbacks_.open();
  if (finished_) return;
  flush();
  if (!paused_ && !reading_) {
    reading_ = true;
    read();
  }
}

void Outgoing::received(std::string_view payload, bool binary) {
  if (finished_) return;
  reading_ = false;
  heard();
  if (!parting_) callbacks_.data(payload, binary);
  if (finished_ || paused_ || reading_) return;
  // A WebSocket's farewell reads for itself; a read begun beside it could leave both waiting until
  // the deadline. A byte stream has to see the peer's end.
  if (parting_ && endpoint_.websocket) return;
  reading_ = true;
  read();
}

Connection::Sent Outgoing::send(std::string payload, bool binary) {
  if (!is_open() || closing_) return Connection::Sent::not_open;
  const std::size_t cost = payload.size() + kMessageCost;
  if (queued_ != 0 && queued_ + cost > kMaxQueued) return Connection::Sent::full;
  queued_ += cost;
  queue_.push_back({std::move(payload), binary});
  flush();
  return Connection::Sent::queued;
}

void Outgoing::flush() {
  if (!is_open() || writing_ || parting_) return;
  if (!queue_.empty()) {
    writing_ = true;
    write(queue_.front());
  } else if (closing_) {
    parting_ = true;
    farewell(closing_->code, closing_->reason);
  }
}

void Outgoing::written() {
  if (finished_) return;
  writing_ = false;
  queued_ -= queue_.front().payload.size() + kMessageCost;
  queue_.pop_front();
  flush();
}

void Outgoing::close(std::uint16_t code, std::string_view reason) {
  if (finished_ || closing_) return;
  if (!open_) {
    cancel();
    return;
  }
  closing_ = Closing{code, std::string(reason)};
  loop_.cancel(idle_);
  deadline_ = loop_.after(kFarewell, [self = shared_from_this()] {
    self->deadline_ = {};
    self->ended({});
  });
  flush();
}

void Outgoing::pause(bool paused) {
  if (paused_ == paused || finished_) return;
  paused_ = paused;
  // See received(): a WebSocket's farewell reads for itself.
  if (paused || !open_ || reading_ || (parting_ && endpoint_.websocket)) return;
  heard();  // nobody listened meanwhile
  reading_ = true;
  read();
}

/// Half the silence that is allowed is left to the answer of a ping.
void Outgoing::watch_idle() {
  if (request_.idle.count() == 0 || closing_) return;
  const auto due = heard_at_ + (pinged_ ? request_.idle : request_.idle / 2);
  const auto wait =
      std::chrono::ceil<runtime::Millis>(due - std::min(due, runtime::SteadyClock::now()));
  idle_ = loop_.after(wait, [self = shared_from_this()] {
    self->idle_ = {};
    if (!self->is_open()) return;
    const auto silent = runtime::SteadyClock::now() - self->heard_at_;
    if (self->paused_) {
      self->heard();  // nobody listens, so it says nothing about the peer
    } else if (self->pinged_ && silent >= self->request_.idle) {
      self->fail({Errc::deadline, "nothing came from " + self->endpoint_.authority + " for " +
                                      std::to_string(self->request_.idle.count()) + " ms"});
      return;
    } else if (!self->pinged_ && silent >= self->request_.idle / 2) {
      self->pinged_ = true;
      self->ping();
    }
    self->watch_idle();
  });
}

void Outgoing::cancel() {
  loop_.post([self = shared_from_this()] { self->fail({Errc::cancelled, "cancelled"}); });
}

void Outgoing::abandon() {
  callbacks_ = {};
  finish(Closing{});
}

void Outgoing::ended(Closing closing) {
  finish(std::move(closing));
}

void Outgoing::fail(Error error) {
  finish(std::move(error));
}

void Outgoing::cut() {
  error_code ignored;  // it is over either way
  stream().socket().close(ignored);
}

void Outgoing::finish(Result<Closing> result) {
  if (finished_) return;
  finished_ = true;
  loop_.cancel(deadline_);
  loop_.cancel(idle_);
  cut();
  const auto done = std::move(callbacks_.done);
  callbacks_ = {};
  if (done) done(std::move(result));
}

}  // namespace openclaw::http::egress
