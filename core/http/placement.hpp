// Hands accepted connections to the loops in turn, past those that are stuck.
#pragma once

#include <memory>

#include "core/http/connection.hpp"
#include "core/http/shard.hpp"

namespace openclaw::http {

/// A loop that has not taken a connection within `stuck_after` is passed by, and what it was handed
/// goes to another, until it runs again. When all of them are stuck, the client is told 503 at
/// once. [the listener's loop]
class Placement : public std::enable_shared_from_this<Placement> {
 public:
  /// Shared with its timers on `listener`, which may be one of the server's own loops.
  Placement(std::shared_ptr<ServerState> state, runtime::Loop& listener)
      : state_(std::move(state)), listener_(listener) {}

  void place(Socket socket);

 private:
  struct Handover;
  void hand(std::shared_ptr<Handover> handover);
  [[nodiscard]] Shard* next_shard();

  std::shared_ptr<ServerState> state_;  ///< shared with the connections
  runtime::Loop& listener_;
  std::size_t next_ = 0;
};

}  // namespace openclaw::http
