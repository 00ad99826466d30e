// When the holder of a lease who cannot do what it is for leaves it to the others.
#pragma once

#include <cstdint>
#include <optional>

namespace openclaw::sdk {

/// The store renews the lease of a holder that is cut off from its platform, so only the holder
/// itself can tell that another may do better. For Lease::put_off: after the pause it wants the
/// lease again, so that it comes back when all are cut off. No I/O; the clock is handed in.
class StepDown {
 public:
  static constexpr std::int64_t kAfterMs = 60'000;   ///< without any success
  static constexpr std::uint64_t kPauseMs = 60'000;  ///< then the others may try for so long

  /// The holder begins to try, or has failed again: trouble that was there before goes on.
  void trying(std::int64_t now_ms) {
    if (!since_ms_) since_ms_ = now_ms;
  }
  /// The platform has answered, or there is nothing to try.
  void reached() { since_ms_.reset(); }
  /// When to ask due().
  [[nodiscard]] std::optional<std::int64_t> next_ms() const {
    if (!since_ms_) return std::nullopt;
    return *since_ms_ + kAfterMs;
  }
  /// True: step down now; the time begins anew with trying(). Who is alone goes on, and is asked
  /// again after the same time, as another may have come by then.
  bool due(std::int64_t now_ms, std::uint32_t others) {
    if (!since_ms_ || now_ms < *since_ms_ + kAfterMs) return false;
    since_ms_.reset();
    if (others > 0) return true;
    since_ms_ = now_ms;
    return false;
  }

 private:
  std::optional<std::int64_t> since_ms_;
};

}  // namespace openclaw::sdk
