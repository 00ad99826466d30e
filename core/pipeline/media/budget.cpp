#include "core/pipeline/media/budget.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::pipeline {

MediaBudget::Share::Share(Share&& other) noexcept
    : budget_(std::exchange(other.budget_, nullptr)), bytes_(std::exchange(other.bytes_, 0)) {}

MediaBudget::Share& MediaBudget::Share::operator=(Share&& other) noexcept {
  if (this == &other) return *this;
  give_back(0);
  budget_ = std::exchange(other.budget_, nullptr);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

void MediaBudget::Share::give_back(std::uint64_t but) {
  if (budget_ == nullptr || bytes_ <= but) return;
  budget_->free_ += bytes_ - but;
  bytes_ = but;
  budget_->serve();
}

MediaBudget::Request MediaBudget::reserve(std::uint64_t bytes, std::function<void(Share)> granted) {
  Request request;
  request.waiting_ = std::make_shared<Request::Waiting>(
      Request::Waiting{std::min(bytes, all_), std::move(granted)});
  waiting_.push_back(request.waiting_);
  serve();
  return request;
}

void MediaBudget::serve() {
  if (std::exchange(serving_, true)) return;  // what is granted may give back, or ask again
  while (!waiting_.empty()) {
    const auto first = waiting_.front().lock();
    if (first != nullptr && first->bytes > free_) break;
    waiting_.pop_front();
    if (first == nullptr) continue;
    free_ -= first->bytes;
    const auto granted = std::exchange(first->granted, nullptr);
    granted(Share(*this, first->bytes));
  }
  serving_ = false;
}

}  // namespace openclaw::pipeline
