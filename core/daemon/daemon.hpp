// The composition root: builds every part, runs until told to stop, drains.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/config/config.hpp"
#include "core/daemon/run_file.hpp"
#include "core/runtime/error.hpp"

namespace openclaw::daemon {

struct DaemonOptions {
  std::string home;        ///< for the run file
  std::string executable;  ///< to find the plugins that were built with it
  /// Called once everything is up; the text is for a person.
  std::function<void(const RunInfo&)> on_ready;
  std::string log_file;  ///< what standard error is open on, to keep it within bounds; or empty
};

class Daemon {
 public:
  Daemon(config::Config config, DaemonOptions options);
  ~Daemon();

  /// Blocks SIGTERM, SIGINT and SIGHUP in every thread to come, starts, and returns once it is
  /// ready or has failed with the reason and its remedy.
  Result<void> start();
  /// After a start that failed: the storage plugin refused its section, and will again.
  [[nodiscard]] bool configuration_is_wrong() const;
  /// Waits for SIGTERM or SIGINT, then drains. The process's exit status: 0, or 1 after a failure
  /// of the store. A second signal ends the process at once.
  int run();

 private:
  struct Parts;
  config::Config config_;
  DaemonOptions options_;
  std::unique_ptr<Parts> parts_;
};

}  // namespace openclaw::daemon
