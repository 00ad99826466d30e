// What the server's version and settings mean for what the gateway acknowledges.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::redis {

/// As far as the server told: INFO and CONFIG GET may be forbidden.
struct ServerFacts {
  std::optional<std::string> version{}, role{}, append_only{}, fsync{}, fsync_stops{}, max_memory{},
      eviction{}, replicas{}, min_replicas{};

  /// The lines of INFO.
  void take_info(std::string_view text);
};

struct ServerVerdict {
  std::string refusal{};           ///< not empty: why nothing is written to it
  std::vector<std::string> lax{};  ///< each a way to lose what was acknowledged, with its remedy
  std::string unchecked{};         ///< what could not be looked at
};

ServerVerdict judge(const ServerFacts& facts);

}  // namespace openclaw::redis
