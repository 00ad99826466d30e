// What the tests of the lanes share.
#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "core/pipeline/lanes/lanes.hpp"

namespace openclaw::pipeline {

using Ids = std::vector<std::uint64_t>;
inline const TimePoint kT = TimePoint{} + std::chrono::hours(1);

inline LaneOptions options(std::string mode, std::string drop = "summarize",
                           std::uint32_t cap = 20) {
  return {std::move(mode), Millis(500), cap, std::move(drop), 4};
}

inline LaneEntry message(std::uint64_t id) {
  return {id, false, 100};
}
inline LaneEntry request(std::uint64_t id) {
  return {id, true, 100};
}

}  // namespace openclaw::pipeline
