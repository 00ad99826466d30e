// Drives one server-side WebSocket with Boost.Beast: frames in order, a bounded queue out.
#include "core/http/websocket_session.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/websocket.hpp>
#include <deque>
#include <mutex>

#include "core/http/liveness.hpp"
#include "core/http/socket_meter.hpp"
#include "core/http/wire_overhead.hpp"

namespace openclaw::http {
namespace {
namespace beast = boost::beast;
namespace ws = boost::beast::websocket;
using boost::system::error_code;

constexpr std::size_t max_message = 1U << 20U;
constexpr std::size_t max_queued = 4U << 20U;
constexpr std::size_t kept_buffer = 8U << 10U;
constexpr std::size_t max_in_flight = 256U << 10U;
constexpr std::size_t message_cost = 256;  // beside its payload: empty messages are not free either
constexpr std::uint16_t going_away = 1001;
constexpr std::uint16_t abnormal = 1006;
constexpr std::uint16_t policy = 1008;
constexpr std::uint16_t try_again_later = 1013;

using Upgrade = beast::http::request<beast::http::empty_body>;

Upgrade upgrade_of(const ReceivedRequest& request) {
  Upgrade upgrade{beast::http::verb::get, "/", 11};
  for (const HeaderField& field : request.head.fields) {
    upgrade.insert(beast::string_view(field.name.data(), field.name.size()),
                   beast::string_view(field.value.data(), field.value.size()));
  }
  return upgrade;
}

std::uint16_t code_of(const error_code& ec, const ws::close_reason& reason) {
  if (ec == ws::error::closed) {
    return reason.code != 0 ? static_cast<std::uint16_t>(reason.code)
                            : static_cast<std::uint16_t>(ws::close_code::no_status);
  }
  if (ec == ws::error::message_too_big || ec == ws::error::buffer_overflow) return 1009;
  if (ec == ws::error::bad_frame_payload) return 1007;
  return ec.category() == make_error_code(ws::error::closed).category() ? 1002 : abnormal;
}

class Session;

/// What one received message weighs.
class Weight final : public InFlight {
 public:
  Weight(std::shared_ptr<Session> session, std::size_t bytes)
      : session_(std::move(session)), bytes_(bytes) {}
  ~Weight() override;
  Weight(const Weight&) = delete;
  Weight& operator=(const Weight&) = delete;

 private:
  std::shared_ptr<Session> session_;  ///< shared with its loop
  std::size_t bytes_;
};

class Session final : public Peer, public std::enable_shared_from_this<Session> {
 public:
  Session(std::shared_ptr<ServerState> state, Shard& shard)
      : state_(std::move(state)),
        shard_(shard),
        liveness_(runtime::SteadyClock::now()),
        overhead_(max_message + max_message / 4, runtime::SteadyClock::now()) {}

  void start(Upgrade upgrade, std::unique_ptr<WebSocketEvents> events, ConnectionSlot slot,
             Socket socket) {
    events_ = std::move(events);
    slot_.emplace(std::move(slot));
    stream_.emplace(std::move(socket));
    stream_->read_message_max(max_message);
    stream_->set_option(
        ws::stream_base::timeout{ws::stream_base::none(), ws::stream_base::none(), false});
    stream_->set_option(ws::stream_base::decorator(
        [](ws::response_type& response) { response.set("Server", "openclaw"); }));
    stream_->control_callback(
        [this](ws::frame_type, beast::string_view) { liveness_.heard(now()); });
    shard_.add(shared_from_this());
    auto held = std::make_shared<Upgrade>(std::move(upgrade));  // shared with the handler alone
    stream_->async_accept(*held, [self = shared_from_this(), held](const error_code& ec) {
      if (!self->stream_) return;
      if (ec) {
        self->finish(abnormal);
        return;
      }
      self->accepted_ = true;
      self->read();
      self->flush();
    });
  }

  // [any thread]
  bool send(std::string message, bool binary) {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    if (queued_ + message.size() > max_queued) {
      closed_ = true;
      close_code_ = try_again_later;
      queue_.clear();
    } else {
      queued_ += message.size();
      queue_.push_back({std::move(message), binary});
    }
    wake();
    return !closed_;
  }

