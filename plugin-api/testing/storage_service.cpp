// fork, exec, and the socket on which services say that they are ready.
#include "openclaw/testing/storage_service.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include <csignal>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <thread>
#include <utility>

namespace openclaw::testing {

namespace {

using std::chrono::steady_clock;

/// To start, to run, to end.
constexpr std::chrono::seconds kPatience{60};
constexpr std::chrono::milliseconds kTick{5};

/// It ends when this process does.
std::vector<std::string> as_its_user(const std::vector<std::string>& command,
                                     const std::string& user) {
  std::vector<std::string> out = {"setpriv", "--pdeathsig", "QUIT"};
  if (::geteuid() == 0 && !user.empty()) {
    out.insert(out.end(), {"--reuid=" + user, "--regid=" + user, "--init-groups"});
  }
  out.insert(out.end(), command.begin(), command.end());
  return out;
}

pid_t spawn(const std::vector<std::string>& words, const std::string& folder,
            const std::string& notify) {
  const pid_t pid = ::fork();
  if (pid != 0) return pid;
  const int log = ::open((folder + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(log, 1);
  ::dup2(log, 2);
  ::setenv("NOTIFY_SOCKET", notify.c_str(), 1);
  ::setenv("LC_ALL", "C", 1);
  if (::chdir(folder.c_str()) != 0) ::_exit(127);
  std::vector<char*> argv;
  for (const auto& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  ::execvp(argv[0], argv.data());
  ::_exit(127);
}

/// Its status when it has ended, and with that it is none any more.
std::optional<int> ended(pid_t pid) {
  int status = 0;
  const pid_t found = ::waitpid(pid, &status, WNOHANG);
  if (found == 0 || (found < 0 && errno == EINTR)) return {};
  return found == pid ? status : -1;
}

/// None when it had to be killed, as it did not end by itself.
std::optional<int> wait_for(pid_t pid) {
  for (const auto until = steady_clock::now() + kPatience;;) {
    if (const auto status = ended(pid)) return status;
    if (steady_clock::now() >= until) break;
    std::this_thread::sleep_for(kTick);
  }
  ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return {};
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

/// The datagram socket on which a service says READY=1 (sd_notify(3)).
class Readiness {
 public:
  explicit Readiness(const std::string& path)
      : fd_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    ::unlink(path.c_str());
    if (::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        ::chmod(path.c_str(), 0666) != 0) {
      throw std::runtime_error("cannot make " + path);
    }
  }
  Readiness(const Readiness&) = delete;
  Readiness& operator=(const Readiness&) = delete;
  ~Readiness() { ::close(fd_); }

  /// Not when that process ends before, which is none any more then: `pid` becomes -1.
  [[nodiscard]] bool comes(pid_t& pid) const {
    for (const auto until = steady_clock::now() + kPatience;;) {
      pollfd fd{fd_, POLLIN, 0};
      if (::poll(&fd, 1, static_cast<int>(kTick.count())) <= 0) {
        if (ended(pid)) pid = -1;
        if (pid == -1 || steady_clock::now() >= until) return false;
        continue;
      }
      char text[4096];
      const auto n = ::recv(fd_, text, sizeof text, 0);
      if (n > 0 && std::string_view(text, static_cast<std::size_t>(n)).find("READY=1") !=
                       std::string_view::npos) {
        return true;
      }
    }
  }

 private:
  int fd_;
};

}  // namespace

std::filesystem::path make_folder(const std::string& name, const std::string& user) {
  std::string pattern = std::filesystem::temp_directory_path() / (name + "-XXXXXX");
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot make " + pattern);
  if (::geteuid() == 0 && !user.empty()) {
    const passwd* owner = ::getpwnam(user.c_str());
    if (owner == nullptr || ::chown(pattern.c_str(), owner->pw_uid, owner->pw_gid) != 0) {
      throw std::runtime_error("the user " + user + " is missing");
    }
  }
  return pattern;
}

void run_to_end(const std::vector<std::string>& command, const std::filesystem::path& folder,
                const std::string& user) {
  const auto status = wait_for(spawn(as_its_user(command, user), folder, ""));
  if (status != 0) {
    throw std::runtime_error(command.front() + (status ? " failed: " : " does not end: ") +
                             contents(folder / "log"));
  }
}

pid_t start_service(const std::vector<std::string>& command, const std::filesystem::path& folder,
                    const std::string& user) {
  const Readiness ready(folder / "notify");
  pid_t pid = spawn(as_its_user(command, user), folder, folder / "notify");
  if (!ready.comes(pid)) {
    stop_service(pid, SIGKILL);
    throw std::runtime_error(command.front() + " does not start: " + contents(folder / "log"));
  }
  return pid;
}

bool stop_service(pid_t& pid, int signal) {
  if (pid <= 0) return true;
  ::kill(pid, signal);
  return wait_for(std::exchange(pid, -1)).has_value();
}

}  // namespace openclaw::testing
