// Decides which of a channel's replies are held in memory, and when more of them are read.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

namespace openclaw::pipeline {

/// A channel that cannot deliver may gather more replies than memory should hold. All of them are
/// in the store, with ids that grow in the order in which they were stored; so the oldest are held,
/// and from the first that is not, the store is read when there is room again.
class Backlog {
 public:
  explicit Backlog(std::size_t most) : most_(most) {}

  /// One more reply is stored. False: leave it to the store, or a page showed it already.
  bool take(std::uint64_t id);
  /// Whether one that is to be stored now may be held whatever is stored before it.
  [[nodiscard]] bool has_room() const { return !unread_ && held_ < most_; }
  /// One that was so held is stored.
  void hold(std::uint64_t id);
  [[nodiscard]] bool holds(std::uint64_t id) const { return ahead_.contains(id); }
  void ended() { --held_; }  ///< one that was taken, held or found
  [[nodiscard]] std::size_t held() const { return held_; }
  [[nodiscard]] bool behind() const { return unread_.has_value(); }

  /// Behind which id a page is to be read, when it is time. page_over() or failed() follow.
  std::optional<std::uint64_t> read_on();
  /// A reply of this channel's in that page, in order, that it does not hold yet. False: there is
  /// no room, the page is over.
  bool found(std::uint64_t id);
  /// `last` is the id of the page's last row, whoever's it is; `more`: the page was full.
  void page_over(std::uint64_t last, bool more);
  void failed() { reading_ = false; }

 private:
  std::size_t most_, held_ = 0;
  std::optional<std::uint64_t> unread_;  ///< what is in the store only stands behind this id
  std::uint64_t newest_unread_ = 0, newest_when_read_ = 0;
  std::uint64_t found_ = 0;        ///< the newest that a page showed
  std::set<std::uint64_t> ahead_;  ///< held, or ended, that a page may show
  bool reading_ = false, full_ = false;
};

}  // namespace openclaw::pipeline
