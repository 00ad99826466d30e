#include "core/log/bounded_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

namespace openclaw::log {

BoundedFile::BoundedFile(std::string path, std::size_t bytes, std::vector<int> descriptors)
    : path_(std::move(path)), bytes_(bytes), descriptors_(std::move(descriptors)) {}

void BoundedFile::write(std::string_view text) {
  make_room(text.size());
  append(text);
}

void BoundedFile::make_room(std::size_t needed) {
  struct stat now {};
  if (::fstat(descriptors_.back(), &now) != 0 || !S_ISREG(now.st_mode)) return;
  if (now.st_size == 0 || static_cast<std::size_t>(now.st_size) + needed <= bytes_) return;
  if (std::rename(path_.c_str(), (path_ + ".1").c_str()) != 0) {
    start_over("rename", errno);
    return;
  }
  // O_EXCL: nothing that somebody else put there meanwhile is written to.
  const int fresh = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fresh < 0) {
    start_over("open", errno);
    return;
  }
  for (const int descriptor : descriptors_) {
    if (::dup2(fresh, descriptor) < 0) start_over("dup2", errno);
  }
  ::close(fresh);
}

/// Rather lose what was logged than fill the disk.
void BoundedFile::start_over(const char* what, int error) {
  if (::ftruncate(descriptors_.back(), 0) != 0) return;  // then the disk says no by itself
  append("The log was emptied, because it was full and could not be put aside: " +
         std::string(what) + ": " + std::strerror(error) + ".\n");
}

void BoundedFile::append(std::string_view text) const {
  while (!text.empty()) {
    const auto n = ::write(descriptors_.back(), text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // a full disk: there is nowhere to say so
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace openclaw::log
