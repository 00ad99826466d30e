// Runs plugins' code that the start waits for, on a thread that can be given up.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "core/runtime/loop.hpp"

namespace openclaw::daemon {

/// A plugin's static constructors and its `create` run here, one after the other. One that does not
/// return within the deadline keeps its thread, and the next gets a new one.
class Loader {
 public:
  explicit Loader(runtime::Millis deadline = runtime::Millis{10'000}) : deadline_(deadline) {}
  ~Loader();
  Loader(const Loader&) = delete;
  Loader& operator=(const Loader&) = delete;

  /// False when `work` has not returned in time: it may still run, so what it uses must be shared
  /// with it, and left alone.
  [[nodiscard]] bool run(std::function<void()> work);
  /// True when some work never returned; the process cannot be taken down in order any more.
  [[nodiscard]] bool stuck() const { return stuck_; }
  [[nodiscard]] runtime::Millis deadline() const { return deadline_; }

 private:
  struct Worker;
  runtime::Millis deadline_;
  std::shared_ptr<Worker> worker_;  ///< shared with its thread
  bool stuck_ = false;
};

}  // namespace openclaw::daemon
