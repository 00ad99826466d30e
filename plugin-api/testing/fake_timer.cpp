// The fake host's clock and timers, which move only when a test says so.
#include "fake_services.hpp"

namespace openclaw::testing {

oc_timer FakeHost::Services::make_timer() {
  return {sizeof(oc_timer), 0,
          [](oc_host* h, uint64_t ms, oc_done_fn done, void* user) noexcept {
            const oc_op op = host(h).expect(done, user);
            host(h).timers_.emplace(host(h).now_ms_ + static_cast<std::int64_t>(ms), op);
            return op;
          },
          [](oc_host* h) noexcept { return host(h).now_ms_; },
          [](oc_host* h) noexcept { return 1'790'000'000'000 + host(h).now_ms_; }};
}

void FakeHost::advance(std::uint64_t ms) {
  const std::int64_t end = now_ms_ + static_cast<std::int64_t>(ms);
  run();
  while (!timers_.empty() && timers_.begin()->first <= end) {
    now_ms_ = timers_.begin()->first;
    while (!timers_.empty() && timers_.begin()->first == now_ms_) {
      const oc_op op = timers_.begin()->second;
      timers_.erase(timers_.begin());
      finish_pending(op, {}, {}, {});
    }
    run();
  }
  now_ms_ = end;
}

std::size_t FakeHost::timers() const {
  return timers_.size();
}

}  // namespace openclaw::testing
