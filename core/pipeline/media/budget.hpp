// Bounds how many bytes of attachments all turns together hold in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>

namespace openclaw::pipeline {

/// A number of bytes, handed out in the order in which they were asked for. All on one thread. It
/// outlives its shares.
class MediaBudget {
 public:
  explicit MediaBudget(std::uint64_t bytes) : free_(bytes), all_(bytes) {}
  MediaBudget(const MediaBudget&) = delete;
  MediaBudget& operator=(const MediaBudget&) = delete;

  /// Bytes that are held; given back when it ends.
  class Share {
   public:
    Share() = default;
    Share(MediaBudget& budget, std::uint64_t bytes) : budget_(&budget), bytes_(bytes) {}
    Share(Share&& other) noexcept;
    Share& operator=(Share&& other) noexcept;
    ~Share() { give_back(0); }

    [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
    void shrink_to(std::uint64_t bytes) { give_back(bytes); }

   private:
    void give_back(std::uint64_t but);
    MediaBudget* budget_ = nullptr;
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

  [[nodiscard]] std::uint64_t in_use() const { return all_ - free_; }

 private:
  void serve();
  std::uint64_t free_, all_;
  std::list<std::weak_ptr<Request::Waiting>> waiting_;
  bool serving_ = false;
};

}  // namespace openclaw::pipeline
