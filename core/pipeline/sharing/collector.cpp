#include "core/pipeline/sharing/collector.hpp"

#include <utility>

namespace openclaw::pipeline {

Collector::Collector(Environment environment)
    : env_(std::move(environment)), alive_(std::make_shared<Collector*>(this)) {}

Collector::~Collector() {
  *alive_ = nullptr;
  env_.loop.cancel(pause_);
}

void Collector::begin() {
  running_ = true;
  round();
}

void Collector::end() {
  running_ = false;
  env_.loop.cancel(pause_);
  pause_ = {};
}

void Collector::soon() {
  if (!running_) return;
  if (collecting_) {
    again_ = true;
  } else {
    round();
  }
}

void Collector::round() {
  collecting_ = true;
  again_ = false;
  env_.store.collect(env_.wanted(), [alive = alive_](Result<Collected> got) {
    if (*alive == nullptr) return;
    Collector& self = **alive;
    self.collecting_ = false;
    if (!self.running_) return;  // what came is another's once this gateway has left
    if (got.has_error()) {
      // The store tells of its failures itself; here it counts when it begins and ends.
      if (!std::exchange(self.failing_, true)) {
        self.env_.log.warn("cluster.collect_failed", {{"error", got.error().message}});
      }
      self.wait();
      return;
    }
    if (std::exchange(self.failing_, false)) self.env_.log.info("cluster.collects_again");
    const bool full = got->more && (!got->messages.empty() || !got->replies.empty());
    self.env_.taken(std::move(*got));
    if (!self.running_) return;
    if (full || self.again_) {
      self.round();
    } else {
      self.wait();
    }
  });
}

void Collector::wait() {
  if (waiting_) {
    if (!pause_) pause();  // the hint is still to come
    return;
  }
  waiting_ = true;
  env_.store.wait(env_.longest_wait, [alive = alive_](const Result<void>& waited) {
    if (*alive == nullptr) return;
    Collector& self = **alive;
    self.waiting_ = false;
    if (waited.has_error() && !std::exchange(self.deaf_, true)) {
      // It goes on with looking now and then.
      self.env_.log.warn("cluster.wait_failed", {{"error", waited.error().message}});
    }
    self.deaf_ = waited.has_error();
    if (!self.running_) return;
    if (waited.has_error()) {
      if (!self.collecting_ && !self.pause_) self.pause();
    } else if (self.collecting_) {
      self.again_ = true;  // that round may have looked before what the hint is about
    } else {
      self.env_.loop.cancel(self.pause_);
      self.round();
    }
  });
}

/// Without a hint: it may stay away.
void Collector::pause() {
  pause_ = env_.loop.after(env_.longest_wait, [this] {
    pause_ = {};
    if (running_ && !collecting_) round();
  });
}

}  // namespace openclaw::pipeline
