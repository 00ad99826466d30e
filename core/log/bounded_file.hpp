// Keeps the file behind some descriptors from growing without end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::log {

/// Before the file at `path` would grow past its bound, it is renamed to `path`.1 (in the place of
/// the one before it), and the descriptors are moved to a new file: the two together never take
/// more than twice the bound. What others write to the descriptors, such as a library that prints
/// to standard error, goes along and counts; it is only held back by the next write() here. Not for
/// several threads at once.
class BoundedFile {
 public:
  static constexpr std::size_t kBytes = std::size_t{10} << 20U;

  /// `descriptors` are open on `path` for appending; the last one is written to. Not owned.
  BoundedFile(std::string path, std::size_t bytes, std::vector<int> descriptors);

  void write(std::string_view text);

 private:
  void make_room(std::size_t needed);
  void start_over(const char* what, int error);
  void append(std::string_view text) const;

  std::string path_;
  std::size_t bytes_;
  std::vector<int> descriptors_;
};

}  // namespace openclaw::log
