// Talks to the gateway that runs for this user, over HTTP.
#pragma once

#include <optional>
#include <string>

#include "core/daemon/run_file.hpp"
#include "core/runtime/error.hpp"

namespace openclaw::cli {

struct LocalAnswer {
  long status = 0;
  std::string body;
};

/// Which gateway is meant, and where its API key is written.
struct Target {
  bool dev = false;
  std::string config;  ///< empty = the file that it was started with
};

/// The gateway that runs, or nothing.
std::optional<daemon::RunInfo> running_gateway(bool dev);

/// "no gateway is running", and how to name the one that was perhaps meant.
std::string none_is_running(bool dev);

/// One blocking request with the configuration's API key, 10 s at most. `body` empty = GET.
Result<LocalAnswer> ask_gateway(const daemon::RunInfo& info, const Target& target,
                                const std::string& path, const std::string& body);

/// The detailed health, which takes no key: from the metrics port where the main one has none.
Result<LocalAnswer> ask_health(const daemon::RunInfo& info);

}  // namespace openclaw::cli
