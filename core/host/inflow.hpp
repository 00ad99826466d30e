// Bounds what connections hand over to an instance's loop, which may be stuck inside the plugin.
#pragma once

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace openclaw::host {

/// [any thread] Asked on the connection's loop, before anything is posted: what only the instance's
/// own loop checked would not be checked at all while that loop is stuck. Shared by the instance,
/// its routes and what they have posted.
class Inflow : public std::enable_shared_from_this<Inflow> {
 public:
  /// One part of what waits, given back at the latest when it is destroyed.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept
        : of_(std::move(other.of_)),
          requests_(std::exchange(other.requests_, 0)),
          bytes_(std::exchange(other.bytes_, 0)) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(of_, other.of_);
      std::swap(requests_, other.requests_);
      std::swap(bytes_, other.bytes_);
      return *this;
    }
    ~Share() {
      if (of_ != nullptr) of_->give_back(requests_, bytes_);
    }
    /// The bytes are gone; the task that was posted for them is not.
    void lighten() {
      if (of_ != nullptr) of_->give_back(0, std::exchange(bytes_, 0));
    }

   private:
    friend class Inflow;
    Share(std::shared_ptr<Inflow> of, std::size_t requests, std::size_t bytes)
        : of_(std::move(of)), requests_(requests), bytes_(bytes) {}
    std::shared_ptr<Inflow> of_;  ///< shared as above; null once moved from
    std::size_t requests_ = 0, bytes_ = 0;
  };

  Inflow(std::size_t requests, std::size_t bytes) : max_requests_(requests), max_bytes_(bytes) {}

  /// For an HTTP request or a new WebSocket. Nothing when it is shut or full.
  [[nodiscard]] std::optional<Share> request(std::size_t bytes) { return take(1, bytes); }
  /// For a message of an open WebSocket, which counts by its weight alone.
  [[nodiscard]] std::optional<Share> message(std::size_t bytes) { return take(0, bytes); }

  /// From here on nothing is taken: the instance is fenced or destroyed.
  void shut() { shut_.store(true); }
  [[nodiscard]] bool is_shut() const { return shut_.load(); }

 private:
  std::optional<Share> take(std::size_t requests, std::size_t bytes) {
    if (is_shut()) return std::nullopt;
    const bool few = requests_.fetch_add(requests) + requests <= max_requests_;
    const bool small = bytes_.fetch_add(bytes) + bytes <= max_bytes_;
    if (few && small) return Share(shared_from_this(), requests, bytes);
    give_back(requests, bytes);
    return std::nullopt;
  }
  void give_back(std::size_t requests, std::size_t bytes) {
    requests_.fetch_sub(requests);
    bytes_.fetch_sub(bytes);
  }

  const std::size_t max_requests_, max_bytes_;
  std::atomic<bool> shut_{false};
  std::atomic<std::size_t> requests_{0}, bytes_{0};
};

}  // namespace openclaw::host
