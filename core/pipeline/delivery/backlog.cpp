#include "core/pipeline/delivery/backlog.hpp"

#include <algorithm>

namespace openclaw::pipeline {

bool Backlog::take(std::uint64_t id) {
  // A page may have shown it before the word that it is stored got here.
  if (id <= found_) return false;
  // Never past one that was left to the store: a chat's replies keep their order.
  if (!unread_ && held_ < most_) {
    ++held_;
    return true;
  }
  if (!unread_) unread_ = id - 1;
  newest_unread_ = std::max(newest_unread_, id);
  return false;
}

void Backlog::hold(std::uint64_t id) {
  ++held_;
  if (unread_ && id > *unread_) ahead_.insert(id);
}

std::optional<std::uint64_t> Backlog::read_on() {
  // Half of it at once, so that not each reply that leaves costs a read.
  if (!unread_ || reading_ || held_ > most_ / 2) return std::nullopt;
  reading_ = true;
  full_ = false;
  newest_when_read_ = newest_unread_;
  return unread_;
}

bool Backlog::found(std::uint64_t id) {
  if (held_ >= most_) {
    full_ = true;
    return false;
  }
  ++held_;
  unread_ = found_ = id;
  return true;
}

void Backlog::page_over(std::uint64_t last, bool more) {
  reading_ = false;
  if (full_) return;
  unread_ = last;
  // What was left to the store meanwhile may not have been in the page.
  if (!more && newest_unread_ == newest_when_read_) unread_.reset();
  ahead_.erase(ahead_.begin(), unread_ ? ahead_.upper_bound(*unread_) : ahead_.end());
}

}  // namespace openclaw::pipeline
