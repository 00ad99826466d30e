// Limits how many messages one sender may send in a minute.
#pragma once

#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {
using runtime::Millis;
using runtime::TimePoint;

/// A token bucket per (channel, sender) that holds one minute's worth. The table is bounded: the
/// sender who was silent longest is forgotten first.
class SenderRate {
 public:
  static constexpr std::size_t kMaxSenders = 10'000;

  explicit SenderRate(std::uint32_t per_minute);  ///< 0 = no limit

  bool allow(std::string_view channel, std::string_view sender, TimePoint now);
  /// True once after a refusal, and again only when the bucket was full in between: so that a
  /// flood is answered with one notice.
  bool should_tell(std::string_view channel, std::string_view sender);
  [[nodiscard]] std::size_t size() const { return by_use_.size(); }

 private:
  /// The bucket as one point in time (GCRA): it is full when `empty_until` has passed.
  struct Bucket {
    std::string key;
    TimePoint empty_until{};
    bool told = false;
  };

  std::uint32_t per_minute_;
  std::list<Bucket> by_use_;  ///< most recent first
  std::unordered_map<std::string_view, std::list<Bucket>::iterator>
      by_key_;  ///< views into by_use_
};

}  // namespace openclaw::pipeline
