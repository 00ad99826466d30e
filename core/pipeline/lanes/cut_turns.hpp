// Counts how often an orderly stop cut a message's turn short.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "core/runtime/error.hpp"

namespace openclaw::pipeline {

/// An attempt is counted in the store before it is made, so that a message of which the gateway
/// dies is given up in the end. Whoever stops the gateway in order must not use up attempts with
/// that: what was cut is taken off again at the next start.
class CutTurns {
 public:
  /// Of those that were merged and never came here: the oldest are forgotten.
  static constexpr std::size_t kMost = 10'000;

  void cut(std::uint64_t message) { ++counts_[message]; }
  /// The attempts of a message that waits, without those that were cut. Remembers it for the next
  /// cut; what is not asked for between two starts is forgotten with forget_others().
  std::uint32_t without_cuts(std::uint64_t message, std::uint32_t attempts);
  /// After a start has read what waits: the others have ended.
  void forget_others();

  [[nodiscard]] std::string serialise() const;
  Result<void> restore(std::string_view json);  ///< on an error nothing changes
  /// What another gateway cut counts as well. On an error nothing changes.
  Result<void> merge(std::string_view json);

 private:
  std::map<std::uint64_t, std::uint32_t> counts_, seen_;
};

}  // namespace openclaw::pipeline
