// The life of a connection: what is read when, deadlines, and how it ends.
#include "core/http/connection.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <utility>

namespace openclaw::http {
namespace {

constexpr std::size_t small_buffer = 2U << 10U;  // most heads fit, and idle connections stay cheap
constexpr std::size_t kept_buffer = 8U << 10U;   // a larger one is given back after its request
constexpr std::size_t body_piece = 16U << 10U;
constexpr std::chrono::seconds linger_deadline{2};
constexpr unsigned client_closed = 499;

}  // namespace

Connection::Connection(std::shared_ptr<ServerState> state, Shard& shard, ConnectionSlot slot,
                       Socket socket)
    : state_(std::move(state)), shard_(shard), slot_(std::move(slot)), socket_(std::move(socket)) {}

void Connection::start() {
  boost::system::error_code ec;
  const auto endpoint = socket_->remote_endpoint(ec);
  if (ec) return;  // gone already
  peer_ = endpoint.address();
  socket_->set_option(boost::asio::ip::tcp::no_delay(true), ec);
  socket_->non_blocking(true, ec);
  in_.resize(small_buffer);
  head_share_.of(state_->bodies_without_key);  // nobody has shown a key yet
  deadline_ = runtime::SteadyClock::now() + state_->options.header_deadline;
  shard_.add(shared_from_this());
  if (state_->draining.load(std::memory_order_relaxed)) {
    drain();
    shard_.sweep_soon();
  }
  read();
}

void Connection::read() {
  if (reading_ || !socket_) return;
  char* into = nullptr;
  std::size_t room = 0;
  if (phase_ == Phase::body && !request_.head.chunked) {
    // Grows with what has arrived: the announced length is only a claim.
    const std::size_t need =
        static_cast<std::size_t>(request_.head.content_length) - body_received_;
    room = std::min(need, std::max(body_piece, body_received_));
    request_.long_body.resize(body_received_ + room);
    into = request_.long_body.data() + body_received_;
    reading_body_ = true;
  } else {
    if (phase_ == Phase::head && end_ == in_.size()) {
      in_.resize(in_.size() * 2);
    } else if (phase_ == Phase::lingering) {
      begin_ = end_ = 0;
    }
    room = in_.size() - end_;
    // While a request is handled the buffer must not move, so a full one stops the reading.
    if (room == 0) return;
    into = in_.data() + end_;
    reading_body_ = false;
  }
  reading_ = true;
  socket_->async_read_some(boost::asio::buffer(into, room),
                           [self = shared_from_this()](const boost::system::error_code& ec,
                                                       std::size_t n) { self->on_read(ec, n); });
}

/// Moves what is unread to the buffer's start. Without it a kept connection, which always has a
/// read pending behind its last request, would walk to the buffer's end and make it longer each
/// time.
void Connection::compact() {
  if (reading_) return;  // the read that is pending writes where it was told to
  if (in_.size() > kept_buffer && end_ - begin_ <= small_buffer) {
    std::string smaller(small_buffer, '\0');
    std::copy_n(in_.data() + begin_, end_ - begin_, smaller.data());
    in_ = std::move(smaller);
    head_share_.release();
  } else if (begin_ > 0) {
    std::copy_n(in_.data() + begin_, end_ - begin_, in_.data());
  }
  end_ -= begin_;
  begin_ = 0;
}

void Connection::on_read(const boost::system::error_code& ec, std::size_t n) {
  reading_ = false;
  if (!socket_) return;
  if (ec) {
    cut();
    return;
  }
  if (phase_ == Phase::lingering) {
    read();
    return;
  }
  if (reading_body_) {
    body_received_ += n;
  } else {
    end_ += n;
  }
  if (phase_ == Phase::body) body_rate_.received(n);
  advance();
}

void Connection::advance() {
  if (advancing_ || !socket_) return;
  advancing_ = true;
  bool goes_on = true;
  while (goes_on && socket_) {
    switch (phase_) {
      case Phase::head:
        goes_on = take_head();
        break;
      case Phase::body:
        goes_on = take_body();
        break;
      case Phase::handling:
        goes_on = finish_exchange();
        break;
      case Phase::lingering:
        goes_on = false;
        break;
    }
  }
  advancing_ = false;
  // Also while a request is handled: that is how a client is noticed to have gone.
  read();
}

bool Connection::finish_exchange() {
  if (!answered_) return false;
  if (last_) {
    if (body_unread_) {
      linger();
    } else {
      cut();
    }
    return false;
  }
  if ((handover_.fetch_or(waiting) & released) == 0) return false;  // release() comes back here
  begin_ += consumed_;
  consumed_ = 0;
  scanner_.reset();
  request_.head.clear();
  route_.reset();
  if (!request_.long_body.empty()) request_.long_body = std::string();
  body_received_ = 0;
  body_share_.release();
  if (streaming_) stream_.reset();
  streaming_ = stream_ended_ = answered_ = head_begun_ = false;
  status_ = 0;
  phase_ = Phase::head;
  deadline_ = began_ + state_->options.idle_deadline;
  if (state_->draining.load(std::memory_order_relaxed)) drain();
  return true;
}

void Connection::release() {
  if ((handover_.fetch_or(released) & waiting) == 0) return;
  // Posted, so that destroying a Responder never runs the next request's handler.
  loop().post([self = shared_from_this()] { self->advance(); });
}

void Connection::observe() {
  const runtime::TimePoint now = runtime::SteadyClock::now();
  if (state_->observer) {
    static constexpr std::string_view known[] = {"GET",   "HEAD",   "POST",   "PUT",
                                                 "PATCH", "DELETE", "OPTIONS"};
    std::string_view method = "other";  // labels must stay few, whatever clients send
    for (const std::string_view one : known) {
      if (request_.head.method == one) method = one;
    }
    state_->observer(method, route_ != nullptr ? std::string_view(route_->path) : "unmatched",
                     status_, std::chrono::duration<double>(now - began_).count());
  }
  began_ = now;  // of the idle time that follows
}

void Connection::linger() {
  // Closing with unread bytes would reset the connection, and the client might lose the answer.
  phase_ = Phase::lingering;
  deadline_ = runtime::SteadyClock::now() + linger_deadline;
  boost::system::error_code ec;
  socket_->shutdown(Socket::shutdown_send, ec);
  if (ec) cut();
}

void Connection::sweep(runtime::TimePoint now) {
  if (!socket_) return;
  if (phase_ == Phase::body && body_rate_.too_slow(now, state_->options.min_body_rate)) {
    give_up(408, "invalid_request_error", "the request's body arrived too slowly");
    return;
  }
  if (deadline_ == runtime::TimePoint{} || now < deadline_) return;
  if (phase_ == Phase::head && begin_ != end_) {
    give_up(408, "invalid_request_error", "the request's head took too long");
  } else {
    cut();
  }
}

void Connection::drain() {
  // What is under way gets "Connection: close" on its answer; see put_head().
  if (phase_ == Phase::body) return give_up_stopping();
  if (phase_ != Phase::head || begin_ != end_) return;
  boost::system::error_code ec;  // of a socket that is broken: then nothing comes from it either
  const bool asks = began_ == runtime::TimePoint{} || socket_->available(ec) != 0;
  if (!asks) return cut();
  deadline_ = std::min(deadline_, runtime::SteadyClock::now() + Shard::question_deadline);
}

void Connection::cut() {
  if (!socket_) return;
  const auto hold = shared_from_this();
  boost::system::error_code ignored;  // nothing is left to do for a socket that fails to close
  socket_->close(ignored);
  socket_.reset();
  slot_.reset();
  shard_.remove(*this);
  stream_.gone();
  set_under_way(false);
  if (phase_ == Phase::handling && !answered_) {
    status_ = client_closed;
    observe();
    runtime::Task gone = std::move(gone_);
    if (gone) gone();
  }
}

void Connection::set_under_way(bool is) {
  if (std::exchange(under_way_, is) == is) return;
  if (is) {
    state_->under_way.fetch_add(1);
  } else {
    state_->under_way.fetch_sub(1);
  }
}

void Connection::watch_gone(runtime::Task gone) {
  if (socket_) {
    if (!answered_) gone_ = std::move(gone);
  } else {
    gone();
  }
}

}  // namespace openclaw::http
