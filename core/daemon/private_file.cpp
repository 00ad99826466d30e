// Opens without following, then looks at what was opened.
#include "core/daemon/private_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace openclaw::daemon {

namespace {

namespace fs = std::filesystem;

/// 0, or why it is not there.
int create_folder(const fs::path& folder) {
  std::error_code ignored;  // what is wrong shows when it is made
  if (folder.empty() || fs::exists(folder, ignored)) return 0;
  if (const int failed = create_folder(folder.parent_path()); failed != 0) return failed;
  return ::mkdir(folder.c_str(), 0700) == 0 || errno == EEXIST ? 0 : errno;
}

/// In a folder with the sticky bit others may only add files.
bool anybody_may_replace_in(const fs::path& folder) {
  struct stat status {};
  return ::stat(folder.c_str(), &status) == 0 && (status.st_mode & S_IWOTH) != 0 &&
         (status.st_mode & S_ISVTX) == 0;
}

Error refused(const std::string& path, const std::string& why) {
  return {Errc::storage, "cannot write " + path + ": " + why};
}

}  // namespace

Result<int> open_private(const std::string& path, int flags) {
  const fs::path folder = fs::path(path).parent_path();
  if (const int failed = create_folder(folder); failed != 0) {
    return refused(path, "its folder " + folder.string() + " cannot be made: " +
                             std::strerror(failed) + "; check HOME and its permissions");
  }
  if (anybody_may_replace_in(folder)) {
    return refused(path,
                   "anybody may write to the folder " + folder.string() + ": run chmod o-w on it");
  }
  // Without O_NONBLOCK a pipe in the file's place would make the start wait for a reader.
  const int fd =
      ::open(path.c_str(), O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | flags, 0600);
  if (fd < 0) {
    const int error = errno;
    return refused(path,
                   error == ELOOP || error == ENXIO
                       ? std::string("it is not a regular file: remove it")
                       : std::string(std::strerror(error)) + "; check HOME and its permissions");
  }
  struct stat status {};
  const bool known = ::fstat(fd, &status) == 0;
  if (known && S_ISREG(status.st_mode) && (status.st_mode & S_IWOTH) == 0) return fd;
  ::close(fd);
  if (!known || !S_ISREG(status.st_mode)) {
    return refused(path, "it is not a regular file: remove it");
  }
  return refused(path, "anybody may write to it: run chmod o-w on it");
}

}  // namespace openclaw::daemon
