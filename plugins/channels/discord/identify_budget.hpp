// How many new sessions may still be begun: Discord resets the token of a bot that begins too many.
#pragma once

#include <algorithm>
#include <cstdint>

namespace openclaw::discord {

/// session_start_limit, as GET /gateway/bot tells it and as it is kept over restarts.
class IdentifyBudget {
 public:
  static constexpr std::int64_t kEveryMs = 5'000;  ///< max_concurrency is 1 for one shard
  /// It is counted before it goes out, by up to this much.
  static constexpr std::int64_t kMarginMs = 500;

  /// Discord says so. It may lag behind what we have spent, so within a window it only lowers.
  void learn(std::int64_t remaining, std::int64_t reset_after_ms, std::int64_t now_ms) {
    const std::int64_t resets = now_ms + std::clamp<std::int64_t>(reset_after_ms, 0, kMaxWindowMs);
    // The same window, told twice, ends within seconds of the same moment.
    const bool same = known_ && now_ms < resets_at_ms_ && resets < resets_at_ms_ + kSameWindowMs;
    remaining_ = same ? std::min(remaining_, remaining) : remaining;
    resets_at_ms_ = resets;
    known_ = true;
  }
  /// 0: an IDENTIFY may go. Else how long not.
  [[nodiscard]] std::uint64_t wait_ms(std::int64_t now_ms) const {
    if (!known_ || remaining_ > 0 || now_ms >= resets_at_ms_) return 0;
    return static_cast<std::uint64_t>(resets_at_ms_ - now_ms);
  }
  /// An IDENTIFY is going to go out, within kMarginMs.
  void spend(std::int64_t now_ms) {
    --remaining_;
    go_out(now_ms);
  }
  /// The same one, but only now.
  void go_out(std::int64_t now_ms) { not_before_ms_ = now_ms + kMarginMs + kEveryMs; }
  /// How long the next one has to wait for the one before it: Discord refuses what comes sooner.
  [[nodiscard]] std::int64_t next_in_ms(std::int64_t now_ms) const {
    return std::max<std::int64_t>(0, not_before_ms_ - now_ms);
  }
  /// As it was kept over a restart.
  void wait_for(std::int64_t ms, std::int64_t now_ms) {
    not_before_ms_ = now_ms + std::clamp<std::int64_t>(ms, 0, kMarginMs + kEveryMs);
  }

  [[nodiscard]] bool known() const { return known_; }
  [[nodiscard]] std::int64_t remaining() const { return remaining_; }
  [[nodiscard]] std::int64_t resets_in_ms(std::int64_t now_ms) const {
    return std::max<std::int64_t>(0, resets_at_ms_ - now_ms);
  }

 private:
  static constexpr std::int64_t kMaxWindowMs = 48 * 3600 * 1000;
  static constexpr std::int64_t kSameWindowMs = 60'000;
  bool known_ = false;
  std::int64_t remaining_ = 0, resets_at_ms_ = 0, not_before_ms_ = 0;
};

}  // namespace openclaw::discord
