// Fetches what has come for this gateway when it is one of several.
#pragma once

#include <functional>
#include <memory>

#include "core/log/log.hpp"
#include "core/pipeline/ports.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {

/// Collects, hands over what came, waits for a hint, and collects again; never two at a time. Runs
/// on the loop it was given, from begin() to end().
class Collector {
 public:
  struct Environment {
    runtime::Loop& loop;
    SharedStorePort& store;
    log::Log& log;
    std::function<Wanted()> wanted;        ///< asked before each round
    std::function<void(Collected)> taken;  ///< after each round, also when nothing came
    /// Between two rounds at most; the dead are ended by a round.
    runtime::Millis longest_wait{250};
  };

  explicit Collector(Environment environment);
  ~Collector();
  Collector(const Collector&) = delete;
  Collector& operator=(const Collector&) = delete;

  void begin();
  void soon();  ///< there is room again, or something to fetch
  void end();   ///< after this nothing is taken; a round that is under way is not heard of

 private:
  void round();
  void wait();
  void pause();

  Environment env_;
  std::shared_ptr<Collector*> alive_;  ///< shared with callbacks under way; null inside once gone
  runtime::TimerId pause_{};
  bool running_ = false, collecting_ = false, again_ = false, failing_ = false;
  bool waiting_ = false;  ///< the store's wait is under way
  bool deaf_ = false;     ///< the last one failed
};

}  // namespace openclaw::pipeline
