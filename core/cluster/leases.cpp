#include "core/cluster/leases.hpp"

#include <algorithm>

namespace openclaw::cluster {

bool Leases::forget(const std::string& name) {
  const auto node = names_.extract(name);
  return !node.empty() && node.mapped().fence != 0;
}

std::vector<std::string> Leases::to_take(const std::set<std::string>& of_others) const {
  std::vector<std::string> out;
  for (const auto& [name, state] : names_) {
    if (state.fence == 0 && !of_others.contains(name)) out.push_back(name);
  }
  return out;
}

void Leases::granted(const std::string& name, std::uint64_t fence) {
  const auto it = names_.find(name);
  if (it != names_.end()) it->second.fence = fence;
}

void Leases::refused(const std::string& name) {
  const auto it = names_.find(name);
  if (it != names_.end()) it->second.fence = 0;
}

std::vector<Leases::Change> Leases::look(TimePoint now, TimePoint kept_until) {
  std::vector<Change> changes;
  for (auto& [name, state] : names_) {
    const bool held = state.fence != 0 && now < kept_until;
    if (held == state.told) continue;
    state.told = held;
    changes.push_back({name, held});
  }
  return changes;
}

bool Leases::holds_any() const {
  return std::any_of(names_.begin(), names_.end(), [](const auto& n) { return n.second.told; });
}

}  // namespace openclaw::cluster
