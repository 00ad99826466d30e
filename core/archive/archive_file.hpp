// A backup: a gzip file of lines of JSON, of which the first says what it is and the last what was
// in between.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/archive/record.hpp"

struct gzFile_s;

namespace openclaw::archive {

/// Said by the first line.
struct Header {
  std::string storage;  ///< the type of the store that it was made of
  std::string version;  ///< of the gateway
  std::int64_t created_unix_ms = 0;
};

/// Writes a file that has no name (where the file system has none such: FILE.XXXXXX.part), and is
/// FILE once it is whole and on the disk; mode 0600.
class ArchiveWriter {
 public:
  /// Refuses a file that is there already.
  static Result<ArchiveWriter> create(const std::string& path, const Header& header);
  ~ArchiveWriter();  ///< what was not finished is removed
  ArchiveWriter(ArchiveWriter&&) noexcept;
  ArchiveWriter& operator=(ArchiveWriter&&) = delete;

  Result<void> add(const Record& record);
  /// The file's size.
  Result<std::uint64_t> finish();
  [[nodiscard]] const Tally& tally() const { return tally_; }

 private:
  ArchiveWriter(std::string path, std::string part, int fd, gzFile_s* file)
      : path_(std::move(path)), part_(std::move(part)), fd_(fd), file_(file) {}
  Result<void> write_line(std::string line);
  Result<void> give_name();
  void give_up();
  [[nodiscard]] Error failed(const char* what) const;

  std::string path_, part_;  ///< the part's is empty while it has none
  int fd_;                   ///< of what is written, also once gzip has closed its own
  gzFile_s* file_;
  Tally tally_;
};

class ArchiveReader {
 public:
  /// Refuses what is no backup, or one that a newer version made.
  static Result<ArchiveReader> open(const std::string& path);
  ~ArchiveReader();
  ArchiveReader(ArchiveReader&&) noexcept;
  ArchiveReader& operator=(ArchiveReader&&) = delete;

  [[nodiscard]] const Header& header() const { return header_; }
  /// None once the last line was read and agrees with all that came before; an error when the file
  /// is damaged or ends too early.
  Result<std::optional<Record>> next();
  [[nodiscard]] const Tally& tally() const { return tally_; }
  /// How much of the file was read, from 0 to 1.
  [[nodiscard]] double fraction() const;

 private:
  ArchiveReader(std::string path, gzFile_s* file) : path_(std::move(path)), file_(file) {}
  Result<std::string> read_line();
  Result<void> read_header();
  [[nodiscard]] Error damaged(const std::string& why) const;

  std::string path_;
  gzFile_s* file_;
  double size_ = 1;
  Header header_;
  Tally tally_;
};

}  // namespace openclaw::archive