  // [any thread] What was queued before goes out first.
  void close(std::uint16_t code, std::string_view reason) {
    const std::lock_guard lock(mutex_);
    if (closed_) return;
    closed_ = true;
    close_code_ = code;
    close_reason_ = reason.substr(0, 123);
    wake();
  }

  // [any thread] A message was dealt with.
  void lighten(std::size_t bytes) {
    const std::lock_guard lock(mutex_);
    in_flight_ -= bytes;
    if (!held_ || in_flight_ > max_in_flight) return;
    held_ = false;
    shard_.loop().post([self = shared_from_this()] { self->read_on(); });
  }

  void sweep(runtime::TimePoint at) override {
    // Whoever floods would not heed a farewell either.
    const auto read = stream_ ? bytes_read(stream_->next_layer().native_handle()) : std::nullopt;
    if (read && !overhead_.check(*read, at)) {
      finish(policy);
      return;
    }
    if (closing_) {
      if (at - closing_since_ >= state_->options.farewell_deadline) finish(close_code_);
      return;
    }
    const Liveness::Verdict verdict = liveness_.check(at);
    if (verdict == Liveness::Verdict::dead) {
      finish(abnormal);
    } else if (verdict == Liveness::Verdict::ping && accepted_ && !pinging_) {
      pinging_ = true;
      stream_->async_ping({}, [self = shared_from_this()](const error_code&) {
        self->pinging_ = false;  // a failure shows in the pending read as well
      });
    }
  }
  // Replies that are still being made while the server drains belong to open WebSockets too.
  void drain() override {}
  void cut() override { finish(going_away); }

 private:
  struct Message {
    std::string payload;
    bool binary;
  };
  static runtime::TimePoint now() { return runtime::SteadyClock::now(); }

  void wake() {
    if (woken_) return;
    woken_ = true;
    shard_.loop().post([self = shared_from_this()] { self->flush(); });
  }

  void read() {
    reading_ = true;
    stream_->async_read(buffer_, [self = shared_from_this()](const error_code& ec, std::size_t) {
      self->on_read(ec);
    });
  }

  void read_on() {
    if (!stream_ || closing_) return;  // the farewell reads for itself
    liveness_.heard(now());            // nobody listened to what it may have said meanwhile
    read();
  }

  void on_read(const error_code& ec) {
    reading_ = false;
    if (!stream_) return;
    if (ec) {
      finish(closing_ ? close_code_ : code_of(ec, stream_->reason()));
      return;
    }
    liveness_.heard(now());
    const auto data = buffer_.cdata();
    const std::string_view payload(static_cast<const char*>(data.data()), data.size());
    overhead_.delivered(payload.size());
    if (!closing_) {
      const std::size_t weight = payload.size() + message_cost;
      {
        const std::lock_guard lock(mutex_);
        in_flight_ += weight;
      }
      events_->message(payload, stream_->got_binary(),
                       std::make_unique<Weight>(shared_from_this(), weight));
    }
    if (!stream_) return;
    buffer_.consume(buffer_.size());
    if (buffer_.capacity() > kept_buffer) buffer_.shrink_to_fit();
    {
      const std::lock_guard lock(mutex_);
      held_ = in_flight_ > max_in_flight;
      if (held_) return;  // lighten() comes back
    }
    read();
  }

  void flush() {
    bool close_now = false;
    {
      const std::lock_guard lock(mutex_);
      woken_ = false;
      if (!stream_ || !accepted_) return;
      if (writing_) {
        // A client that reads nothing never lets this write end, and no farewell past it.
        if (closed_) begin_closing();
        return;
      }
      if (!queue_.empty()) {
        current_ = std::move(queue_.front());
        queue_.pop_front();
        writing_ = true;
      } else {
        close_now = closed_ && !farewell_;
      }
    }
    if (writing_) {
      stream_->binary(current_.binary);
      stream_->async_write(
          boost::asio::buffer(current_.payload),
          [self = shared_from_this()](const error_code& ec, std::size_t) { self->on_write(ec); });
    } else if (close_now) {
      start_close();
    }
  }

