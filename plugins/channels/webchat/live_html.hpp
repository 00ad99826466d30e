// The running answer as HTML, told to pages in pieces: what differs from what they were told last.
//
// Without I/O. Times are monotonic milliseconds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace openclaw::webchat {

class LiveHtml {
 public:
  struct Change {
    std::size_t keep = 0;  ///< as many lines of the last HTML stay
    std::string html;      ///< the lines behind those; may be empty
  };

  /// The text has grown to `size` bytes: pages are behind.
  void grew(std::size_t size) {
    behind_ = true;
    size_ = size;
  }
  [[nodiscard]] bool is_behind() const { return behind_; }
  /// Whether they are to be told now. The longer the text, the rarer, since all of it is parsed
  /// each time.
  [[nodiscard]] bool is_due(std::int64_t now) const { return behind_ && now >= due_; }
  /// `html` is the whole answer's, a line for each block.
  Change tell(std::string html, std::int64_t now);
  /// What pages were told, put together.
  [[nodiscard]] const std::string& told() const { return told_; }

  static constexpr std::int64_t kEveryMs = 100, kMsPerKiB = 2;

 private:
  std::string told_;
  std::size_t size_ = 0;
  std::int64_t due_ = 0;
  bool behind_ = false;
};

}  // namespace openclaw::webchat
