// Whether a request's body arrives fast enough to be waited for.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/runtime/loop.hpp"

namespace openclaw::http {

/// Averaged since the body began; the grace lets slow starts and short stalls pass.
class BodyRate {
 public:
  static constexpr std::chrono::seconds grace{10};

  void start(runtime::TimePoint now) {
    began_ = now;
    received_ = 0;
  }
  void received(std::size_t bytes) { received_ += bytes; }
  [[nodiscard]] bool too_slow(runtime::TimePoint now, std::size_t bytes_per_second) const {
    const auto elapsed = std::chrono::duration_cast<runtime::Millis>(now - began_);
    if (elapsed <= grace) return false;
    return received_ * 1000 < static_cast<std::uint64_t>(elapsed.count()) * bytes_per_second;
  }

 private:
  runtime::TimePoint began_{};
  std::uint64_t received_ = 0;
};

}  // namespace openclaw::http
