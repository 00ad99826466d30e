// Decides which of many failures alike are worth a line of the log.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/runtime/loop.hpp"

namespace openclaw::host {

/// A store that is away fails several times a second: each reason is said when it comes up, and
/// once a minute. Not for several threads.
class FailureTally {
 public:
  static constexpr runtime::Millis kSayAgain{60'000}, kBetweenReasons{2'000};
  static constexpr std::size_t kReasons = 8;  ///< a minute: one may hold a changing number

  /// How many failed since the last line, this one included; none: no line now.
  std::optional<std::uint64_t> failed(const std::string& reason, runtime::TimePoint now) {
    ++unsaid_;
    if (!since_) since_ = now;
    std::erase_if(said_, [now](const Said& one) { return now - one.at >= kSayAgain; });
    const bool is_said = std::any_of(said_.begin(), said_.end(),
                                     [&](const Said& one) { return one.reason == reason; });
    if (is_said || (!said_.empty() && now - said_.back().at < kBetweenReasons)) return std::nullopt;
    if (said_.size() == kReasons) return std::nullopt;
    said_.push_back({reason, now});
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
  struct Said {
    std::string reason;
    runtime::TimePoint at;
  };
  std::optional<runtime::TimePoint> since_;
  std::vector<Said> said_;  ///< within the last minute, in that order
  std::uint64_t unsaid_ = 0;
};

}  // namespace openclaw::host
