// Whose replies another gateway may be about to send, so that a later one must not overtake them.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {

/// Of one channel: the sessions of which replies were left to whoever can send them. A session's
/// next reply is left too, until a round of collecting has brought all that was left. No I/O.
class LeftReplies {
 public:
  /// Then it is as if every session had one.
  static constexpr std::size_t kMostSessions = 10'000;
  /// Longer than the write of a reply may take: what was left before is in the store, or never
  /// will be.
  static constexpr runtime::Millis kStoredSurely{35'000};

  [[nodiscard]] bool has(const std::string& session) const {
    return all_.writing != 0 || all_.last != runtime::TimePoint{} || sessions_.contains(session);
  }
  /// One is about to be written.
  void leave(const std::string& session, runtime::TimePoint now) {
    Left& left = has_room(session) ? sessions_[session] : all_;
    ++left.writing;
    left.last = now;
  }
  /// It was committed.
  void stored(const std::string& session, runtime::TimePoint now) {
    const auto found = sessions_.find(session);
    Left& left = found == sessions_.end() ? all_ : found->second;
    if (left.writing == 0) return;
    --left.writing;
    left.last = now;
  }
  /// A round that began then brought all that was left.
  void collected(runtime::TimePoint began) {
    std::erase_if(sessions_, [&](const auto& one) { return is_over(one.second, began); });
    if (is_over(all_, began)) all_ = {};
  }

 private:
  struct Left {
    std::size_t writing = 0;    ///< not known to be committed
    runtime::TimePoint last{};  ///< when it was last left or stored
  };
  static bool is_over(const Left& left, runtime::TimePoint began) {
    return left.last < began && (left.writing == 0 || left.last + kStoredSurely < began);
  }
  [[nodiscard]] bool has_room(const std::string& session) const {
    return sessions_.size() < kMostSessions || sessions_.contains(session);
  }

  std::unordered_map<std::string, Left> sessions_;
  Left all_;  ///< of those that sessions_ had no room for
};

}  // namespace openclaw::pipeline
