// SUBSCRIBE, and short sleeps where the user may not.
#include "listener.hpp"

#include <algorithm>
#include <thread>

namespace openclaw::redis {

namespace {

/// A user without the right to subscribe is a matter of settings: it is seldom tried again.
constexpr std::chrono::seconds kAfterRefusal{60}, kAfterFailure{2};
constexpr std::chrono::milliseconds kLongestNap{200};
constexpr std::uint32_t kConnectMs = 5'000;

void nap(TimePoint until) {
  std::this_thread::sleep_until(std::min(until, std::chrono::steady_clock::now() + kLongestNap));
}

}  // namespace

Listener::Listener(const Settings& settings)
    : channel_(wake_channel(settings)), link_(settings.address) {}

/// Whether it has begun to listen just now. Throws RedisError.
bool Listener::listen(TimePoint until) {
  if (link_.is_open()) return false;
  const TimePoint deadline = std::min(until, deadline_in(kConnectMs));
  try {
    link_.open(deadline);
    link_.subscribe(channel_, deadline);
  } catch (const RedisError& error) {
    link_.close();
    const bool refused =
        error.kind == RedisError::Kind::server || error.kind == RedisError::Kind::refused;
    retry_at_ = std::chrono::steady_clock::now();
    retry_at_ += refused ? kAfterRefusal : kAfterFailure;
    throw;
  }
  return true;
}

void Listener::wait(std::string_view instance, TimePoint until) {
  const auto is_for_us = [&](Item push) {
    if (push.size() != 3 || push[0].text() != "message") return false;
    return push[2].text() == "*" || push[2].text() == instance;
  };
  try {
    if (!link_.is_open() && std::chrono::steady_clock::now() < retry_at_) return nap(until);
    if (listen(until)) return;
    for (bool woken = false; !woken;) {
      auto push = link_.next_push(until);
      if (!push) return;
      // Whatever else has come by now is seen by the same look.
      for (; push; push = link_.next_push({})) woken = woken || is_for_us(*push);
    }
  } catch (const RedisError&) {
    nap(until);
  }
}

}  // namespace openclaw::redis
