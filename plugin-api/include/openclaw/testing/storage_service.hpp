// Servers that tests of storage plugins start; they are gone when the test is. Link
// OpenClaw::storage_contract.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace openclaw::testing {

// `user`: whose the programs are when the test is root's, for those that refuse to be; or empty.

/// A folder below the system's temporary one, which the user may write.
std::filesystem::path make_folder(const std::string& name, const std::string& user = {});

/// Runs to its end; throws std::runtime_error with what it wrote when that is no good one, or does
/// not come within a minute.
void run_to_end(const std::vector<std::string>& command, const std::filesystem::path& folder,
                const std::string& user = {});

/// Starts a service and waits until it says READY=1 (sd_notify(3)). Its output goes to folder/log.
/// Throws std::runtime_error with that when it ends before, or does not say so within a minute:
/// then it is killed.
pid_t start_service(const std::vector<std::string>& command, const std::filesystem::path& folder,
                    const std::string& user = {});

/// Sends the signal and waits for the end; nothing when `pid` is -1, which it becomes. False when
/// it had to be killed after a minute.
bool stop_service(pid_t& pid, int signal);

}  // namespace openclaw::testing
