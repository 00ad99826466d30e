#include "core/retention/policy.hpp"

#include <algorithm>

namespace openclaw::retention {

namespace {
/// A step that is looked at again: by age as many as there are, by size few, as sizes differ.
constexpr std::uint32_t kMostByAge = 50, kMostBySessions = 50, kMostByBytes = 10;

std::uint64_t low_water(std::uint64_t most) {
  return most / 100 * Policy::kLowWaterPercent + most % 100 * Policy::kLowWaterPercent / 100;
}
}  // namespace

const char* name_of(Reason reason) {
  switch (reason) {
    case Reason::age:
      return "age";
    case Reason::sessions:
      return "sessions";
    case Reason::bytes:
      return "bytes";
  }
  return "";
}

void Policy::begin(bool calendar_is_right) {
  age_done_ = !limits_.max_age_ms || !calendar_is_right;
  sessions_.exhausted = bytes_.exhausted = false;
}

bool Policy::shrinks(Mark& mark, std::uint64_t used, const std::optional<std::uint64_t>& most) {
  if (!most) return false;
  if (used > *most) mark.shrinking = true;
  if (used <= low_water(*most)) mark.shrinking = false;
  return mark.shrinking && !mark.exhausted;
}

std::optional<Order> Policy::next(const Usage& usage, std::int64_t unix_ms) {
  if (!age_done_) return Order{Reason::age, unix_ms - *limits_.max_age_ms, kMostByAge};
  const std::int64_t unused_since = unix_ms - kYoungMs;
  if (shrinks(sessions_, usage.sessions, limits_.max_sessions)) {
    const std::uint64_t excess = usage.sessions - low_water(*limits_.max_sessions);
    return Order{Reason::sessions, unused_since,
                 static_cast<std::uint32_t>(std::min<std::uint64_t>(excess, kMostBySessions))};
  }
  if (shrinks(bytes_, usage.bytes, limits_.max_bytes)) {
    return Order{Reason::bytes, unused_since, kMostByBytes};
  }
  return std::nullopt;
}

void Policy::exhausted(Reason reason) {
  if (reason == Reason::age) age_done_ = true;
  if (reason == Reason::sessions) sessions_.exhausted = true;
  if (reason == Reason::bytes) bytes_.exhausted = true;
}

bool Policy::still_over(const Usage& usage) const {
  return (limits_.max_sessions && usage.sessions > *limits_.max_sessions) ||
         (limits_.max_bytes && usage.bytes > *limits_.max_bytes);
}

}  // namespace openclaw::retention
