// A connection's way from the handler's answer to bytes on the socket.
#include <array>
#include <boost/asio/buffer.hpp>

#include "core/http/connection.hpp"

namespace openclaw::http {
namespace {

constexpr std::size_t joined_body = 16U << 10U;  // copying less is cheaper than a second buffer
constexpr std::size_t kept_output = 64U << 10U;

}  // namespace

void Connection::put_head(unsigned status, const Headers& headers, Framing framing) {
  status_ = status;
  last_ = last_ || !request_.head.keep_alive || state_->draining.load(std::memory_order_relaxed);
  framing.close = last_;
  framing.http_1_0 = request_.head.http_1_0;
  const Cors& cors = state_->gate.cors();
  append_head(out_, status, headers, framing, shard_.date(),
              cors.allow_origin(request_.head.header("Origin")), cors.varies());
}

void Connection::answer(unsigned status, const Headers& headers, std::string body) {
  if (!socket_ || status_ != 0) return;
  Framing framing;
  framing.content_length = body.size();
  put_head(status, headers, framing);
  if (request_.head.method != "HEAD" && !bodyless(status)) {
    if (body.size() <= joined_body) {
      out_ += body;
    } else {
      tail_ = std::move(body);
    }
  }
  write();
}

void Connection::flush_stream() {
  while (socket_ && !writing_ && !answered_) {
    AnswerStream::Batch batch = stream_.take();
    if (batch.begins) {
      streaming_ = true;
      Framing framing;
      framing.chunked = !request_.head.http_1_0 && !bodyless(batch.status);
      last_ = last_ || request_.head.http_1_0;
      put_head(batch.status, batch.headers, framing);
    } else if (batch.bytes.empty() && !batch.ends) {
      return;
    }
    stream_bytes_ = batch.bytes.size();
    if (out_.empty()) {
      out_ = std::move(batch.bytes);
    } else {
      out_ += batch.bytes;
    }
    stream_ended_ = batch.ends;
    write();
  }
}

void Connection::write() {
  writing_ = true;
  while (out_sent_ < out_.size() + tail_.size()) {
    std::array<boost::asio::const_buffer, 2> rest;
    if (out_sent_ < out_.size()) {
      rest[0] = boost::asio::buffer(out_) + out_sent_;
      rest[1] = boost::asio::buffer(tail_);
    } else {
      rest[1] = boost::asio::buffer(tail_) + (out_sent_ - out_.size());
    }
    boost::system::error_code ec;
    const std::size_t n =
        tail_.empty() ? socket_->write_some(rest[0], ec) : socket_->write_some(rest, ec);
    if (ec == boost::asio::error::would_block) {
      deadline_ = runtime::SteadyClock::now() + state_->options.idle_deadline;
      const auto done = [self = shared_from_this()](const boost::system::error_code& result,
                                                    std::size_t count) {
        self->on_write(result, count);
      };
      socket_->async_write_some(rest, done);
      return;
    }
    if (ec) {
      cut();
      return;
    }
    out_sent_ += n;
  }
  written();
}

void Connection::on_write(const boost::system::error_code& ec, std::size_t n) {
  if (!socket_) return;
  if (ec) {
    cut();
    return;
  }
  out_sent_ += n;
  write();
  if (streaming_) flush_stream();
}

void Connection::written() {
  writing_ = false;
  deadline_ = {};
  if (out_.size() > kept_output) out_ = std::string();
  out_.clear();
  tail_ = std::string();
  out_sent_ = 0;
  if (streaming_) {
    stream_.sent(stream_bytes_);
    stream_bytes_ = 0;
    if (!stream_ended_) return;
  }
  answered_ = true;
  set_under_way(false);
  gone_ = nullptr;
  observe();
  advance();
}

}  // namespace openclaw::http
