// openclaw gateway stop: asks the gateway to drain, and waits for its end.
#include "cli/gateway_stop.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>

#include "cli/local_gateway.hpp"
#include "cli/terminal_text.hpp"

namespace openclaw::cli {

namespace {
/// Longer than any drain that the configuration allows by default; a second stop ends it at once.
constexpr int kWaitMs = 120000;
}  // namespace

int stop_gateway(bool dev) {
  const auto info = running_gateway(dev);
  if (!info) {
    std::cout << sentence(none_is_running(dev)) << "\n";
    return 3;
  }
  // A pidfd names this very process, so its end can be waited for and its pid cannot be reused.
  const int process = static_cast<int>(::syscall(SYS_pidfd_open, info->pid, 0));
  if (process < 0 || ::kill(static_cast<pid_t>(info->pid), SIGTERM) != 0) {
    std::cerr << "error: cannot stop pid " << info->pid << ": " << std::strerror(errno) << "\n";
    return 1;
  }
  std::cout << (info->draining ? "It was stopping already; ending the gateway with pid "
                               : "Stopping the gateway with pid ")
            << info->pid
            << (info->draining
                    ? " at once: what was not answered is answered after the next start.\n"
                    : "...\n")
            << std::flush;
  pollfd wait{process, POLLIN, 0};
  const int ended = ::poll(&wait, 1, kWaitMs);
  ::close(process);
  if (ended != 1) {
    std::cerr << "error: it is still draining; run the command again to end it at once (nothing "
                 "that was accepted is lost)\n";
    return 1;
  }
  std::cout << "Stopped.\n";
  return 0;
}

}  // namespace openclaw::cli
