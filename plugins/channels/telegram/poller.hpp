// Decides what the long poll does next: a state machine without I/O, clock or randomness of its
// own.
//
// The promise it keeps: the offset passes an update only once the gateway has stored it (or refused
// it for good), and only over the unbroken run of such updates.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "answer.hpp"
#include "openclaw/cpp/channel/backoff.hpp"

namespace openclaw::telegram {

/// What to do next.
struct Step {
  enum class Kind { nothing, get_me, get_updates, submit, wait };
  Kind kind = Kind::nothing;
  std::int64_t offset = 0;          ///< get_updates; 0 = none
  int timeout_s = 0;                ///< get_updates
  std::vector<std::size_t> submit;  ///< indexes into the batch that received() was told of
  std::uint64_t wait_ms = 0;        ///< wait, then call resume()
  bool contested = false;           ///< wait: somebody else polls with the same token
};

struct Health {
  std::uint32_t state = 0;  ///< OC_STATE_*
  std::string reason;
  bool operator==(const Health&) const = default;
};

class Poller {
 public:
  static constexpr int kLimit = 100;
  static constexpr int kTimeoutSeconds = 30;
  static constexpr std::int64_t kStallMs = 120'000;
  /// Telegram forgets updates after this time, and may start at any id after a quiet week.
  static constexpr std::int64_t kExpiryMs = 24 * 3600 * 1000;

  /// `key_prefix` ("channels.telegram.") begins the keys that sentences name.
  Poller(std::string key_prefix, std::uint64_t seed, std::int64_t now_ms);

  Step start();
  /// getMe succeeded, and another gateway polls, or may: nothing is under way until identified().
  /// Submits are still to be settled. Without `health` it stays what it was.
  void rest(std::optional<Health> health = {});
  /// It is this gateway that polls; `offset` is what an earlier run or another gateway saved, or 0.
  /// Not with submits under way.
  Step identified(std::int64_t offset, std::int64_t now_ms);
  /// getUpdates succeeded with updates of these ids, ascending.
  Step received(const std::vector<std::int64_t>& ids, std::int64_t now_ms);
  /// A submit of the batch came back. `final`: stored, known, refused, or impossible for ever.
  Step settled(std::size_t index, bool final);
  /// getMe or getUpdates failed.
  Step failed(const ApiError& error, std::int64_t now_ms);
  /// getMe or getUpdates was answered with something unreadable.
  Step unreadable();
  /// The wait is over.
  Step resume(std::int64_t now_ms);
  /// kStallMs without a completed poll: what is under way is to be cancelled.
  Step stalled(std::int64_t now_ms);
  /// Nothing follows any more; submits under way are still to be settled.
  void stop() { phase_ = Phase::stopped; }

  [[nodiscard]] const Health& health() const { return health_; }
  [[nodiscard]] bool failed_for_good() const { return phase_ == Phase::failed; }
  /// The next getUpdates' offset: everything below it is done with. 0 = nothing yet.
  [[nodiscard]] std::int64_t offset() const { return offset_; }
  [[nodiscard]] std::size_t submits_under_way() const { return under_way_; }
  /// 0 = stalled now.
  [[nodiscard]] std::uint64_t stalls_in_ms(std::int64_t now_ms) const;

 private:
  enum class Phase { identifying, resting, polling, submitting, failed, stopped };
  struct Entry {
    std::int64_t id = 0;
    bool final = false;
  };
  Step poll(std::int64_t now_ms);
  Step wait(std::uint64_t ms) const;
  [[nodiscard]] std::string key(const char* name) const { return key_prefix_ + name; }
  Step repeated();
  Step conflict(const ApiError& error, std::int64_t now_ms);

  std::string key_prefix_;
  Phase phase_ = Phase::identifying;
  Health health_;
  std::int64_t offset_ = 0;
  std::int64_t asked_offset_ = 0;  ///< what the batch under way was asked for with
  std::vector<Entry> batch_;
  std::size_t done_prefix_ = 0;
  std::size_t under_way_ = 0;
  bool in_flight_ = false;  ///< getMe or getUpdates is under way
  bool repeats_ = false;    ///< the last batch did not move the offset
  bool proven_ = false;     ///< a poll has completed since the last trouble
  std::int64_t last_completed_ms_, last_update_ms_, last_conflict_ms_;
  std::int64_t polled_ms_ = 0;  ///< when the long poll that is under way began
  sdk::Backoff backoff_, conflict_backoff_, submit_backoff_, repeat_backoff_;
};

}  // namespace openclaw::telegram
