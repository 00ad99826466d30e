// openclaw gateway start: in the foreground, or handed over to a child that tells when it is ready.
#include "cli/gateway_start.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string_view>

#include "cli/command.hpp"
#include "cli/store_place.hpp"
#include "cli/terminal_text.hpp"
#include "core/daemon/daemon.hpp"
#include "core/daemon/private_file.hpp"
#include "core/log/line_queue.hpp"

namespace openclaw::cli {

namespace {

std::string store_text(const config::Config& config) {
  std::string out = config.storage.type;
  if (!config.storage.path.empty()) out += ", " + config.storage.path;
  if (!config.storage.url.empty()) out += ", " + printable(without_secrets(config.storage.url));
  const std::string& instance = config.gateway.instance;
  return instance.empty() ? out : out + ", as instance " + instance;
}

std::string ready_text(const daemon::RunInfo& info, bool health_check, const std::string& store) {
  const std::string base = info.url();
  std::string out = "OpenClaw Gateway " OPENCLAW_VERSION " is ready.\n";
  out += "  Address     " + info.shown() + "\n";
  for (const auto& page : info.pages) out += "  Chat page   " + base + page + "\n";
  out += "  API         " + base + "/v1/chat/completions\n";
  out += "  Store       " + store + "\n";
  out += "  Health      " + (health_check ? base : info.metrics_url()) + "/health/detailed\n";
  out += "  Metrics     " + info.metrics_url() + "/metrics\n";
  return out;
}

std::string quoted(const std::string& word) {
  std::string out = "'";
  for (const char c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

/// What reads the same configuration as this start did.
std::string check_command(const StartOptions& options) {
  std::string out = "openclaw gateway validate";
  if (options.dev) out += " --dev";
  if (options.config.empty()) return out;
  const bool plain = options.config.find_first_not_of(
                         "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./") ==
                     std::string::npos;
  return out + " --config " + (plain ? options.config : quoted(options.config));
}

void write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto n = ::write(fd, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // whoever was to read it has gone
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

/// The start goes on although nobody reads them, as it does with the log.
void warn(const std::vector<config::Diagnostic>& diagnostics) {
  if (diagnostics.empty()) return;
  log::LineQueue queue([](std::string_view lines) { write_all(STDERR_FILENO, lines); },
                       [](std::uint64_t lines) {
                         return std::to_string(lines) + " more, see `openclaw gateway validate`\n";
                       },
                       {});
  for (const auto& d : diagnostics) queue.push(d.to_string() + "\n");
  queue.flush();
}

std::optional<config::Config> load(const StartOptions& options, const Surroundings& where) {
  auto loaded = config::load(load_options(options.config, options.dev, where));
  warn(loaded.diagnostics);
  if (!loaded.config) {
    std::cerr << "The gateway was not started: correct the configuration and check it with `"
              << check_command(options) << "`.\n";
    return std::nullopt;
  }
  // --daemon goes to another folder, and other commands look from theirs.
  auto& file = loaded.config->file;  // empty where --dev found none
  std::error_code ec;
  if (const auto whole = std::filesystem::absolute(file, ec); !file.empty() && !ec) {
    file = whole.string();
  }
  return std::move(loaded.config);
}

/// Runs in this process; `log_file` is empty when the log is somebody else's to keep. `ready` gets
/// the text once it is up, `failed` the reason.
template <class Ready, class Failed>
int serve(config::Config config, const Surroundings& where, const std::string& log_file,
          Ready ready, Failed failed) {
  const bool health_check = config.monitoring.health_check;
  const std::string store = store_text(config);
  daemon::Daemon daemon(std::move(config), {where.home, where.executable,
                                            [&](const daemon::RunInfo& info) {
                                              ready(ready_text(info, health_check, store));
                                            },
                                            log_file});
  if (auto started = daemon.start(); started.has_error()) {
    failed(started.error().message);
    return daemon.configuration_is_wrong() ? kWrongConfiguration : 1;
  }
  return daemon.run();
}

/// The child's side: its own session, nothing of the terminal, output to the log file.
Result<void> detach(const std::string& log_file) {
  const auto failed = [] { return Error{Errc::storage, std::strerror(errno)}; };
  if (::setsid() < 0) return failed();
  const auto log = daemon::open_private(log_file, O_WRONLY | O_APPEND);
  if (log.has_error()) return log.error();
  const int null = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (null < 0) return failed();
  if (::dup2(null, 0) < 0 || ::dup2(*log, 1) < 0 || ::dup2(*log, 2) < 0) return failed();
  ::close(null);
  ::close(*log);
  if (::chdir("/") != 0) return failed();
  return {};
}

std::uintmax_t size_of(const std::string& file) {
  std::error_code none;
  const auto size = std::filesystem::file_size(file, none);
  return none ? 0 : size;
}

/// What a line of the log says, when it is a warning or an error.
std::string_view warning_in(std::string_view line) {
  constexpr std::string_view kTime = "2026-11-29 15:45:00.000 ";
  if (line.starts_with('{')) {
    const auto level = line.substr(0, line.find("\"event\""));
    return level.find(":\"warning\"") != level.npos || level.find(":\"error\"") != level.npos ? line
                                                                                              : "";
  }
  if (line.size() < kTime.size()) return {};
  line.remove_prefix(kTime.size());
  return line.starts_with("warning ") || line.starts_with("error ") ? line : "";
}

/// Of the start, which only the log has otherwise: what the log holds behind `from`.
void show_warnings(const std::string& log_file, std::uintmax_t from) {
  std::ifstream log(log_file);
  // It may have been put aside meanwhile.
  if (from <= size_of(log_file)) log.seekg(static_cast<std::streamoff>(from));
  for (std::string line; std::getline(log, line);) {
    if (const auto said = warning_in(line); !said.empty()) std::cerr << "  " << said << "\n";
  }
}

int start_in_background(config::Config config, const Surroundings& where, bool dev) {
  const std::string log_file =
      where.home + (dev ? "/.openclaw/dev/gateway.log" : "/.openclaw/gateway.log");
  const auto log_begins = size_of(log_file);
  int channel[2];
  if (::pipe2(channel, O_CLOEXEC) != 0) {
    std::cerr << "error: " << std::strerror(errno) << "\n";
    return 1;
  }
  const pid_t child = ::fork();
  if (child < 0) {
    std::cerr << "error: cannot start a process: " << std::strerror(errno) << "\n";
    return 1;
  }
  if (child == 0) {
    ::close(channel[0]);
    if (const auto detached = detach(log_file); detached.has_error()) {
      write_all(channel[1], "-" + detached.error().message);
      ::_exit(1);
    }
    const auto tell = [fd = channel[1]](const std::string& text) {
      write_all(fd, text);
      ::close(fd);
    };
    const int status = serve(
        std::move(config), where, log_file, [&](const std::string& text) { tell("+" + text); },
        [&](const std::string& reason) { tell("-" + reason); });
    std::exit(status);
  }
  ::close(channel[1]);
  std::string answer;
  char buffer[4096];
  for (ssize_t n = 0; (n = ::read(channel[0], buffer, sizeof buffer)) != 0;) {
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) break;
    answer.append(buffer, static_cast<std::size_t>(n));
  }
  ::close(channel[0]);
  if (!answer.empty() && answer.front() == '+') {
    std::cout << answer.substr(1) << "  Process     " << child << ", log in " << log_file << "\n"
              << std::flush;
    show_warnings(log_file, log_begins);
    return 0;
  }
  std::cerr << "error: "
            << (answer.size() > 1 ? answer.substr(1) : "the gateway ended at once; see " + log_file)
            << "\n";
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) != 0 ? WEXITSTATUS(status) : 1;
}

}  // namespace

int start_gateway(const StartOptions& options) {
  const Surroundings where = surroundings();
  auto config = load(options, where);
  if (!config) return kWrongConfiguration;
  if (options.daemon) return start_in_background(std::move(*config), where, options.dev);
  return serve(
      std::move(*config), where, {},
      [](const std::string& text) { std::cout << text << std::flush; },
      [](const std::string& reason) { std::cerr << "error: " << reason << "\n"; });
}

}  // namespace openclaw::cli
