// The host brings one message at a time for a chat, so a pair needs no line of those who wait.
#include "send_rates.hpp"

#include <algorithm>

namespace openclaw::whatsapp {

std::uint32_t SendRates::begin(const Pair& pair, std::int64_t now_ms) {
  State& state = state_of(pair, now_ms);
  if (state.under_way) return kUnderWayMs;
  const auto number = numbers_.find(pair.number);
  std::int64_t due = std::max(
      {state.full_at_ms - kIntervalMs * (kBurst - 1), state.held_until_ms, back_at(all_, now_ms)});
  if (number != numbers_.end()) due = std::max(due, back_at(number->second, now_ms));
  if (due > now_ms) return static_cast<std::uint32_t>(due - now_ms);
  state.full_at_ms = std::max(state.full_at_ms, now_ms) + kIntervalMs;
  state.under_way = true;
  return 0;
}

void SendRates::done(const Pair& pair) {
  if (const auto it = pairs_.find(pair); it != pairs_.end()) it->second.under_way = false;
}

std::uint32_t SendRates::spend(const Pair& pair, std::int64_t now_ms) {
  if (const auto ms = held_ms(pair, now_ms)) return ms;
  State& state = state_of(pair, now_ms);
  const std::int64_t due = state.full_at_ms - kIntervalMs * (kBurst / 2);
  if (due > now_ms) return static_cast<std::uint32_t>(due - now_ms);
  state.full_at_ms = std::max(state.full_at_ms, now_ms) + kIntervalMs;
  return 0;
}

void SendRates::hold(Scope scope, const Pair& pair, std::uint32_t ms, std::int64_t now_ms) {
  const std::int64_t until = now_ms + std::int64_t{ms};
  const auto extend = [&](Held& held) {
    if (held.until_ms <= now_ms) held.told = 0;
    held.until_ms = std::max(held.until_ms, until);
  };
  switch (scope) {
    case Scope::message:
      break;
    case Scope::chat: {
      State& state = state_of(pair, now_ms);
      state.held_until_ms = std::max(state.held_until_ms, until);
      // Whatever we thought, Meta's count says that there is no credit left.
      state.full_at_ms = std::max(state.full_at_ms, now_ms + kIntervalMs * kBurst);
      break;
    }
    case Scope::number:
      extend(numbers_[pair.number]);
      break;
    case Scope::everything:
      extend(all_);
      break;
  }
}

std::uint32_t SendRates::held_ms(const Pair& pair, std::int64_t now_ms) const {
  std::int64_t until = all_.until_ms;
  if (const auto it = numbers_.find(pair.number); it != numbers_.end()) {
    until = std::max(until, it->second.until_ms);
  }
  if (const auto it = pairs_.find(pair); it != pairs_.end()) {
    until = std::max(until, it->second.held_until_ms);
  }
  return until > now_ms ? static_cast<std::uint32_t>(until - now_ms) : 0;
}

std::int64_t SendRates::back_at(Held& held, std::int64_t now_ms) {
  return held.until_ms > now_ms ? held.until_ms + kSpreadMs * held.told++ : 0;
}

SendRates::State& SendRates::state_of(const Pair& pair, std::int64_t now_ms) {
  if (pairs_.size() > forget_above_) {
    std::erase_if(pairs_, [now_ms](const auto& item) {
      const State& state = item.second;
      return !state.under_way && state.full_at_ms <= now_ms && state.held_until_ms <= now_ms;
    });
    std::erase_if(numbers_, [now_ms](const auto& item) { return item.second.until_ms <= now_ms; });
    // Looking at all is worth it again only when there are many more.
    forget_above_ = std::max(kRememberedPairs, 2 * pairs_.size());
  }
  return pairs_[pair];
}

}  // namespace openclaw::whatsapp
