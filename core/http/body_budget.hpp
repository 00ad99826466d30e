// Bounds the memory that requests' bodies and long heads may take together, before anybody knows
// who sends them.
#pragma once

#include <atomic>
#include <cstddef>

namespace openclaw::http {

/// [any thread]
class BodyBudget {
 public:
  explicit BodyBudget(std::size_t bytes) : bytes_(bytes) {}

  bool take(std::size_t bytes) {
    if (used_.fetch_add(bytes, std::memory_order_relaxed) + bytes <= bytes_) return true;
    give_back(bytes);
    return false;
  }
  void give_back(std::size_t bytes) { used_.fetch_sub(bytes, std::memory_order_relaxed); }
  [[nodiscard]] std::size_t used() const { return used_.load(std::memory_order_relaxed); }

 private:
  const std::size_t bytes_;
  std::atomic<std::size_t> used_{0};
};

/// One body's or head's part of a budget. The first bytes are free, so that ordinary small requests
/// are served whatever the large ones do.
class BodyShare {
 public:
  static constexpr std::size_t free_bytes = std::size_t{16} << 10U;

  explicit BodyShare(std::size_t free = free_bytes) : free_(free) {}
  BodyShare(const BodyShare&) = delete;
  BodyShare& operator=(const BodyShare&) = delete;
  ~BodyShare() { release(); }

  /// The budget must outlive the share, or its release().
  void of(BodyBudget& budget) {
    release();
    budget_ = &budget;
  }
  /// False when the budget has no room for a body of `bytes` in all.
  bool grow_to(std::size_t bytes) {
    if (bytes <= free_ || bytes <= taken_) return true;
    if (!budget_->take(bytes - taken_)) return false;
    taken_ = bytes;
    return true;
  }
  void release() {
    if (taken_ > 0) budget_->give_back(taken_);
    taken_ = 0;
  }

 private:
  const std::size_t free_;
  BodyBudget* budget_ = nullptr;
  std::size_t taken_ = 0;
};

}  // namespace openclaw::http
