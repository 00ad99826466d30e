// What a turn, or a summary, needs of the house; owned by the pipeline.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "core/log/log.hpp"
#include "core/pipeline/media/budget.hpp"
#include "core/pipeline/ports.hpp"
#include "core/pipeline/turn/cooldowns.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {

struct TurnHouse {
  runtime::Loop& loop;
  StorePort& store;
  log::Log& log;
  Cooldowns& cooldowns;
  const std::map<std::string, ProviderPort*>& providers;
  std::function<double()> jitter;  ///< uniform in [0, 1)
  std::function<std::int64_t()> unix_ms;
  runtime::Millis store_retry;      ///< before a write or read that failed is tried again
  std::function<void()> slot_free;  ///< a turn needs its model no more: another may start
  MediaBudget& media_budget;
  /// See Delivery: before replies are stored, and when they were not.
  std::function<void(std::vector<OutboxEntry>&)> prepare_replies = [](auto&) {};
  std::function<void(const std::vector<OutboxEntry>&)> replies_not_stored = [](const auto&) {};
};

}  // namespace openclaw::pipeline
