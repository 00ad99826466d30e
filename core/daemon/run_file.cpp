// The file that says which gateway runs for this user: its process, address and ports.
#include "core/daemon/run_file.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

namespace openclaw::daemon {

namespace {

std::optional<RunInfo> read(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const auto j = nlohmann::json::parse(text.str(), nullptr, false);
  if (!j.is_object()) return std::nullopt;
  try {
    return RunInfo{j.value("pid", 0L), j.value("host", ""), j.value("port", std::uint16_t{0}),
                   j.value("metricsPort", std::uint16_t{0}), j.value("config", ""), {}};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // not ours: as good as none
  }
}

}  // namespace

std::string RunFile::path(const std::string& home, bool dev) {
  return home + (dev ? "/.openclaw/dev/gateway.pid" : "/.openclaw/gateway.pid");
}

Result<RunFile> RunFile::take(const std::string& path) {
  std::error_code ec;
  const auto directory = std::filesystem::path(path).parent_path();
  if (std::filesystem::create_directories(directory, ec)) ::chmod(directory.c_str(), 0700);
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Error{Errc::storage, "cannot write " + path + ": " + std::strerror(errno) +
                                    "; check HOME and its permissions"};
  }
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const auto other = read(path);
    ::close(fd);
    return Error{Errc::conflict,
                 "a gateway is running already" +
                     (other ? " with pid " + std::to_string(other->pid) : std::string{}) +
                     ": stop it with `openclaw gateway stop`, or give this one another HOME"};
  }
  return RunFile(fd, path);
}

RunFile::RunFile(RunFile&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}

RunFile& RunFile::operator=(RunFile&& other) noexcept {
  std::swap(fd_, other.fd_);
  std::swap(path_, other.path_);
  return *this;
}

RunFile::~RunFile() {
  if (fd_ < 0) return;
  ::unlink(path_.c_str());
  ::close(fd_);
}

Result<void> RunFile::write(const RunInfo& info) {
  const std::string text = nlohmann::json{{"pid", info.pid},
                                          {"host", info.host},
                                          {"port", info.port},
                                          {"metricsPort", info.metrics_port},
                                          {"config", info.config_file}}
                               .dump() +
                           "\n";
  if (::ftruncate(fd_, 0) != 0 ||
      ::pwrite(fd_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return Error{Errc::storage, "cannot write " + path_ + ": " + std::strerror(errno)};
  }
  return {};
}

std::optional<RunInfo> RunFile::running(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return std::nullopt;
  const bool free = ::flock(fd, LOCK_SH | LOCK_NB) == 0;
  ::close(fd);
  return free ? std::nullopt : read(path);
}

}  // namespace openclaw::daemon
