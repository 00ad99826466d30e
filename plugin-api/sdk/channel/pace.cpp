#include "openclaw/cpp/channel/pace.hpp"

#include <algorithm>

namespace openclaw::sdk {

std::int64_t Pace::due(const std::string& who, std::int64_t now_ms) {
  while (!places_.empty() && is_lost(places_.begin()->first, now_ms)) {
    place_of_.erase(places_.begin()->second);
    places_.erase(places_.begin());
  }
  const auto own = place_of_.find(who);
  if (own != place_of_.end()) {
    const std::int64_t at = own->second + behind_ms_;
    if (at > now_ms) return at;
    if (ready_at() <= now_ms) return now_ms;
    behind_ms_ += ready_at() - at;
    return ready_at();
  }
  if (places_.empty()) {
    if (ready_at() <= now_ms) return now_ms;
    behind_ms_ = 0;
  }
  const std::int64_t after_last = places_.empty() ? 0 : places_.rbegin()->first + interval_ms_;
  const std::int64_t place =
      std::max({after_last, ready_at() - behind_ms_, now_ms + 1 - behind_ms_});
  if (places_.size() < kMaxPromises) {
    places_.emplace(place, who);
    place_of_.emplace(who, place);
  }
  return place + behind_ms_;
}

void Pace::take(const std::string& who, std::int64_t now_ms) {
  full_at_ms_ = std::max(full_at_ms_, now_ms) + interval_ms_;
  const auto own = place_of_.find(who);
  if (own == place_of_.end()) return;
  places_.erase(own->second);
  place_of_.erase(own);
}

bool Pace::has_spare(std::int64_t now_ms) const {
  return places_.empty() && std::max(full_at_ms_, now_ms) + interval_ms_ - slack_ms_ <= now_ms;
}

bool Pace::idle(std::int64_t now_ms) const {
  return full_at_ms_ <= now_ms && (places_.empty() || is_lost(places_.rbegin()->first, now_ms));
}

}  // namespace openclaw::sdk
