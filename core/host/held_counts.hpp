// How many dead letters and held replies the store has, for health and metrics.
#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>

#include "core/pipeline/ports.hpp"

namespace openclaw::host {

/// [any thread] All of it.
class HeldCounts {
 public:
  struct Snapshot {
    std::uint64_t messages = 0, unknown_replies = 0, dead_replies = 0;
  };

  /// Takes them from the JSON of oc_storage.stats(); false, and no change, when it lacks one.
  bool read(std::string_view stats_json);
  [[nodiscard]] Snapshot snapshot() const;
  /// Whether this write, once applied, may have changed them.
  static bool changed_by(const pipeline::Write& write);

 private:
  std::atomic<std::uint64_t> messages_{0}, unknown_replies_{0}, dead_replies_{0};
};

}  // namespace openclaw::host
