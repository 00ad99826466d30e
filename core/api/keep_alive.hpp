// Comments that keep an event stream's connection open while the model is silent: proxies and
// clients cut one on which nothing comes for a minute or so.
#pragma once

#include <functional>
#include <string_view>
#include <utility>

#include "core/runtime/loop.hpp"

namespace openclaw::api {

/// Event stream parsers skip a line that begins with a colon.
inline constexpr std::string_view kKeepAliveComment = ": keep-alive\n\n";

/// All of it on one loop, its destruction too unless the loop has ended.
class KeepAlive {
 public:
  KeepAlive() = default;
  ~KeepAlive() { stop(); }
  KeepAlive(const KeepAlive&) = delete;
  KeepAlive& operator=(const KeepAlive&) = delete;

  /// Calls `comment` whenever nothing was spoken() for `interval`, until stop().
  void start(runtime::Loop& loop, runtime::Millis interval, std::function<void()> comment) {
    loop_ = &loop;
    interval_ = interval;
    comment_ = std::move(comment);
    wait();
  }
  void spoken() { spoke_ = true; }
  void stop() {
    if (loop_ != nullptr) loop_->cancel(timer_);
    loop_ = nullptr;
  }

 private:
  void wait() {
    timer_ = loop_->after(interval_, [this] {
      timer_ = {};
      wait();
      // Last: it may find the client gone and end all this.
      if (!std::exchange(spoke_, false)) comment_();
    });
  }

  runtime::Loop* loop_ = nullptr;
  runtime::Millis interval_{0};
  std::function<void()> comment_;
  runtime::TimerId timer_{};
  bool spoke_ = false;
};

}  // namespace openclaw::api
