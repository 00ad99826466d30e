// From /proc: the machine's boot, the container's pid namespace, the process's start.
#include "openclaw/cpp/holder.hpp"

#include <signal.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace openclaw::sdk {

namespace {

std::string first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// Where a pid counts: empty when /proc does not tell.
std::string place() {
  std::error_code failed;
  const auto ns = std::filesystem::read_symlink("/proc/self/ns/pid", failed).string();
  const std::string boot = first_line("/proc/sys/kernel/random/boot_id");
  return failed || boot.empty() ? std::string{} : boot + "/" + ns;
}

/// In clock ticks since the boot, field 22 of stat; the name in field 2 may hold anything but ends
/// with the last ')'. Empty when there is no such process.
std::string start_of(int pid) {
  const std::string stat = first_line("/proc/" + std::to_string(pid) + "/stat");
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) return {};
  std::size_t at = name_end + 1;
  for (int field = 3; field <= 22; ++field) {
    at = stat.find_first_not_of(' ', at);
    if (at == std::string::npos) return {};
    const auto end = stat.find(' ', at);
    if (field == 22) return stat.substr(at, end - at);
    at = end;
  }
  return {};
}

constexpr std::string_view kPid = ", pid ";

}  // namespace

std::string this_process() {
  std::array<char, 256> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host = {'?'};
  const int pid = static_cast<int>(::getpid());
  return std::string(host.data()) + std::string(kPid) + std::to_string(pid) + " [" + place() + "/" +
         start_of(pid) + "]";
}

Fate fate_of_holder(std::string_view holder) {
  const auto mark = holder.rfind(kPid), bracket = holder.rfind(" [");
  if (mark == std::string_view::npos || bracket == std::string_view::npos || bracket < mark ||
      !holder.ends_with(']')) {
    return Fate::elsewhere;
  }
  const auto digits = holder.substr(mark + kPid.size(), bracket - mark - kPid.size());
  int pid = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), pid);
  if (error != std::errc{} || end != digits.data() + digits.size()) return Fate::elsewhere;
  const auto identity = holder.substr(bracket + 2, holder.size() - bracket - 3);
  const std::string here = place();
  if (here.empty() || !identity.starts_with(here + "/")) return Fate::elsewhere;
  const std::string start = start_of(pid);
  if (start.empty()) {
    // It may be there and not to be looked at (hidepid, ProtectProc=).
    return ::kill(pid, 0) != 0 && errno == ESRCH ? Fate::gone : Fate::elsewhere;
  }
  return start == identity.substr(here.size() + 1) ? Fate::lives : Fate::gone;
}

std::string name_of_holder(std::string_view holder) {
  return std::string(holder.substr(0, holder.rfind(" [")));
}

}  // namespace openclaw::sdk
