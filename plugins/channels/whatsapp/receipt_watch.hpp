// Whether WhatsApp still reaches the webhook: each message that it accepted is to be followed by
// one.
#pragma once

#include <cstdint>
#include <optional>

namespace openclaw::whatsapp {

/// Meta tells by webhook how far each message has come, within seconds. Nothing at all for so long
/// means that nothing comes in, whatever goes out. No I/O; the clock is handed in.
class ReceiptWatch {
 public:
  static constexpr std::int64_t kWaitMs = 100'000;

  /// A message that was sent at `asked_ms` is accepted now: its first receipt may overtake that.
  void accepted(std::int64_t asked_ms, std::int64_t now_ms) {
    if (heard_ms_ && *heard_ms_ >= asked_ms) return;
    if (!waits_since_ms_) waits_since_ms_ = now_ms;
  }
  /// A request came whose signature is right.
  void heard(std::int64_t now_ms) {
    heard_ms_ = now_ms;
    waits_since_ms_.reset();
    lost_ = false;
  }
  /// True once: nothing has come for too long. Then only heard() changes that.
  bool find_lost(std::int64_t now_ms) {
    if (lost_ || !waits_since_ms_ || now_ms - *waits_since_ms_ < kWaitMs) return false;
    return lost_ = true;
  }
  /// When find_lost() may become true; absent: not before another message.
  [[nodiscard]] std::optional<std::int64_t> due_ms() const {
    if (lost_ || !waits_since_ms_) return std::nullopt;
    return *waits_since_ms_ + kWaitMs;
  }

 private:
  std::optional<std::int64_t> heard_ms_, waits_since_ms_;
  bool lost_ = false;
};

}  // namespace openclaw::whatsapp
