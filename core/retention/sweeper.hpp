// Removes what nobody needs any more from the store: old dedupe keys and ended queue rows.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "core/log/log.hpp"
#include "core/pipeline/ports.hpp"
#include "core/retention/sweep_clock.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::retention {

/// On the pipeline's loop. Small steps, each one commit, so that a sweep never stalls a turn.
class Sweeper {
 public:
  Sweeper(runtime::Loop& loop, pipeline::StorePort& store, log::Log& log,
          std::function<SweepClock::Now()> now);
  void start();
  void stop();

 private:
  void step();
  void sweep(std::optional<std::int64_t> store_ms);
  void over(const Error& error);
  runtime::Loop& loop_;
  pipeline::StorePort& store_;
  log::Log& log_;
  std::function<SweepClock::Now()> now_;
  SweepClock clock_;
  runtime::TimerId timer_{};
  bool stopped_ = false;
};

}  // namespace openclaw::retention
