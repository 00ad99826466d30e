// An event loop: one thread, one io_context, one ordered set of timers.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/runtime/unique_function.hpp"

namespace boost::asio {
class io_context;
}

namespace openclaw::runtime {

using SteadyClock = std::chrono::steady_clock;
using TimePoint = SteadyClock::time_point;
using Millis = std::chrono::milliseconds;

/// Names a pending timer; default-constructed names none. Also the key it is ordered by.
struct TimerId {
  TimePoint at{};
  std::uint64_t sequence = 0;
  explicit operator bool() const { return sequence != 0; }
  auto operator<=>(const TimerId&) const = default;
};

class Loop {
 public:
  /// `name` is the thread's name as `top -H` shows it (15 characters at most).
  explicit Loop(std::string name);
  ~Loop();  ///< stops and joins
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  void start();  ///< spawns the thread
  void stop();   ///< [any thread] ends the loop after the task that runs; queued tasks are dropped
  void join();   ///< [not the loop's thread]
  /// [not the loop's thread] False when it has not ended by then: a task is stuck in it.
  [[nodiscard]] bool join_until(TimePoint deadline);

  /// [any thread] Runs `task` on the loop, after what was posted before it.
  void post(Task task);
  /// [any thread] Runs `task` now when already on the loop, else posts it.
  void dispatch(Task task);

  /// [loop] Runs `task` once after `delay`. Arming and cancelling a far deadline costs no system
  /// call: the kernel timer moves only when the new one is due first.
  TimerId after(Millis delay, Task task);
  /// [loop] False when it already ran or names none. Clears `id`.
  bool cancel(TimerId& id);

  [[nodiscard]] bool on_loop() const;  ///< [any thread]
  static Loop* current();              ///< [any thread] the calling thread's loop, or null
  [[nodiscard]] boost::asio::io_context& io();
  [[nodiscard]] const std::string& name() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace openclaw::runtime
