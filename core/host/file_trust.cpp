#include "core/host/file_trust.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "core/host/elf_note.hpp"

namespace openclaw::host {
namespace fs = std::filesystem;

std::vector<uid_t> trusted_owners() {
  std::vector<uid_t> owners{0, ::geteuid()};
  struct stat status {};
  for (const char* place : {"/proc/self/exe", "/"}) {
    if (::stat(place, &status) == 0) owners.push_back(status.st_uid);
  }
  return owners;
}

Result<void> check_trust(const std::string& file, const std::vector<uid_t>& owners) {
  const std::string prefix = file_name(file) + ": ";
  const auto unreadable = [&](int error) {
    return Error{error == ENOENT || error == ENOTDIR ? Errc::not_found : Errc::invalid,
                 prefix + "cannot be read from " + file + ": " + std::strerror(error)};
  };
  std::error_code failed;
  const fs::path real = fs::canonical(file, failed);
  if (failed) return unreadable(failed.value());

  struct stat status {};
  const auto is_foreign = [&] {
    return std::find(owners.begin(), owners.end(), status.st_uid) == owners.end();
  };
  const auto foreign = [&](const std::string& what) {
    return Error{Errc::permanent, prefix + what + " belongs to user " +
                                      std::to_string(status.st_uid) +
                                      ", who could replace it: give it to root or to the user "
                                      "that runs the gateway with chown, or install the plugin "
                                      "elsewhere"};
  };
  if (::stat(real.c_str(), &status) != 0) return unreadable(errno);
  if ((status.st_mode & S_IWOTH) != 0) {
    return Error{Errc::permanent,
                 prefix + "anybody may write to " + real.string() + ": run chmod o-w on it"};
  }
  if (is_foreign()) return foreign(real.string());
  for (fs::path folder = real.parent_path();; folder = folder.parent_path()) {
    if (::stat(folder.c_str(), &status) != 0) return unreadable(errno);
    // The sticky bit keeps others from replacing what lies in a folder, not from adding to it.
    const bool holds_file = folder == real.parent_path();
    const bool sticky = (status.st_mode & S_ISVTX) != 0;
    if ((status.st_mode & S_IWOTH) != 0 && (holds_file || !sticky)) {
      return Error{Errc::permanent, prefix + "anybody may write to the folder " + folder.string() +
                                        ": run chmod o-w on it, or install the plugin elsewhere"};
    }
    if (is_foreign()) return foreign("the folder " + folder.string());
    if (folder == folder.parent_path()) return {};
  }
}

}  // namespace openclaw::host
