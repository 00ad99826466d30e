// A connection's way from received bytes to the handler: head, admission, body.
#include <algorithm>
#include <boost/asio/buffer.hpp>

#include "core/http/connection.hpp"
#include "core/http/responder.hpp"
#include "core/http/websocket_session.hpp"

namespace openclaw::http {
namespace {

constexpr std::size_t pipelined_room = 256;  // to notice a client that goes while it is served
constexpr std::size_t chunk_room = 4096;
constexpr std::string_view continue_line = "HTTP/1.1 100 Continue\r\n\r\n";

/// All X-Forwarded-For lines as the one list that they are.
std::string forwarded_for(const RequestHead& head) {
  std::string list;
  for (const HeaderField& field : head.fields) {
    if (!equals_ignoring_case(field.name, "X-Forwarded-For")) continue;
    if (!list.empty()) list += ',';
    list += field.value;
  }
  return list;
}

/// Also for routes that are gone by now.
Admission stopping() {
  Admission refusal;
  refusal.status = 503;
  refusal.type = "server_error";
  refusal.message = "the gateway is stopping";
  refusal.headers = {{"Retry-After", "1"}};
  return refusal;
}

}  // namespace

bool Connection::take_head() {
  compact();
  const HeadScanner::Found found = scanner_.scan(unread());
  if (found == HeadScanner::Found::malformed) {
    give_up(400, "invalid_request_error", "malformed line end");
    return true;
  }
  const bool complete = found == HeadScanner::Found::complete;
  const std::size_t size = complete ? scanner_.size() : unread().size();
  if (size > state_->options.max_header || (!complete && size == state_->options.max_header)) {
    give_up(431, "invalid_request_error", "the request's head is too large");
    return true;
  }
  if (complete) {
    head_size_ = consumed_ = size;
    return parse();
  }
  // read() doubles a full buffer.
  if (end_ == in_.size() && !head_share_.grow_to(2 * in_.size())) {
    give_up(503, "server_error", "too many large requests at once");
    return true;
  }
  if (size > 0 && !head_begun_) {
    head_begun_ = true;
    deadline_ = runtime::SteadyClock::now() + state_->options.header_deadline;
  }
  return false;
}

bool Connection::parse() {
  const auto ensure_room = [this](std::size_t room) {
    if (reading_ || in_.size() - end_ >= room) return false;
    in_.resize(end_ + room);
    return true;
  };
  ensure_room(pipelined_room);
  auto rejection = parse_head(unread().substr(0, head_size_), request_.head);
  if (!rejection && request_.head.chunked && ensure_room(chunk_room)) {
    rejection = parse_head(unread().substr(0, head_size_), request_.head);  // the buffer moved
  }
  if (rejection) {
    give_up(rejection->status, "invalid_request_error", rejection->reason);
    return true;
  }
  admit();
  return true;
}

void Connection::admit() {
  began_ = runtime::SteadyClock::now();
  deadline_ = {};
  const RequestHead& head = request_.head;
  boost::asio::ip::address client = canonical(peer_);
  if (state_->gate.proxies().contains(peer_)) {
    client = state_->gate.proxies().client(peer_, forwarded_for(head));
  }
  request_.client = client.to_string();
  // What comes now would meet plugins that are being stopped.
  Admission admission = state_->draining.load(std::memory_order_relaxed)
                            ? stopping()
                            : state_->gate.admit(head, peer_, client, began_);
  const bool whole = !head.chunked && head.content_length <= unread().size() - head_size_;
  if (admission.route == nullptr) {
    if (whole) {
      consumed_ += static_cast<std::size_t>(head.content_length);
    } else {
      body_unread_ = last_ = true;
    }
    refuse(admission.status, admission.type, admission.message, admission.headers);
    return;
  }
  route_ = std::move(admission.route);
  if (route_->method.empty()) {
    upgrade();
    return;
  }
  phase_ = Phase::body;
  request_.body_view = {};
  body_received_ = 0;
  if (!head.has_body()) {
    handle();
    return;
  }
  body_rate_.start(began_);
  const bool with_key = route_->auth == Auth::api_key;
  body_share_.of(with_key ? state_->bodies : state_->bodies_without_key);
  if (head.chunked) {
    const ServerOptions& limits = state_->options;
    chunks_.reset(with_key ? limits.max_body
                           : std::min(limits.max_body, limits.max_body_without_key));
  }
  if (head.expect_continue && !whole) {
    // These few bytes fit into an empty send buffer; a client that has filled it reads nothing.
    boost::system::error_code ec;
    const std::size_t n = socket_->write_some(boost::asio::buffer(continue_line), ec);
    if (ec || n != continue_line.size()) cut();
  }
}

bool Connection::take_body() {
  return request_.head.chunked ? take_chunked_body() : take_sized_body();
}

bool Connection::take_sized_body() {
  const auto length = static_cast<std::size_t>(request_.head.content_length);
  const std::size_t here = unread().size() - consumed_;
  if (body_received_ == 0 && here >= length) {
    request_.body_view = unread().substr(consumed_, length);
    consumed_ += length;
    handle();
    return true;
  }
  const std::size_t take = std::min(here, length - body_received_);
  if (take > 0) {
    request_.long_body.resize(body_received_);
    request_.long_body.append(unread().substr(consumed_, take));
    body_received_ += take;
    consumed_ += take;
  }
  if (body_received_ == length) {
    request_.long_body.resize(length);
    request_.body_view = request_.long_body;
    handle();
    return true;
  }
  // read() makes room for as much again as has come.
  if (body_share_.grow_to(std::min(length, 2 * body_received_))) return false;
  return refuse_body_over_budget();
}

bool Connection::refuse_body_over_budget() {
  body_unread_ = last_ = true;
  refuse(503, "server_error", "too many large requests at once", {{"Retry-After", "5"}});
  return true;
}

bool Connection::take_chunked_body() {
  std::string_view rest = unread().substr(consumed_);
  const ChunkedBody::State state = chunks_.feed(rest, request_.long_body);
  consumed_ = unread().size() - rest.size();
  switch (state) {
    case ChunkedBody::State::done:
      request_.body_view = request_.long_body;
      handle();
      return true;
    case ChunkedBody::State::malformed:
      give_up(400, "invalid_request_error", "malformed chunked body");
      return true;
    case ChunkedBody::State::too_large:
      give_up(413, "invalid_request_error", "the request's body is too large");
      return true;
    case ChunkedBody::State::more:
      break;
  }
  if (!body_share_.grow_to(request_.long_body.capacity())) return refuse_body_over_budget();
  if (!reading_) {  // decoded bytes make room for the next
    end_ = begin_ + head_size_;
    consumed_ = head_size_;
  }
  return false;
}

void Connection::handle() {
  phase_ = Phase::handling;
  handover_.store(0, std::memory_order_relaxed);
  set_under_way(true);
  try {
    route_->handler(make_responder(shared_from_this()));
  } catch (const std::exception& bug) {
    // The Responder, on its way out, has answered 500: one handler's bug must not end the daemon.
    const auto& tell = state_->options.on_handler_threw;
    if (tell) tell(route_->path, bug.what());
  }
}

void Connection::upgrade() {
  if (request_.head.has_body() || reading_ || unread().size() > head_size_) {
    give_up(400, "invalid_request_error", "bytes follow the upgrade request");
    return;
  }
  const UpgradeResult result =
      upgrade_websocket(state_, shard_, *slot_, *socket_, request_, route_);
  if (result == UpgradeResult::upgraded) {
    // The session has taken the socket and the slot; nothing is left here.
    socket_.reset();
    slot_.reset();
    shard_.remove(*this);
    status_ = 101;
    observe();
  } else if (result == UpgradeResult::malformed) {
    give_up(400, "invalid_request_error", "malformed WebSocket handshake");
  } else {
    refuse(403, "permission_error", "the WebSocket was refused");
  }
}

void Connection::refuse(unsigned status, std::string_view type, std::string_view message,
                        const Headers& headers) {
  phase_ = Phase::handling;
  handover_.store(released, std::memory_order_relaxed);  // no handler, no Responder
  if (type.empty()) {
    answer(status, headers, {});
    return;
  }
  Headers all = headers;
  all.emplace_back("Content-Type", "application/json");
  answer(status, all, error_body(type, message));
}

void Connection::give_up_stopping() {
  const Admission refusal = stopping();
  give_up(refusal.status, refusal.type, refusal.message, refusal.headers);
}

void Connection::give_up(unsigned status, std::string_view type, std::string_view message,
                         const Headers& headers) {
  // What follows on the connection cannot be trusted to be a request.
  body_unread_ = last_ = true;
  refuse(status, type, message, headers);
  advance();
}

}  // namespace openclaw::http
