// A lease that grew was renewed: its holder lives, wherever that is.
#include "openclaw/cpp/holder_watch.hpp"

#include <algorithm>
#include <utility>

namespace openclaw::sdk {

namespace {
constexpr std::int64_t kShortestPauseMs = 10, kLongestPauseMs = 500;
constexpr std::chrono::milliseconds kMoment{50};
}  // namespace

HolderWatch::Step HolderWatch::meet(std::string_view holder, Fate fate, std::int64_t left_ms,
                                    TimePoint now) {
  if (fate == Fate::gone) {
    gone_.emplace_back(holder);
    return {Next::ask_again};
  }
  const bool grew = holder == last_ && left_ms > left_before_;
  if (fate == Fate::lives || grew) return {Next::it_lives};
  const std::chrono::milliseconds pause(std::clamp(left_ms, kShortestPauseMs, kLongestPauseMs));
  if (std::max(std::chrono::milliseconds(left_ms), pause) >= deadline_ - now) {
    return {Next::no_time};
  }
  last_ = holder;
  left_before_ = left_ms;
  return {Next::pause, pause};
}

HolderWatch::Step HolderWatch::await_renewal(std::string_view holder, Fate fate,
                                             std::int64_t left_ms, std::int64_t mark,
                                             TimePoint now) {
  if (fate == Fate::gone) {
    gone_.emplace_back(holder);
    return {Next::ask_again};
  }
  if (mark != mark_) {
    mark_ = mark;
    marked_at_ = now;
  }
  const std::chrono::milliseconds pause(std::clamp(left_ms, kShortestPauseMs, kLongestPauseMs));
  if (std::max(std::chrono::milliseconds(left_ms), pause) >= deadline_ - now) {
    return {Next::no_time};
  }
  last_ = holder;
  left_before_ = 0;  // any lease that it has then was renewed
  return {Next::pause, pause};
}

std::int64_t HolderWatch::waited_ms(TimePoint now) const {
  if (mark_ == 0) return 0;
  return std::chrono::duration_cast<std::chrono::milliseconds>(now - marked_at_).count();
}

HolderWatch::Step HolderWatch::wait_for(std::string_view holder, Fate fate, TimePoint now) {
  if (fate == Fate::gone) {
    gone_.emplace_back(holder);
    return {Next::ask_again};
  }
  if (kMoment >= deadline_ - now) return {Next::no_time};
  return {Next::pause, kMoment};
}

}  // namespace openclaw::sdk
