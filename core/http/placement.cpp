// Hands accepted connections to the loops in turn, past those that are stuck.
#include "core/http/placement.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <string_view>

namespace openclaw::http {

namespace {

using boost::system::error_code;
using tcp = boost::asio::ip::tcp;

constexpr std::string_view busy_answer =
    "HTTP/1.1 503 Service Unavailable\r\nServer: openclaw\r\nRetry-After: 1\r\n"
    "Content-Length: 0\r\nConnection: close\r\n\r\n";

/// Best effort: a client that cannot be told sees a closed connection.
void turn_away(int fd) {
  static_cast<void>(
      ::send(fd, busy_answer.data(), busy_answer.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
  ::shutdown(fd, SHUT_RDWR);
}

}  // namespace

/// An accepted connection that no loop has taken yet; shared by the loop that shall and the timer
/// that gives it to another. Whoever exchanges `taken` first has it.
struct Placement::Handover {
  Handover(int accepted, tcp p, ConnectionSlot s) : fd(accepted), protocol(p), slot(std::move(s)) {}
  ~Handover() {
    if (fd >= 0) ::close(fd);
  }
  Handover(const Handover&) = delete;
  Handover& operator=(const Handover&) = delete;

  int fd;
  const tcp protocol;
  ConnectionSlot slot;
  std::atomic<bool> taken{false};
};

void Placement::place(Socket socket) {
  error_code ec;
  const auto endpoint = socket.local_endpoint(ec);
  if (ec) return;
  const int fd = socket.release(ec);
  if (ec) return;
  const bool full =
      state_->connections.load(std::memory_order_relaxed) >= state_->options.max_connections;
  auto handover = std::make_shared<Handover>(fd, endpoint.protocol(), ConnectionSlot(state_));
  if (full) {
    turn_away(fd);
  } else {
    hand(std::move(handover));
  }
}

Shard* Placement::next_shard() {
  const auto now = runtime::SteadyClock::now();
  for (std::size_t tried = 0; tried < state_->shards.size(); ++tried) {
    Shard& shard = *state_->shards[next_];
    next_ = (next_ + 1) % state_->shards.size();
    if (!shard.stuck(now, state_->options.stuck_after)) return &shard;
  }
  return nullptr;
}

void Placement::hand(std::shared_ptr<Handover> handover) {
  Shard* const shard = next_shard();
  if (shard == nullptr) {
    turn_away(handover->fd);
    return;
  }
  const bool elsewhere = !shard->loop().on_loop();
  shard->handed(runtime::SteadyClock::now());
  shard->loop().dispatch([state = state_, shard, handover] {
    shard->took(runtime::SteadyClock::now());
    if (handover->taken.exchange(true)) return;
    error_code ec;
    Socket socket(shard->loop().io());
    socket.assign(handover->protocol, handover->fd, ec);
    if (ec) return;
    handover->fd = -1;
    std::make_shared<Connection>(state, *shard, std::move(handover->slot), std::move(socket))
        ->start();
  });
  if (!elsewhere) return;
  listener_.after(state_->options.stuck_after, [self = shared_from_this(), handover] {
    if (handover->taken.exchange(true)) return;
    if (self->state_->draining.load()) return turn_away(handover->fd);
    self->hand(std::make_shared<Handover>(std::exchange(handover->fd, -1), handover->protocol,
                                          std::move(handover->slot)));
  });
}

}  // namespace openclaw::http
