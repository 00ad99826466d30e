// openclaw gateway start
#pragma once

#include <string>

namespace openclaw::cli {

struct StartOptions {
  std::string config;
  bool dev = false;
  bool daemon = false;
};

/// EX_CONFIG of sysexits.h: starting again does not help, as the unit's RestartPreventExitStatus
/// has it.
constexpr int kWrongConfiguration = 78;

/// Exit status: 0 after a drained stop (or, with daemon, once it is ready), kWrongConfiguration
/// when there is a mistake in the configuration, 1 when it cannot start for any other reason.
int start_gateway(const StartOptions& options);

}  // namespace openclaw::cli
