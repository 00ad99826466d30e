// Hands messages to the gateway one after another, and keeps them while it cannot take them.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "incoming.hpp"
#include "openclaw/cpp/channel/backoff.hpp"
#include "openclaw/cpp/host.hpp"

namespace openclaw::irc {

/// IRC delivers nothing again, so a message waits here until the gateway has it. The queue is
/// bounded by not reading on: what the server has not sent yet waits with the server.
class Inbox {
 public:
  struct Hooks {
    std::function<void(bool full)> full;    ///< stop reading, or read on
    std::function<void()> idle;             ///< nothing waits any more
    std::function<void(bool stuck)> stuck;  ///< the gateway cannot store, or can again
  };
  static constexpr std::size_t kFull = 200, kRoom = 50;

  Inbox(sdk::Host& host, std::uint64_t seed, Hooks hooks);
  void add(Incoming incoming);
  /// Drops what waits; one that is under way still ends.
  void stop();
  [[nodiscard]] bool empty() const { return queue_.empty() && !under_way_; }

 private:
  void next();
  void settled(const std::optional<sdk::Failure>& failure);

  sdk::Host& host_;
  Hooks hooks_;
  sdk::Backoff backoff_;
  std::deque<Incoming> queue_;  ///< the first is under way
  bool under_way_ = false, full_ = false, stuck_ = false;
  oc_op timer_ = 0;
  std::uint32_t received_metric_, lost_metric_;
};

}  // namespace openclaw::irc
