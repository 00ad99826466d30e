// Chooses which provider is asked next when one fails.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/pipeline/backoff.hpp"
#include "core/pipeline/turn/cooldowns.hpp"
#include "core/runtime/error.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {
using runtime::TimePoint;

/// One turn's way along the provider chain. Begin, carry out the step, report, until give_up or
/// succeeded. Calls are tried again on the same provider twice where that makes sense; then the
/// next one; when all are overloaded, the whole chain again. When all are cooling down, one of them
/// is probed. No wait reaches past the deadline.
class FailoverAttempt {
 public:
  FailoverAttempt(std::vector<ProviderRef> chain, Cooldowns& cooldowns, TimePoint deadline,
                  std::function<double()> jitter01);

  struct Step {
    enum Kind : std::uint8_t { call, wait, give_up } kind = give_up;
    ProviderRef target;     ///< call
    Millis pause{0};        ///< wait: this long, then after_wait()
    Error error;            ///< give_up: the message is one sentence for the person who wrote
    std::string detail;     ///< give_up: for the operator's log
    bool refused = false;   ///< give_up: one at least will not answer this request, asked by anyone
    bool too_long = false;  ///< give_up: the conversation does not fit; see after_shortening()
  };

  Step begin(TimePoint now);
  /// `billing`: the account is out of money. `length`: the conversation does not fit the model.
  /// `any_visible`: part of the answer was shown already, so no other may start over.
  Step after_failure(const Error& error, bool billing, bool length, bool any_visible,
                     TimePoint now);
  Step after_wait(TimePoint now);
  /// After a failure with `length`, once the conversation was made shorter: who found it too long
  /// is asked again.
  Step after_shortening(TimePoint now);
  void succeeded(TimePoint now);

 private:
  Step call_next(TimePoint now);
  Step chain_exhausted(TimePoint now);
  /// Whose cooldown ends first, of those that may be probed now.
  std::optional<std::size_t> probe_target(TimePoint now);
  Step wait_for(Millis pause, bool same_target);
  [[nodiscard]] std::optional<TimePoint> earliest_end() const;
  [[nodiscard]] Step give_up(TimePoint now) const;

  std::vector<ProviderRef> chain_;
  Cooldowns& cooldowns_;
  TimePoint deadline_;
  std::function<double()> jitter01_;
  Backoff rounds_backoff_, retry_backoff_;
  std::size_t index_ = 0;       ///< of the next target to look at
  std::size_t current_ = 0;     ///< of the target that was called last
  std::uint32_t retries_ = 0;   ///< of the current target
  std::uint32_t rounds_ = 0;    ///< waits for the whole chain
  bool overloaded_ = false;     ///< somebody in this round
  bool refused_ = false;        ///< somebody said that the request is not one to answer
  bool retry_current_ = false;  ///< after the wait
  std::vector<bool> hopeless_;  ///< per target: asking again cannot help this turn
  std::optional<Error> last_;
};

}  // namespace openclaw::pipeline
