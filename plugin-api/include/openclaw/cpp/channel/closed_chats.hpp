// Which chats a platform has closed to the bot: a permission was withdrawn there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

namespace openclaw::sdk {

/// Remembers refusals that only people can mend, so that a channel says so while it is otherwise
/// well. One is forgotten once something goes through to that chat, or after a while in which
/// nothing was tried: nobody tells when a permission comes back. No I/O; the clock is handed in,
/// monotonic milliseconds.
class ClosedChats {
 public:
  static constexpr std::int64_t kRememberedMs = 15 * 60'000;
  /// The oldest gives way.
  static constexpr std::size_t kMost = 100;

  /// `why`: the platform's refusal with its remedy, a sentence for the operator.
  void refused(const std::string& chat, const std::string& why, std::int64_t now_ms);
  void sent(const std::string& chat);

  /// In how many chats, and why in the first of them; not in which, as everyone may read it.
  /// Absent: none is remembered.
  [[nodiscard]] std::optional<std::string> trouble(std::int64_t now_ms);
  /// When trouble() changes by itself; absent: it does not.
  [[nodiscard]] std::optional<std::int64_t> changes_at_ms() const;

 private:
  struct Closed {
    std::string chat, why;
    std::int64_t at_ms;
  };
  std::deque<Closed> closed_;  ///< the one that was refused last is the last
};

}  // namespace openclaw::sdk
