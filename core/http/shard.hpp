// What the server keeps per loop: the peers that live there and the deadlines' sweep.
#pragma once

#include <atomic>
#include <memory>
#include <vector>

#include "core/http/body_budget.hpp"
#include "core/http/gate.hpp"
#include "core/http/peer.hpp"
#include "core/http/response_head.hpp"
#include "core/http/server.hpp"

namespace openclaw::http {

/// [loop] One sweep a period over all peers replaces a timer per connection; none runs while no
/// peer is connected.
class Shard {
 public:
  Shard(runtime::Loop& loop, runtime::Millis period) : loop_(loop), period_(period) {}

  void add(std::shared_ptr<Peer> peer);
  void remove(Peer& peer) { peers_.remove(peer); }
  /// While the server drains: who has just connected asks within this time, or is closed.
  static constexpr runtime::Millis question_deadline{250};
  void drain() {
    peers_.for_each([](Peer& peer) { peer.drain(); });
    sweep_soon();
  }
  /// Once question_deadline is over.
  void sweep_soon();
  void cut_all();

  /// [the listener's loop] A connection was handed to this one's loop.
  void handed(runtime::TimePoint now) {
    if (untaken_.fetch_add(1) == 0) progress_.store(now.time_since_epoch().count());
  }
  void took(runtime::TimePoint now) {
    progress_.store(now.time_since_epoch().count());
    untaken_.fetch_sub(1);
  }
  /// [any thread] True while what was handed over has not been looked at for `patience`.
  [[nodiscard]] bool stuck(runtime::TimePoint now, runtime::Millis patience) const {
    const runtime::TimePoint seen{runtime::SteadyClock::duration(progress_.load())};
    return untaken_.load() > 0 && now - seen >= patience;
  }

  [[nodiscard]] std::string_view date();
  [[nodiscard]] runtime::Loop& loop() { return loop_; }

 private:
  void sweep();

  runtime::Loop& loop_;
  const runtime::Millis period_;
  PeerList peers_;
  DateHeader date_;
  runtime::TimerId timer_;
  std::atomic<std::size_t> untaken_{0};
  std::atomic<runtime::SteadyClock::rep> progress_{0};
};

/// What all connections of a server share. Outlives the server while handlers still hold
/// Responders.
struct ServerState {
  ServerState(const Routes& routes, ServerOptions o, RequestObserver on_request)
      : options(std::move(o)),
        gate(routes, options),
        observer(std::move(on_request)),
        bodies(options.all_bodies),
        bodies_without_key(options.all_bodies_without_key) {}

  const ServerOptions options;
  Gate gate;
  const RequestObserver observer;
  BodyBudget bodies, bodies_without_key;
  std::vector<std::unique_ptr<Shard>> shards;
  std::atomic<bool> draining{false};
  std::atomic<std::size_t> connections{0};
  std::atomic<std::size_t> under_way{0};  ///< requests that a handler has and has not answered
};

/// A connection's share in the server's count, handed on when it becomes a WebSocket.
class ConnectionSlot {
 public:
  explicit ConnectionSlot(std::shared_ptr<ServerState> state) : state_(std::move(state)) {
    state_->connections.fetch_add(1, std::memory_order_relaxed);
  }
  ConnectionSlot(ConnectionSlot&&) = default;
  ConnectionSlot& operator=(ConnectionSlot&&) = delete;
  ~ConnectionSlot() {
    if (state_ != nullptr) state_->connections.fetch_sub(1, std::memory_order_relaxed);
  }

 private:
  std::shared_ptr<ServerState> state_;  ///< shared with every connection of the server
};

}  // namespace openclaw::http
