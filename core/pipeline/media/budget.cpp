#include "core/pipeline/media/budget.hpp"

#include <algorithm>
#include <list>
#include <utility>

namespace openclaw::pipeline {

struct MediaBudget::State {
  std::uint64_t free, all;
  std::list<std::weak_ptr<Request::Waiting>> waiting{};
  bool serving = false;
};

MediaBudget::Share::Share(std::shared_ptr<State> state, std::uint64_t bytes)
    : state_(std::move(state)), bytes_(bytes) {}

MediaBudget::Share::Share(Share&& other) noexcept
    : state_(std::move(other.state_)), bytes_(std::exchange(other.bytes_, 0)) {}

MediaBudget::Share& MediaBudget::Share::operator=(Share&& other) noexcept {
  if (this == &other) return *this;
  give_back(0);
  state_ = std::move(other.state_);
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

void MediaBudget::Share::give_back(std::uint64_t but) {
  if (state_ == nullptr || bytes_ <= but) return;
  state_->free += bytes_ - but;
  bytes_ = but;
  serve(state_);
}

MediaBudget::MediaBudget(std::uint64_t bytes)
    : state_(std::make_shared<State>(State{bytes, bytes})) {}

std::uint64_t MediaBudget::in_use() const {
  return state_->all - state_->free;
}

MediaBudget::Request MediaBudget::reserve(std::uint64_t bytes, std::function<void(Share)> granted) {
  Request request;
  request.waiting_ = std::make_shared<Request::Waiting>(
      Request::Waiting{std::min(bytes, state_->all), std::move(granted)});
  state_->waiting.push_back(request.waiting_);
  serve(state_);
  return request;
}

void MediaBudget::serve(const std::shared_ptr<State>& state) {
  if (std::exchange(state->serving, true)) return;  // what is granted may give back, or ask again
  const auto own = state;                           // the share that gave back may end meanwhile
  while (!own->waiting.empty()) {
    const auto first = own->waiting.front().lock();
    if (first != nullptr && first->bytes > own->free) break;
    own->waiting.pop_front();
    if (first == nullptr) continue;
    own->free -= first->bytes;
    const auto granted = std::exchange(first->granted, nullptr);
    granted(Share(own, first->bytes));
  }
  own->serving = false;
}

}  // namespace openclaw::pipeline
