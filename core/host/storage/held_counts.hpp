// How many dead letters and held replies the store has, for health and metrics.
#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

#include "core/pipeline/ports.hpp"

namespace openclaw::host {

/// [any thread] All of it.
class HeldCounts {
 public:
  struct Snapshot {
    std::uint64_t messages = 0, unknown_replies = 0, dead_replies = 0;
  };

  /// A number for a call of oc_storage.stats() that is about to be made.
  std::uint64_t begin();
  /// Takes them from the JSON of that call; false, and no change, when it lacks one. What an
  /// earlier call saw does not replace what a later one did: two readers may answer in any order.
  bool read(std::string_view stats_json, std::uint64_t call);
  [[nodiscard]] Snapshot snapshot() const;
  /// Whether this write, once applied, may have changed them.
  static bool changed_by(const pipeline::Write& write);

 private:
  mutable std::mutex mutex_;
  Snapshot counts_;
  std::uint64_t begun_ = 0, read_ = 0;  ///< the newest calls
};

}  // namespace openclaw::host
