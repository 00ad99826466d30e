// The file that says which gateway runs for this user: its process, address and ports.
#include "core/daemon/run_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <utility>

#include "core/daemon/private_file.hpp"

namespace openclaw::daemon {

namespace {

std::optional<RunInfo> read(const std::string& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  const auto j = nlohmann::json::parse(text.str(), nullptr, false);
  if (!j.is_object()) return std::nullopt;
  try {
    return RunInfo{j.value("pid", 0L),
                   j.value("host", ""),
                   j.value("port", std::uint16_t{0}),
                   j.value("metricsPort", std::uint16_t{0}),
                   j.value("config", ""),
                   {},
                   j.value("metricsHost", "127.0.0.1"),
                   j.value("allAddresses", false),
                   j.value("draining", false)};
  } catch (const nlohmann::json::exception&) {
    return std::nullopt;  // not ours: as good as none
  }
}

std::string base_url(const std::string& host, std::uint16_t port) {
  const bool v6 = host.find(':') != std::string::npos;
  return "http://" + (v6 ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

struct flock whole_file(short type) {
  struct flock lock {};
  lock.l_type = type;
  lock.l_whence = SEEK_SET;
  return lock;
}

/// A lock of the open file, not of the process, which can be asked about without being taken: so
/// that a `status` at the wrong moment is not mistaken for a gateway.
bool locked(int fd) {
  struct flock lock = whole_file(F_WRLCK);
  return ::fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

/// False when a gateway that was just ending has removed the file between our open and our lock.
bool is_named(int fd, const std::string& path) {
  struct stat ours {};
  struct stat named {};
  return ::fstat(fd, &ours) == 0 && ::lstat(path.c_str(), &named) == 0 &&
         ours.st_dev == named.st_dev && ours.st_ino == named.st_ino;
}

}  // namespace

std::string RunInfo::url() const {
  return base_url(host, port);
}

std::string RunInfo::shown() const {
  return url() + (all_addresses ? " (listens on all addresses)" : "");
}

std::string RunInfo::metrics_url() const {
  return base_url(metrics_host, metrics_port);
}

std::string RunFile::path(const std::string& home, bool dev) {
  return home + (dev ? "/.openclaw/dev/gateway.pid" : "/.openclaw/gateway.pid");
}

Result<RunFile> RunFile::take(const std::string& path, bool dev) {
  auto opened = open_private(path, O_RDWR);
  if (opened.has_error()) return opened.error();
  const int fd = *opened;
  if (!locked(fd) || !is_named(fd, path)) {
    const auto other = read(path);
    ::close(fd);
    if (other && other->draining) {
      return Error{Errc::conflict, "the gateway with pid " + std::to_string(other->pid) +
                                       " is stopping and lets its turns finish: try again when "
                                       "it has ended, or give this one another HOME"};
    }
    return Error{Errc::conflict,
                 "a gateway is running already" +
                     (other ? " with pid " + std::to_string(other->pid) : std::string{}) +
                     ": stop it with `openclaw gateway stop" + (dev ? " --dev" : "") +
                     "`, or give this one another HOME"};
  }
  RunFile taken(fd, path);
  // Whoever reads it now must not take an earlier run's process and port for ours.
  RunInfo starting;
  starting.pid = ::getpid();
  if (auto written = taken.write(starting); written.has_error()) return written.error();
  return taken;
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
                                          {"metricsHost", info.metrics_host},
                                          {"metricsPort", info.metrics_port},
                                          {"allAddresses", info.all_addresses},
                                          {"config", info.config_file},
                                          {"draining", info.draining}}
                               .dump() +
                           "\n";
  if (::ftruncate(fd_, 0) != 0 ||
      ::pwrite(fd_, text.data(), text.size(), 0) != static_cast<ssize_t>(text.size())) {
    return Error{Errc::storage, "cannot write " + path_ + ": " + std::strerror(errno)};
  }
  return {};
}

std::optional<RunInfo> RunFile::running(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (fd < 0) return std::nullopt;
  struct flock lock = whole_file(F_RDLCK);
  const bool held = ::fcntl(fd, F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
  ::close(fd);
  return held ? read(path) : std::nullopt;
}

}  // namespace openclaw::daemon
