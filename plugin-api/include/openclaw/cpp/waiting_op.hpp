// An operation of the host's (start, quiesce, stop) that ends later.
#pragma once

#include <optional>
#include <utility>

#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

/// Ends it at most once, whoever says so first. [strand]
class WaitingOp {
 public:
  explicit WaitingOp(Host& host) : host_(host) {}

  void begin(oc_op op) { op_ = op; }
  [[nodiscard]] bool waits() const { return op_ != 0; }
  /// Completes or fails it; nothing happens when none waits.
  void end(const std::optional<Failure>& failure = {}) {
    const oc_op op = std::exchange(op_, 0);
    if (op == 0) return;
    if (failure) {
      host_.fail(op, *failure);
    } else {
      host_.complete(op);
    }
  }

 private:
  Host& host_;
  oc_op op_ = 0;
};

}  // namespace openclaw::sdk
