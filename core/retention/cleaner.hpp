// Removes conversations by the policy, in small steps.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "core/log/log.hpp"
#include "core/pipeline/ports.hpp"
#include "core/retention/policy.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::retention {

/// On the pipeline's loop. Each step is one commit of at most kStepEntries rows with a pause after
/// it, so that no turn waits for it.
class Cleaner {
 public:
  static constexpr std::uint32_t kStepEntries = 500;

  struct Counters {  ///< [any thread]
    std::atomic<std::uint64_t> sessions{0}, entries{0};
  };
  struct Clock {
    std::int64_t unix_ms = 0;
    bool is_right = true;  ///< whether the calendar tells the age of what is stored
  };
  struct Pace {
    runtime::Millis first, between_looks, between_steps;
  };
  static constexpr Pace kPace{runtime::Millis(60'000), runtime::Millis(600'000),
                              runtime::Millis(50)};

  /// Asked once a look, with the store's own calendar, if it has one.
  using AskClock = std::function<Clock(std::optional<std::int64_t> store_ms)>;

  Cleaner(runtime::Loop& loop, pipeline::StorePort& store, log::Log& log, Limits limits,
          AskClock clock, Pace pace);
  void start();
  void stop();
  /// Looks at once, unless it does so already: then false.
  bool look_now();
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  void look();
  void consult();
  void carry_out(const Order& order);
  void remove_next();
  void removed(const Result<pipeline::Written>& trimmed);
  void session_done();
  void finish_look();
  void give_up(const Error& error);
  void in(runtime::Millis pause, void (Cleaner::*then)());

  runtime::Loop& loop_;
  pipeline::StorePort& store_;
  log::Log& log_;
  Policy policy_;
  AskClock clock_;
  Pace pace_;
  runtime::TimerId timer_{};
  bool stopped_ = false, looking_ = false, over_told_ = false;
  bool was_asked_for_ = false;
  bool is_begun_ = false;    ///< the look has asked for the time
  std::int64_t now_ms_ = 0;  ///< of this look
  Usage usage_;
  Order order_;
  std::vector<pipeline::SessionRow> doomed_;  ///< of the order, the next one last
  std::uint64_t entries_ = 0;                 ///< removed of the session under way
  std::uint64_t gone_in_order_ = 0, gone_in_look_ = 0;
  Counters counters_;
};

}  // namespace openclaw::retention
