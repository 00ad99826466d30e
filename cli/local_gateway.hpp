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

/// The gateway that runs, or nothing.
std::optional<daemon::RunInfo> running_gateway(bool dev);

/// One blocking request with the configuration's API key, 10 s at most. `body` empty = GET.
Result<LocalAnswer> ask_gateway(const daemon::RunInfo& info, bool dev, const std::string& path,
                                const std::string& body);

}  // namespace openclaw::cli
