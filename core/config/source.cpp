#include "core/config/source.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace openclaw::config {
namespace {

struct Descriptor {
  explicit Descriptor(int number) : fd(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd >= 0) {
      ::close(fd);
    }
  }
  int fd;
};

Error file_error(int number) {
  if (number == ENOENT) {
    return {.code = Errc::not_found,
            .message = "there is no such file; create it or name another with --config"};
  }
  if (number == EACCES) {
    return {
        .code = Errc::invalid,
        .message = "permission denied; make the file readable for the user that runs the gateway"};
  }
  return {.code = Errc::invalid, .message = std::string("cannot be read: ") + ::strerror(number)};
}

constexpr const char* silent_pipe =
    "is a pipe whose writer did not finish in time; start what writes to it, or name a file with "
    "--config";

/// Waits until the pipe can be read or its writers have gone. A pipe that nobody has opened for
/// writing yet counts as silent, not as ended: its writer may be about to start.
Result<void> await_pipe(int fd, std::chrono::steady_clock::time_point deadline) {
  for (;;) {
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
    pollfd waiting{fd, POLLIN, 0};
    const int ready =
        ::poll(&waiting, 1, static_cast<int>(std::max<std::int64_t>(0, left.count())));
    if (ready > 0) return {};
    if (ready == 0) return Error{.code = Errc::invalid, .message = silent_pipe};
    if (errno != EINTR) return file_error(errno);
  }
}

/// The length of the UTF-8 sequence at the front of `text`; 0 when it is not valid.
std::size_t utf8_length(std::string_view text) {
  utf8proc_int32_t code = 0;
  const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                       static_cast<utf8proc_ssize_t>(text.size()), &code);
  return length > 0 ? static_cast<std::size_t>(length) : 0;
}

}  // namespace

Result<std::string> read_source(const std::string& path, std::chrono::milliseconds pipe_wait) {
  // Without O_NONBLOCK, opening a pipe waits for somebody who writes to it.
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (file.fd < 0) {
    return file_error(errno);
  }
  struct stat status {};
  if (::fstat(file.fd, &status) != 0) {
    return file_error(errno);
  }
  if (!S_ISREG(status.st_mode) && !S_ISFIFO(status.st_mode)) {
    return Error{.code = Errc::invalid, .message = "is not a file"};
  }
  const bool pipe = S_ISFIFO(status.st_mode);
  // A pipe is anybody's only until it is read; a file stays as somebody changed it.
  if (!pipe && (status.st_mode & S_IWOTH) != 0) {
    return Error{.code = Errc::invalid,
                 .message =
                     "anybody may write to it: run chmod o-w on it, then look at what it "
                     "says"};
  }
  const auto deadline = std::chrono::steady_clock::now() + pipe_wait;
  std::string text;
  char buffer[16384];
  for (;;) {
    if (pipe) {
      if (auto ready = await_pipe(file.fd, deadline); !ready) return std::move(ready).error();
    }
    const ssize_t count = ::read(file.fd, buffer, sizeof buffer);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) {
      continue;
    }
    if (count < 0) {
      return file_error(errno);
    }
    if (count == 0) {
      return text;
    }
    text.append(buffer, static_cast<std::size_t>(count));
    if (text.size() > max_file_bytes) {
      return Error{.code = Errc::too_large,
                   .message =
                       "is larger than 1 MiB; a configuration is a few kilobytes, so this is "
                       "probably another file"};
    }
  }
}

Result<void> check_folder(const std::string& folder) {
  struct stat status {};
  // With the sticky bit others may only add files.
  if (::stat(folder.c_str(), &status) != 0 || (status.st_mode & S_IWOTH) == 0 ||
      (status.st_mode & S_ISVTX) != 0) {
    return {};
  }
  return Error{.code = Errc::invalid,
               .message = "anybody may write to the folder " + folder + ": run chmod o-w on it"};
}

bool is_public(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         (status.st_mode & S_IROTH) != 0;
}

bool is_folder(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

bool is_utf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      return false;
    }
    text.remove_prefix(length);
  }
  return true;
}

std::size_t byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.compare(0, mark.size(), mark) == 0 ? mark.size() : 0;
}

std::optional<Diagnostic> reject_source(std::string_view text, const std::string& file) {
  int line = 1;
  int column = 1;
  int run = 0;  // opening brackets with nothing but space between them
  std::size_t brackets = 0;
  const auto refuse = [&](std::string message) {
    return Diagnostic{Severity::error, file, line, column, "", std::move(message)};
  };
  for (std::size_t i = 0; i < text.size();) {
    const char c = text[i];
    const std::size_t length = utf8_length(text.substr(i));
    if (c == '\0') {
      return refuse("a NUL byte; the file must be UTF-8 text");
    }
    if (length == 0) {
      return refuse("not valid UTF-8; save the file with the encoding UTF-8");
    }
    if (c == '[' || c == '{') {
      // The parser queues a token a bracket before any event, so these two bound its memory.
      if (++run > max_depth) {
        return refuse("brackets are nested deeper than 64");
      }
      if (++brackets > max_nodes) {
        return refuse("more than 50000 brackets");
      }
    } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
      run = 0;
    }
    if (c == '\n') {
      ++line;
      column = 0;
    }
    column += static_cast<int>(length);
    i += length;
    if (c == '\n') {
      column = 1;
    }
  }
  return std::nullopt;
}

}  // namespace openclaw::config
