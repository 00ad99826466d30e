// Writes log lines on a thread of its own, so that whoever logs never waits for who reads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <thread>

namespace openclaw::log {

/// [any thread] While the reader stands still (a terminal after Ctrl-S, a full pipe, a hung disk)
/// the newest lines are kept and the oldest lost; once it goes on, a line in their place tells how
/// many. Takes no memory for lines that nobody wrote, and no thread before the first.
class LineQueue {
 public:
  struct Options {
    std::size_t bytes = std::size_t{256} << 10U;  ///< of lines that wait
    std::chrono::milliseconds patience{1000};     ///< of flush() and of the end
  };
  /// Gets one line or several; may block.
  using Write = std::function<void(std::string_view)>;
  /// The line that tells how many were lost.
  using Loss = std::function<std::string(std::uint64_t lines)>;

  LineQueue(Write write, Loss loss, Options options);
  /// Gives up what could not be written in time; `write` may then still be blocked in a call, and
  /// must own what it needs.
  ~LineQueue();
  LineQueue(const LineQueue&) = delete;
  LineQueue& operator=(const LineQueue&) = delete;

  /// `line` ends with a newline. Never waits.
  void push(std::string line);
  /// False when not everything could be written in time.
  bool flush();

 private:
  struct State;

  std::shared_ptr<State> state_;  ///< shared with the thread, which may never return from a write
  std::chrono::milliseconds patience_;
  std::thread thread_;
};

}  // namespace openclaw::log
