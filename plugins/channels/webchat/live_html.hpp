// The running answer as HTML, told to pages in pieces: what differs from what they were told last.
//
// Without I/O. Times are monotonic milliseconds.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace openclaw::webchat {

class LiveHtml {
 public:
  struct Change {
    std::size_t keep = 0;  ///< as many UTF-16 units of the last HTML stay
    std::string html;      ///< what stands behind them; may be empty
  };

  /// There is more text: pages are behind.
  void grew() { behind_ = true; }
  [[nodiscard]] bool is_behind() const { return behind_; }
  /// Whether they are to be told now. The longer the HTML, the rarer: a page builds its last block
  /// anew each time.
  [[nodiscard]] bool is_due(std::int64_t now) const { return behind_ && now >= due_; }
  /// `html` is the whole answer's.
  Change tell(std::string html, std::int64_t now);
  /// What pages were told, put together.
  [[nodiscard]] const std::string& told() const { return told_; }

  static constexpr std::int64_t kEveryMs = 100, kMsPerKiB = 2;

 private:
  std::string told_;
  std::int64_t due_ = 0;
  bool behind_ = false;
};

/// Shares the loop between all answers in the making and everything else: what rendering took is
/// followed by a pause of a multiple of it.
class RenderPace {
 public:
  [[nodiscard]] std::int64_t wait_ms(std::int64_t now) const {
    return std::max<std::int64_t>(0, free_at_ - now);
  }
  void rendered(std::int64_t from, std::int64_t until) {
    free_at_ = until + kPauses * (until - from);
  }

  static constexpr std::int64_t kPauses = 4;

 private:
  std::int64_t free_at_ = 0;
};

}  // namespace openclaw::webchat
