// Decides which of many failures alike are worth a line of the log.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "core/runtime/loop.hpp"

namespace openclaw::host {

/// A store that is away fails several times a second: that is said when it begins, when the reason
/// is another one, and once a minute. Not for several threads.
class FailureTally {
 public:
  static constexpr runtime::Millis kSayAgain{60'000}, kOtherReason{2'000};

  /// How many failed since the last line, this one included; none: no line now.
  std::optional<std::uint64_t> failed(const std::string& reason, runtime::TimePoint now) {
    ++unsaid_;
    if (!since_) since_ = now;
    const bool is_other = reason != reason_ && now - said_ >= kOtherReason;
    if (said_ != runtime::TimePoint{} && !is_other && now - said_ < kSayAgain) return std::nullopt;
    said_ = now;
    reason_ = reason;
    return std::exchange(unsaid_, 0);
  }
  /// How long it had failed; none when it had not.
  std::optional<runtime::Millis> worked(runtime::TimePoint now) {
    if (!since_) return std::nullopt;
    const auto lasted = std::chrono::duration_cast<runtime::Millis>(now - *since_);
    *this = {};
    return lasted;
  }

 private:
  std::optional<runtime::TimePoint> since_;
  runtime::TimePoint said_{};
  std::string reason_;
  std::uint64_t unsaid_ = 0;
};

}  // namespace openclaw::host
