// Creates what is missing and takes the owner's lock.
#include "files.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string_view>

#include "openclaw/cpp/storage.hpp"

namespace openclaw::sqlite {

namespace fs = std::filesystem;

namespace {

[[noreturn]] void refuse(const std::string& what, int error, const std::string& remedy) {
  throw sdk::StoreError(OC_E_IO, what + ": " + std::strerror(error) + "; " + remedy);
}

void create_folder(const fs::path& folder) {
  std::error_code ignored;  // what is wrong shows when it is made
  if (folder.empty() || fs::is_directory(folder, ignored)) return;
  if (folder.parent_path() != folder) create_folder(folder.parent_path());
  if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    refuse("cannot create the folder " + folder.string(), errno,
           "create it for this user, or change storage.path");
  }
  if (!fs::is_directory(folder, ignored)) {
    refuse("cannot use " + folder.string() + " as a folder", ENOTDIR, "change storage.path");
  }
}

/// In a folder with the sticky bit others may only add files.
void check_folder(const fs::path& folder) {
  struct stat status {};
  const std::string path = folder.empty() ? "." : folder.string();
  if (::stat(path.c_str(), &status) == 0 && (status.st_mode & S_IWOTH) != 0 &&
      (status.st_mode & S_ISVTX) == 0) {
    refuse("the conversations are not safe in the folder " + path, EPERM,
           "anybody may write to it: run chmod o-w on it");
  }
}

/// Whoever owns it may read and write it; what SQLite puts beside it gets the same owner and mode.
void check_file(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return;  // what is wrong shows when it is opened
  const std::string unsafe = "the conversations are not safe in " + path;
  const bool is_own = status.st_uid == ::geteuid();
  if (!is_own && status.st_uid != 0) {
    refuse(unsafe, EPERM,
           "it belongs to the user with the id " + std::to_string(status.st_uid) +
               ": run the gateway as that user, or run chown on it");
  }
  if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
    refuse(unsafe, EPERM, "others may write to it: run chmod go-w on it");
  }
  // Who read it so far is not to read what comes.
  if (is_own && S_ISREG(status.st_mode) && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0 &&
      ::chmod(path.c_str(), status.st_mode & S_IRWXU) != 0) {
    refuse(unsafe, errno, "others may read it: run chmod go-rwx on it");
  }
}

std::string owner_in(int fd) {
  // The other one locks first and writes its pid after that: wait for it, a moment only.
  char text[32];
  for (int attempt = 0; attempt < 50; ++attempt) {
    const ssize_t n = ::pread(fd, text, sizeof text, 0);
    const std::string_view content(text, n > 0 ? static_cast<std::size_t>(n) : 0);
    if (const auto end = content.find('\n'); end != std::string_view::npos && end > 0) {
      return "process " + std::string(content.substr(0, end));
    }
    ::usleep(1000);
  }
  return "another process";
}

}  // namespace

std::string resolved(const std::string& path) {
  std::error_code error;
  const fs::path real = fs::weakly_canonical(path, error);
  return error ? path : real.string();
}

bool create_file(const std::string& path) {
  std::error_code ignored;
  if (fs::is_directory(path, ignored)) {
    throw sdk::StoreError(OC_E_INVAL, "cannot use " + path +
                                          " as the database: it is a folder; storage.path must "
                                          "name a file");
  }
  create_folder(fs::path(path).parent_path());
  check_folder(fs::path(path).parent_path());
  if (fs::exists(path, ignored)) {
    // Not opened here: that would end SQLite's own locks when closed.
    for (const char* suffix : {"", "-wal", "-shm"}) check_file(path + suffix);
    if (fs::file_size(path, ignored) > 1) return false;  // to SQLite one byte is none, too
    const auto log = fs::file_size(path + "-wal", ignored);
    if (!ignored && log > 0) {
      throw sdk::StoreError(OC_E_IO, "the database " + path + " is empty, but its log " + path +
                                         "-wal is not, and both were left as they are; put back "
                                         "the file it belongs to, or remove both to begin anew");
    }
    return true;
  }
  const int fd = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0) {
    ::close(fd);
  } else if (errno != EEXIST) {
    refuse("cannot create the database " + path, errno,
           "let this user write to its folder, or change storage.path");
  }
  return false;
}

OwnerLock::OwnerLock(const std::string& database_path) {
  const std::string path = database_path + ".lock";
  // A link would have its target overwritten; a pipe would make the start wait.
  fd_ = ::open(path.c_str(), O_CREAT | O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  struct stat status {};
  if (fd_ >= 0 && (::fstat(fd_, &status) != 0 || !S_ISREG(status.st_mode))) {
    ::close(fd_);
    fd_ = -1;
    errno = ELOOP;
  }
  if (fd_ < 0) {
    refuse("cannot open the lock file " + path, errno,
           errno == ELOOP ? "it is not a regular file: remove it"
                          : "let this user write to its folder, or change storage.path");
  }
  if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    const std::string owner = error == EWOULDBLOCK ? owner_in(fd_) : std::string();
    ::close(fd_);
    if (owner.empty()) {
      refuse("cannot lock " + path, error, "use a file system that supports flock");
    }
    throw sdk::StoreError(OC_E_AGAIN, "the database " + database_path + " is in use by " + owner +
                                          "; stop that gateway first, or change storage.path");
  }
  // Not removed at the end: a third process could then lock a file that has no name any more.
  const std::string pid = std::to_string(::getpid()) + '\n';
  if (::ftruncate(fd_, 0) != 0 || ::pwrite(fd_, pid.data(), pid.size(), 0) < 0) {
    const int error = errno;
    ::close(fd_);
    refuse("cannot write the lock file " + path, error, "free some space on that disk");
  }
}

OwnerLock::~OwnerLock() {
  ::close(fd_);
}

}  // namespace openclaw::sqlite
