// A loop on a thread of its own, asked by the thread of a test.
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <thread>
#include <type_traits>
#include <utility>

#include "core/runtime/loop.hpp"

namespace openclaw::runtime {

/// What a fixture derives from. It starts the loop itself, and stops and joins it, as what lives on
/// the loop goes before that or after it.
class TestLoop {
 public:
  Loop loop{"test"};

  /// Runs `task` on the loop; what it gives.
  template <class F>
  std::invoke_result_t<F> on(F task) {
    std::packaged_task<std::invoke_result_t<F>()> packaged(std::move(task));
    auto future = packaged.get_future();
    loop.post([p = std::move(packaged)]() mutable { p(); });
    return future.get();
  }

  /// Until `holds`, looked at on the loop between its other tasks; false after ten seconds.
  [[nodiscard]] bool until(const std::function<bool()>& holds) {
    const auto end = SteadyClock::now() + std::chrono::seconds(10);
    while (!on(holds)) {
      if (SteadyClock::now() > end) return false;
      std::this_thread::yield();  // no pause: what some tests wait for holds for a moment only
    }
    return true;
  }
};

}  // namespace openclaw::runtime
