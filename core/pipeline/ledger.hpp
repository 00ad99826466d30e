// Counts every accepted message until its end, so that a lost one shows.
#pragma once

#include <atomic>
#include <cstdint>

namespace openclaw::pipeline {

/// accepted = answered + silent + queued + dead + fenced + elsewhere, at all times.
/// [any thread] A snapshot never shows a transition half done.
class Ledger {
 public:
  struct Snapshot {
    std::uint64_t accepted = 0;
    std::uint64_t answered = 0;
    std::uint64_t silent = 0;  ///< by policy
    std::uint64_t queued = 0;  ///< waiting or running
    std::uint64_t dead = 0;
    std::uint64_t fenced = 0;  ///< another epoch owns them: how they end is not known here
    /// Of several gateways: stored for whoever collects them. One that was collected is accepted.
    std::uint64_t elsewhere = 0;
    [[nodiscard]] bool balanced() const {
      return accepted == answered + silent + queued + dead + fenced + elsewhere;
    }
  };

  void accept(std::uint64_t n = 1);
  void recover(std::uint64_t n) { accept(n); }  ///< rows that a start found in the inbox
  /// The ends of a message. std::logic_error, and no change, when more end than are queued.
  void answer(std::uint64_t n = 1);
  void silence(std::uint64_t n = 1);
  void bury(std::uint64_t n = 1);       ///< dead-lettered
  void fence(std::uint64_t n = 1);      ///< lost to another epoch
  void hand_over(std::uint64_t n = 1);  ///< to whichever gateway collects it
  void revive(std::uint64_t n = 1);     ///< an operator put dead letters back into the queue

  [[nodiscard]] Snapshot snapshot() const;
  [[nodiscard]] bool balanced() const { return snapshot().balanced(); }

 private:
  class Writing;
  using Counter = std::atomic<std::uint64_t>;
  void move(Counter& from, Counter& to, std::uint64_t n);

  Counter accepted_{0}, answered_{0}, silent_{0}, queued_{0}, dead_{0}, fenced_{0}, elsewhere_{0};
  std::atomic<std::uint64_t> version_{0};  ///< odd while a transition is being written
};

}  // namespace openclaw::pipeline
