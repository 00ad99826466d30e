// The file that says which gateway runs for this user: its process, address and ports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/runtime/error.hpp"

namespace openclaw::daemon {

struct RunInfo {
  long pid = 0;
  std::string host;  ///< to connect to: never 0.0.0.0
  std::uint16_t port = 0, metrics_port = 0;
  std::string config_file;
  std::vector<std::string> pages;          ///< paths of the channels' public pages; not in the file
  std::string metrics_host = "127.0.0.1";  ///< as `host`
  bool all_addresses = false;              ///< `host` is only one of those that it listens on
  bool draining = false;                   ///< it was asked to stop, and lets turns finish

  /// "http://HOST:PORT", as a browser takes it.
  [[nodiscard]] std::string url() const;
  /// For a person: url(), and whether others may reach it at other addresses.
  [[nodiscard]] std::string shown() const;
  [[nodiscard]] std::string metrics_url() const;
};

/// Held with a lock for as long as the gateway runs: a file without a lock is stale, whatever
/// process has its pid now.
class RunFile {
 public:
  /// Creates the directory (0700) and takes the lock. Errc::conflict names the running pid, and the
  /// command that stops it.
  static Result<RunFile> take(const std::string& path, bool dev = false);
  RunFile(RunFile&& other) noexcept;
  RunFile& operator=(RunFile&& other) noexcept;
  ~RunFile();  ///< removes the file

  Result<void> write(const RunInfo& info);
  /// What the running gateway wrote; nothing when none runs.
  static std::optional<RunInfo> running(const std::string& path);
  /// HOME/.openclaw/gateway.pid; for --dev HOME/.openclaw/dev/gateway.pid
  static std::string path(const std::string& home, bool dev);

 private:
  RunFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}
  int fd_ = -1;
  std::string path_;
};

}  // namespace openclaw::daemon
