// Decides how many writes are enough to begin a commit with, while more are about to come.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace openclaw::host {

/// What a commit answers makes the loop write again, so that all that is under way ends up in one
/// batch, and the writer and the loop wait for each other in turn. Where the loop takes a good part
/// of a commit's time for that, two batches of half the size keep both busy: one is committed while
/// the other one is made. Where the commit takes far longer, as on a slow disk, it is better to
/// wait until all have written. Not for several threads.
class BatchPace {
 public:
  using Duration = std::chrono::nanoseconds;
  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();
  /// Fewer than these are not worth a commit of their own.
  static constexpr std::size_t kFewest = 16;
  static constexpr int kShare = 4;  ///< of a commit's time

  /// `queued`: the writes that came meanwhile.
  void committed(std::size_t writes, Duration took, std::size_t queued) {
    under_way_ = writes + queued;
    commit_ = per_write(took, writes);
  }
  /// The loop has heard what became of so many writes, and has written what follows.
  void heard(std::size_t writes, Duration took) { loop_ = per_write(took, writes); }

  /// kAll: as many as come.
  [[nodiscard]] std::size_t enough() const {
    const std::size_t half = under_way_ / 2;
    return half >= kFewest && loop_ * kShare >= commit_ ? half : kAll;
  }

 private:
  static std::int64_t per_write(Duration took, std::size_t writes) {
    return writes == 0 ? 0 : took.count() / static_cast<std::int64_t>(writes);
  }
  std::size_t under_way_ = 0;
  std::int64_t commit_ = 0, loop_ = 0;  ///< ns a write
};

}  // namespace openclaw::host
