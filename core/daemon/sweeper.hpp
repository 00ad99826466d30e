// Removes what nobody needs any more from the store: old dedupe keys and ended queue rows.
#pragma once

#include <functional>

#include "core/daemon/sweep_clock.hpp"
#include "core/log/log.hpp"
#include "core/pipeline/ports.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::daemon {

/// On the pipeline's loop. Small steps, each one commit, so that a sweep never stalls a turn.
class Sweeper {
 public:
  Sweeper(runtime::Loop& loop, pipeline::StorePort& store, log::Log& log,
          std::function<SweepClock::Now()> now);
  void start();
  void stop();

 private:
  void step();
  runtime::Loop& loop_;
  pipeline::StorePort& store_;
  log::Log& log_;
  std::function<SweepClock::Now()> now_;
  SweepClock clock_;
  runtime::TimerId timer_{};
  bool stopped_ = false;
};

}  // namespace openclaw::daemon
