// Deadlines.
#include "error.hpp"

#include <algorithm>

namespace openclaw::redis {

TimePoint deadline_in(std::uint32_t ms) {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(ms);
}

int poll_ms(TimePoint deadline) {
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - std::chrono::steady_clock::now());
  if (left.count() <= 0) throw RedisError(RedisError::Kind::deadline, "no answer in time");
  return static_cast<int>(std::min<long>(left.count(), 60'000));
}

}  // namespace openclaw::redis
