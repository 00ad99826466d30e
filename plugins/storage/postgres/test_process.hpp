// Programs that tests start: as the servers' own user when this is root, and gone when this is.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace openclaw::postgres {

/// A folder below the system's temporary one, which the servers' user may write.
std::filesystem::path make_folder(const std::string& name);

/// Runs to its end; throws std::runtime_error with what it wrote when that is no good one.
void run_to_end(const std::vector<std::string>& command, const std::filesystem::path& folder);

/// Starts a service and waits until it says READY=1 (sd_notify(3)). Its output goes to folder/log.
pid_t start_service(const std::vector<std::string>& command, const std::filesystem::path& folder);

/// Sends the signal and waits for the end; nothing when `pid` is -1, which it becomes.
void stop_service(pid_t& pid, int signal);

}  // namespace openclaw::postgres
