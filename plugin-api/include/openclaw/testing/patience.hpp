// Waits of tests for what another thread or process does, each with an end.
#pragma once

#include <chrono>
#include <thread>

namespace openclaw::testing {

/// Asks again and again until `holds()`; false when it never did, for a minute.
template <class Condition>
[[nodiscard]] bool comes_true(Condition holds) {
  for (const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);;) {
    if (holds()) return true;
    if (std::chrono::steady_clock::now() >= until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

}  // namespace openclaw::testing
