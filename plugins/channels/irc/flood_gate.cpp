// The arithmetic of the bucket: it is kept as the moment at which it would be full.
#include "flood_gate.hpp"

#include <algorithm>

namespace openclaw::irc {

std::int64_t FloodGate::start_at(std::int64_t full_at_ms, std::size_t lines,
                                 std::int64_t now_ms) const {
  const std::int64_t needed = std::min(burst_, static_cast<std::int64_t>(lines));
  return std::max(now_ms, full_at_ms - (burst_ - needed) * interval_ms_);
}

std::int64_t FloodGate::wait_ms(const std::string& who, std::size_t lines, std::int64_t now_ms) {
  std::erase_if(places_, [now_ms](const Place& place) { return place.lost_at_ms <= now_ms; });
  // Those before go first, each with what it needs.
  std::int64_t full_at = full_at_ms_;
  for (Place& place : places_) {
    const std::int64_t start = start_at(full_at, place.lines, now_ms);
    if (place.who == who) {
      place.lines = lines;
      place.lost_at_ms = start_at(full_at, lines, now_ms) + kPatienceMs;
      return start_at(full_at, lines, now_ms) - now_ms;
    }
    full_at = std::max(full_at, start) + static_cast<std::int64_t>(place.lines) * interval_ms_;
  }
  const std::int64_t start = start_at(full_at, lines, now_ms);
  // Whoever finds no place is told a late moment, and takes their chance then.
  if (start > now_ms && places_.size() < kMaxPlaces) {
    places_.push_back({who, lines, start + kPatienceMs});
  }
  return start - now_ms;
}

void FloodGate::take(const std::string& who, std::size_t lines, std::int64_t now_ms) {
  full_at_ms_ = std::max(full_at_ms_, now_ms) + static_cast<std::int64_t>(lines) * interval_ms_;
  std::erase_if(places_, [&who](const Place& place) { return place.who == who; });
}

std::int64_t FloodGate::due_at(std::size_t line, std::int64_t begun_ms) const {
  const std::int64_t behind = static_cast<std::int64_t>(line) - burst_ + 1;
  return begun_ms + std::max<std::int64_t>(0, behind) * interval_ms_;
}

std::size_t FloodGate::due(std::size_t lines, std::int64_t begun_ms, std::int64_t now_ms) const {
  std::size_t n = 0;
  while (n < lines && due_at(n, begun_ms) <= now_ms) ++n;
  return n;
}

bool FloodGate::idle(std::int64_t now_ms) const {
  return places_.empty() && full_at_ms_ - now_ms <= (burst_ - 1) * interval_ms_;
}

}  // namespace openclaw::irc
