// Bounds what a WebSocket peer sends beside its messages.
#pragma once

#include <algorithm>
#include <cstdint>

#include "core/runtime/loop.hpp"

namespace openclaw::http {

/// Frame headers, pings, pongs and empty fragments are dealt with below whoever counts messages,
/// and cost the loop as much. What has come of a message counts until the message is whole.
class WireOverhead {
 public:
  static constexpr std::uint64_t per_second = 16U << 10U;

  /// `burst` bytes at once are allowed: more than the largest message.
  WireOverhead(std::uint64_t burst, runtime::TimePoint now) : burst_(burst), checked_(now) {}

  /// A message was handed on.
  void delivered(std::uint64_t payload_bytes) { delivered_ += payload_bytes; }

  /// `read`: bytes taken from the connection since it began. False: too many for what came of them.
  bool check(std::uint64_t read, runtime::TimePoint now) {
    const auto ms = std::chrono::duration_cast<runtime::Millis>(now - checked_).count();
    checked_ = now;
    excess_ += static_cast<std::int64_t>(read - read_) - static_cast<std::int64_t>(delivered_);
    excess_ -= static_cast<std::int64_t>(per_second) * ms / 1000;
    excess_ = std::max<std::int64_t>(excess_, 0);
    read_ = read;
    delivered_ = 0;
    return excess_ <= static_cast<std::int64_t>(burst_);
  }

 private:
  std::uint64_t burst_;
  runtime::TimePoint checked_;
  std::uint64_t read_ = 0;
  std::uint64_t delivered_ = 0;  ///< since the last check
  std::int64_t excess_ = 0;
};

}  // namespace openclaw::http
