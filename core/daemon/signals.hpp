// The signals that end the gateway.
#pragma once

#include <signal.h>

#include <thread>

namespace openclaw::daemon {

/// SIGTERM, SIGINT and SIGHUP.
sigset_t stop_signals();
/// A hang-up means that the terminal has gone, unless there never was one, or nohup says otherwise.
bool hangup_stops();

/// Lets SIGTERM and SIGINT end the process at once for as long as it lives, although they are
/// blocked: a start that hangs in a plugin must not be deaf. Nothing is lost then, the store is the
/// truth. Signals must be blocked in every thread.
class StartInterrupt {
 public:
  StartInterrupt();
  ~StartInterrupt();
  StartInterrupt(const StartInterrupt&) = delete;
  StartInterrupt& operator=(const StartInterrupt&) = delete;

 private:
  int signals_ = -1, end_ = -1;  ///< file descriptors
  std::thread thread_;
};

}  // namespace openclaw::daemon
