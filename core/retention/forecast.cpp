#include "core/retention/forecast.hpp"

#include <algorithm>

namespace openclaw::retention {

Forecast forecast(const Limits& limits, Usage usage, std::int64_t unix_ms,
                  const std::vector<pipeline::SessionRow>& idle, bool whole) {
  Policy policy(limits);
  policy.begin(true);
  Forecast out;
  auto next = idle.begin();
  while (const auto order = policy.next(usage, unix_ms)) {
    std::uint32_t taken = 0;
    for (; taken < order->at_most && next != idle.end() && next->updated_ms < order->idle_before_ms;
         ++taken, ++next) {
      if (out.parts.empty() || out.parts.back().reason != order->reason) {
        out.parts.push_back({order->reason});
      }
      Forecast::Part& part = out.parts.back();
      ++part.sessions;
      part.entries += next->entries;
      part.bytes += next->bytes;
      usage.sessions -= std::min<std::uint64_t>(usage.sessions, 1);
      usage.bytes -= std::min(usage.bytes, next->bytes);
      out.sessions.push_back(*next);
    }
    if (taken > 0) continue;
    out.more = out.more || (next == idle.end() && !whole);
    policy.exhausted(order->reason);
  }
  const auto above = [](std::uint64_t used, const std::optional<std::uint64_t>& most) {
    return most && used > *most ? used - *most : 0;
  };
  if (!out.more) {
    out.over = {above(usage.sessions, limits.max_sessions), above(usage.bytes, limits.max_bytes)};
  }
  return out;
}

}  // namespace openclaw::retention
