// Bounds how many bytes of attachments all turns together hold in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace openclaw::pipeline {

/// A number of bytes, handed out in the order in which they were asked for. All on one thread.
class MediaBudget {
  struct State;

 public:
  explicit MediaBudget(std::uint64_t bytes);
  MediaBudget(const MediaBudget&) = delete;
  MediaBudget& operator=(const MediaBudget&) = delete;

  /// Bytes that are held; given back when it ends. May outlive the budget.
  class Share {
   public:
    Share() = default;
    Share(Share&& other) noexcept;
    Share& operator=(Share&& other) noexcept;
    ~Share() { give_back(0); }

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    void shrink_to(std::uint64_t bytes) { give_back(bytes); }

   private:
    friend class MediaBudget;
    Share(std::shared_ptr<State> state, std::uint64_t bytes);
    void give_back(std::uint64_t but);
    std::shared_ptr<State> state_;  ///< shared with the budget and its other shares
    std::uint64_t bytes_ = 0;
  };

  /// Forgets the request when it ends before it was granted.
  class Request {
   public:
    Request() = default;
    void cancel() { waiting_.reset(); }

   private:
    friend class MediaBudget;
    struct Waiting {
      std::uint64_t bytes;
      std::function<void(Share)> granted;
    };
    std::shared_ptr<Waiting> waiting_;  ///< the budget's list holds it weakly
  };

  /// Calls `granted` at once, or when others have given enough back. More than there is at all is
  /// all that there is.
  [[nodiscard]] Request reserve(std::uint64_t bytes, std::function<void(Share)> granted);

  [[nodiscard]] std::uint64_t in_use() const;

 private:
  static void serve(const std::shared_ptr<State>& state);
  std::shared_ptr<State> state_;  ///< shared with the shares
};

}  // namespace openclaw::pipeline
