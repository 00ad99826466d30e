#include "core/archive/archive_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <nlohmann/json.hpp>
#include <utility>

namespace openclaw::archive {

namespace {

using nlohmann::json;

constexpr int kFormat = 1;
/// The longest texts of a record, each byte as six of JSON, and its names.
constexpr std::size_t kLongestLine = std::size_t{512} << 20U;
constexpr unsigned kBuffer = 256U << 10U;

std::string folder_of(const std::string& path) {
  const auto slash = path.rfind('/');
  if (slash == std::string::npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

/// False, with errno.
bool flush_folder_of(const std::string& path) {
  const int fd = ::open(folder_of(path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return false;
  // Some file systems flush no folders, and need not.
  const bool done = ::fsync(fd) == 0 || errno == EINVAL;
  const int error = errno;
  ::close(fd);
  errno = error;
  return done;
}

/// Where a file that is open is found, also when it has no name.
std::string own_path(int fd) {
  return "/proc/self/fd/" + std::to_string(fd);
}

/// In the folder of `path`, to be named when it is whole: whatever ends the process, nothing stays
/// behind. Negative where the file system has no such files.
int open_unnamed(const std::string& path) {
  const int fd = ::open(folder_of(path).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (fd >= 0 && ::access(own_path(fd).c_str(), F_OK) == 0) return fd;
  if (fd >= 0) ::close(fd);
  return -1;
}

Error there_already(const std::string& path) {
  return {Errc::conflict, path + " is there already: choose another name, or remove it"};
}

std::string string_in(const json& line, const char* name) {
  const auto found = line.find(name);
  return found != line.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::uint64_t number_in(const json& line, const char* name) {
  const auto found = line.find(name);
  return found != line.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

Result<ArchiveWriter> ArchiveWriter::create(const std::string& path, const Header& header) {
  if (::access(path.c_str(), F_OK) == 0) return there_already(path);
  std::string part;
  int fd = open_unnamed(path);
  if (fd < 0) {
    // A name of its own: two that are made at once do not meet.
    part = path + ".XXXXXX.part";
    fd = ::mkostemps(part.data(), 5, O_CLOEXEC);
  }
  if (fd < 0) {
    return Error{Errc::storage, "cannot write " + path + ": " + std::strerror(errno)};
  }
  const int own = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  gzFile file = own < 0 ? nullptr : ::gzdopen(own, "wb6");
  if (file == nullptr) {
    ::close(fd);
    if (own >= 0) ::close(own);
    if (!part.empty()) ::unlink(part.c_str());
    return Error{Errc::storage, "cannot write " + path + ": no memory, or no file is left"};
  }
  ::gzbuffer(file, kBuffer);
  ArchiveWriter out(path, std::move(part), fd, file);
  if (auto written = out.write_line(json{
          {"openclawBackup", kFormat},
          {"storage", header.storage},
          {"version", header.version},
          {"createdUnixMs",
           header.created_unix_ms}}.dump());
      written.has_error()) {
    return written.error();
  }
  return out;
}

ArchiveWriter::ArchiveWriter(ArchiveWriter&& other) noexcept
    : path_(std::move(other.path_)),
      part_(std::move(other.part_)),
      fd_(std::exchange(other.fd_, -1)),
      file_(std::exchange(other.file_, nullptr)),
      tally_(other.tally_) {}

ArchiveWriter::~ArchiveWriter() {
  give_up();
}

void ArchiveWriter::give_up() {
  if (file_ != nullptr) ::gzclose_w(std::exchange(file_, nullptr));
  if (fd_ < 0) return;
  ::close(std::exchange(fd_, -1));
  if (!part_.empty()) ::unlink(part_.c_str());
}

Error ArchiveWriter::failed(const char* what) const {
  return {Errc::storage, "cannot " + std::string(what) + " " + (part_.empty() ? path_ : part_) +
                             ": " + (errno != 0 ? std::strerror(errno) : "it was not written")};
}

Result<void> ArchiveWriter::write_line(std::string line) {
  line += '\n';
  std::size_t at = 0;
  while (at < line.size()) {
    const auto step = static_cast<unsigned>(std::min<std::size_t>(line.size() - at, 1U << 30U));
    errno = 0;
    if (::gzwrite(file_, line.data() + at, step) != static_cast<int>(step)) {
      return failed("write to");
    }
    at += step;
  }
  return {};
}

Result<void> ArchiveWriter::add(const Record& record) {
  const std::string line = to_line(record);
  tally_.add(record.kind, line);
  return write_line(line);
}

/// Not over a file that came meanwhile, where the file system can tell.
Result<void> ArchiveWriter::give_name() {
  if (part_.empty()) {
    const std::string own = own_path(fd_);
    if (::linkat(AT_FDCWD, own.c_str(), AT_FDCWD, path_.c_str(), AT_SYMLINK_FOLLOW) == 0) return {};
    return errno == EEXIST ? there_already(path_) : failed("name");
  }
  if (::renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, path_.c_str(), RENAME_NOREPLACE) == 0) {
    return {};
  }
  if (errno == EEXIST || ::access(path_.c_str(), F_OK) == 0) return there_already(path_);
  if (::rename(part_.c_str(), path_.c_str()) != 0) return failed("rename");
  return {};
}

Result<std::uint64_t> ArchiveWriter::finish() {
  if (auto written = write_line(
          json{{"end", true}, {"records", tally_.all()}, {"checksum", tally_.checksum()}}.dump());
      written.has_error()) {
    return written.error();
  }
  errno = 0;
  struct stat about {};
  if (::gzclose_w(std::exchange(file_, nullptr)) != Z_OK || ::fsync(fd_) != 0 ||
      ::fstat(fd_, &about) != 0) {
    return failed("finish");
  }
  if (auto named = give_name(); named.has_error()) return named.error();
  ::close(std::exchange(fd_, -1));
  if (!flush_folder_of(path_)) {
    return Error{Errc::storage,
                 "cannot flush the folder of " + path_ + ": " + std::strerror(errno)};
  }
  return static_cast<std::uint64_t>(about.st_size);
}

Result<ArchiveReader> ArchiveReader::open(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return Error{Errc::not_found, "cannot read " + path + ": " + std::strerror(errno)};
  gzFile file = ::gzdopen(fd, "rb");
  if (file == nullptr) {
    ::close(fd);
    return Error{Errc::storage, "cannot read " + path + ": no memory"};
  }
  ::gzbuffer(file, kBuffer);
  ArchiveReader out(path, file);
  struct stat about {};
  if (::fstat(fd, &about) == 0 && about.st_size > 0) out.size_ = static_cast<double>(about.st_size);
  if (auto read = out.read_header(); read.has_error()) return read.error();
  return out;
}

ArchiveReader::ArchiveReader(ArchiveReader&& other) noexcept
    : path_(std::move(other.path_)),
      file_(std::exchange(other.file_, nullptr)),
      size_(other.size_),
      header_(std::move(other.header_)),
      tally_(other.tally_) {}

ArchiveReader::~ArchiveReader() {
  if (file_ != nullptr) ::gzclose_r(file_);
}

double ArchiveReader::fraction() const {
  return std::min(1.0, static_cast<double>(::gzoffset(file_)) / size_);
}

Error ArchiveReader::damaged(const std::string& why) const {
  return {Errc::invalid, path_ + " is damaged: " + why};
}

Result<std::string> ArchiveReader::read_line() {
  std::string line;
  std::array<char, 64 << 10> piece{};
  while (::gzgets(file_, piece.data(), static_cast<int>(piece.size())) != nullptr) {
    line += piece.data();  // a NUL is \u0000 in JSON
    if (line.ends_with('\n')) {
      line.pop_back();
      return line;
    }
    if (line.size() > kLongestLine) return damaged("a line is longer than any record");
  }
  int code = 0;
  const char* words = ::gzerror(file_, &code);
  if (code != Z_OK && code != Z_BUF_ERROR) return damaged(words);
  return damaged("it ends too early");
}

Result<void> ArchiveReader::read_header() {
  const Error none{Errc::invalid, path_ + " is no backup of this gateway"};
  const auto line = read_line();
  if (line.has_error()) return none;
  const json header = json::parse(*line, nullptr, false);
  if (!header.is_object() || number_in(header, "openclawBackup") == 0) return none;
  if (number_in(header, "openclawBackup") > kFormat) {
    return Error{Errc::unsupported, path_ + " was made by a newer version (" +
                                        string_in(header, "version") + "): install that one"};
  }
  header_ = {string_in(header, "storage"), string_in(header, "version"),
             static_cast<std::int64_t>(number_in(header, "createdUnixMs"))};
  return {};
}

Result<std::optional<Record>> ArchiveReader::next() {
  auto line = read_line();
  if (line.has_error()) return line.error();
  auto record = from_line(*line);
  if (record.has_value()) {
    tally_.add(record->kind, *line);
    return std::optional<Record>(std::move(*record));
  }
  const json end = json::parse(*line, nullptr, false);
  if (!end.is_object() || !end.value("end", json()).is_boolean()) {
    return damaged("a line of it is no record");
  }
  if (number_in(end, "records") != tally_.all() ||
      string_in(end, "checksum") != tally_.checksum()) {
    return damaged("its records are not those that were written");
  }
  char more = 0;
  const int read = ::gzread(file_, &more, 1);
  if (read > 0) return damaged("something follows its end");
  int code = 0;
  const char* words = ::gzerror(file_, &code);
  if (code == Z_BUF_ERROR) return damaged("it ends too early");  // within what gzip ends with
  if (read < 0 || code != Z_OK) return damaged(words);
  return std::optional<Record>();
}

}  // namespace openclaw::archive
