// Which of the things that only one gateway may do are this one's.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/runtime/loop.hpp"

namespace openclaw::cluster {

using runtime::TimePoint;

/// The names that are wanted here, and whether they are held. A lease that the store gave is held
/// while the store surely keeps it; what happens when that moment passes without a renewal is as if
/// it were lost, until the next renewal shows that it was kept after all.
class Leases {
 public:
  struct Change {
    std::string name;
    bool held = false;
    bool operator==(const Change&) const = default;
  };

  /// Whoever wants it is told of it, also when it is held already.
  void want(const std::string& name) { names_[name].told = false; }
  /// True when the store has to be told.
  bool forget(const std::string& name);
  [[nodiscard]] bool wants(const std::string& name) const { return names_.contains(name); }

  /// Those that are to be asked for: wanted, not the store's word yet, and nobody else's.
  [[nodiscard]] std::vector<std::string> to_take(const std::set<std::string>& of_others) const;
  void granted(const std::string& name, std::uint64_t fence);
  void refused(const std::string& name);

  /// What has changed since the last look. `kept_until`: the store's promise.
  std::vector<Change> look(TimePoint now, TimePoint kept_until);
  /// Then look() is to be called again when the store's promise ends.
  [[nodiscard]] bool holds_any() const;

 private:
  struct Name {
    std::uint64_t fence = 0;  ///< not 0: the store says it is ours
    bool told = false;        ///< the one who wants it knows that it is held
  };
  std::map<std::string, Name> names_;
};

}  // namespace openclaw::cluster