  void on_write(const error_code& ec) {
    {
      const std::lock_guard lock(mutex_);
      writing_ = false;
      queued_ -= std::min(queued_, current_.payload.size());
      current_ = {};
      closed_ = closed_ || ec;
    }
    if (ec) {
      // It shows in the pending read as well, where there is one.
      if (!reading_) finish(closing_ ? close_code_ : abnormal);
      return;
    }
    closing_since_ = now();  // while it reads, it gets what was queued for it
    flush();
  }

  void begin_closing() {
    if (closing_) return;
    closing_ = true;
    closing_since_ = now();
  }

  void start_close() {
    begin_closing();
    farewell_ = true;
    ws::close_reason reason;
    reason.code = close_code_;
    reason.reason = beast::string_view(close_reason_.data(), close_reason_.size());
    stream_->async_close(reason, [self = shared_from_this()](const error_code&) {
      self->finish(self->close_code_);  // nothing else can be done for a failed farewell
    });
  }

  void finish(std::uint16_t code) {
    if (!stream_) return;
    const auto hold = shared_from_this();
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      queue_.clear();
    }
    error_code ignored;  // the socket may be closed already
    stream_->next_layer().close(ignored);
    stream_.reset();
    slot_.reset();
    shard_.remove(*this);
    const std::unique_ptr<WebSocketEvents> events = std::move(events_);
    events->closed(code);
  }

  std::shared_ptr<ServerState> state_;  ///< shared with the server and its connections
  Shard& shard_;
  std::optional<ConnectionSlot> slot_;
  std::optional<ws::stream<Socket>> stream_;  ///< empty before the start and once closed
  std::unique_ptr<WebSocketEvents> events_;
  beast::flat_buffer buffer_;
  Liveness liveness_;
  WireOverhead overhead_;
  Message current_{};
  runtime::TimePoint closing_since_{};
  bool accepted_ = false;
  bool reading_ = false;
  bool pinging_ = false;
  bool closing_ = false;   ///< what comes is not wanted any more
  bool farewell_ = false;  ///< the close frame is on its way
  bool writing_ = false;

  std::mutex mutex_;  ///< guards what follows
  std::deque<Message> queue_;
  std::size_t queued_ = 0;
  std::size_t in_flight_ = 0;  ///< received, and not dealt with
  bool held_ = false;          ///< nothing is read for now
  std::uint16_t close_code_ = abnormal;
  std::string close_reason_;
  bool closed_ = false;
  bool woken_ = false;
};

Weight::~Weight() {
  session_->lighten(bytes_);
}

class Handle final : public WebSocket {
 public:
  explicit Handle(std::shared_ptr<Session> session) : session_(std::move(session)) {}
  ~Handle() override { session_->close(going_away, {}); }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  bool send(std::string message, bool binary) override {
    return session_->send(std::move(message), binary);
  }
  void close(std::uint16_t code, std::string_view reason) override {
    session_->close(code, reason);
  }

 private:
  std::shared_ptr<Session> session_;  ///< shared with its loop
};

}  // namespace

UpgradeResult upgrade_websocket(const std::shared_ptr<ServerState>& state, Shard& shard,
                                ConnectionSlot& slot, Socket& socket,
                                const ReceivedRequest& request,
                                const std::shared_ptr<const Route>& route) {
  Upgrade upgrade = upgrade_of(request);
  if (!ws::is_upgrade(upgrade) || upgrade["Sec-WebSocket-Version"] != "13" ||
      upgrade["Sec-WebSocket-Key"].size() != 24 || upgrade.count("Sec-WebSocket-Key") != 1) {
    return UpgradeResult::malformed;
  }
  const auto session = std::make_shared<Session>(state, shard);
  auto events = route->websocket(request, std::make_unique<Handle>(session));
  if (events == nullptr) return UpgradeResult::refused;
  session->start(std::move(upgrade), std::move(events), std::move(slot), std::move(socket));
  return UpgradeResult::upgraded;
}

}  // namespace openclaw::http
