#include "core/pipeline/lanes/cut_turns.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

namespace openclaw::pipeline {

using nlohmann::json;

std::uint32_t CutTurns::without_cuts(std::uint64_t message, std::uint32_t attempts) {
  const auto found = counts_.find(message);
  if (found == counts_.end()) return attempts;
  seen_.insert(*found);
  return attempts - std::min(attempts, found->second);
}

void CutTurns::forget_others() {
  counts_ = std::exchange(seen_, {});
}

std::string CutTurns::serialise() const {
  json list = json::array();
  for (const auto& [message, times] : counts_) list.push_back({message, times});
  return json{{"version", 1}, {"cut", std::move(list)}}.dump();
}

Result<void> CutTurns::restore(std::string_view text) {
  try {
    const json in = json::parse(text);
    if (in.at("version") != 1) return Error{Errc::invalid, "an unknown version"};
    counts_ = in.at("cut").get<std::map<std::uint64_t, std::uint32_t>>();
  } catch (const json::exception& e) {
    return Error{Errc::invalid, e.what()};
  }
  seen_.clear();
  return {};
}

Result<void> CutTurns::merge(std::string_view text) {
  CutTurns other;
  if (auto read = other.restore(text); read.has_error()) return read;
  for (const auto& [message, times] : other.counts_) {
    auto& count = counts_[message];
    count = std::max(count, times);
  }
  while (counts_.size() > kMost) counts_.erase(counts_.begin());
  return {};
}

}  // namespace openclaw::pipeline
