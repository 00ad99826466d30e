// Decides how many replies a channel is given at once.
#pragma once

#include <cstddef>

namespace openclaw::pipeline {

/// A crash leaves in doubt what was marked as started, so there are few of them, and fewest of
/// those that the channel only hands back, unsent, because a rate limit stands before them: a reply
/// whose time the channel has not named is a probe until the channel has had time to hand it back.
/// Probes grow while none comes back, and halve when one does.
class DeliveryWindow {
 public:
  static constexpr std::size_t kMostInFlight = 16;
  static constexpr std::size_t kFirstProbes = 2;

  /// `expected`: the channel named this moment itself.
  [[nodiscard]] bool has_room(bool expected) const {
    return in_flight_ < kMostInFlight && (expected || probes_ < most_probes_);
  }
  void begin(bool expected);
  /// Once for each begin(false), before end().
  void probe_over(bool handed_back);
  /// In place of probe_over(): the channel was not asked after all.
  void probe_undone() { --probes_; }
  void end() { --in_flight_; }

  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

 private:
  std::size_t in_flight_ = 0, probes_ = 0, most_probes_ = kFirstProbes;
};

}  // namespace openclaw::pipeline
