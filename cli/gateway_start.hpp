// openclaw gateway start
#pragma once

#include <string>

namespace openclaw::cli {

struct StartOptions {
  std::string config;
  bool dev = false;
  bool daemon = false;
};

/// Exit status: 0 after a drained stop (or, with daemon, once it is ready), 1 when it cannot start.
int start_gateway(const StartOptions& options);

}  // namespace openclaw::cli
