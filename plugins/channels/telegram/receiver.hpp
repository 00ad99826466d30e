// How updates come in: PollLoop or WebhookReceiver.
#pragma once

#include <functional>
#include <optional>

#include "openclaw/cpp/failure.hpp"

namespace openclaw::telegram {

struct ReceiverEvents {
  /// Once: the first try to reach Telegram ended; `failure` when only the operator can help.
  std::function<void(std::optional<sdk::Failure> failure)> started;
  /// Once, after stop(): nothing is under way any more.
  std::function<void()> idle;
};

class Receiver {
 public:
  Receiver() = default;
  virtual ~Receiver() = default;
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  virtual void start() = 0;
  /// Takes nothing new. Submits under way are waited for; then `idle` is called, not inside.
  virtual void stop() = 0;
};

}  // namespace openclaw::telegram
