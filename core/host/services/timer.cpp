// "oc.timer/1": monotonic timers of a plugin, on its loop.
#include "openclaw/host/timer.h"

#include <chrono>

#include "core/host/instance.hpp"
#include "core/host/services/services.hpp"
#include "core/runtime/wall_clock.hpp"

namespace openclaw::host {

namespace {

using runtime::Millis;

constexpr std::uint64_t kLongest = 366ULL * 24 * 3600 * 1000;

oc_op after(oc_host* host, std::uint64_t ms, oc_done_fn done, void* user) noexcept {
  Instance& self = Instance::of(host);
  if (!self.loop().on_loop() || done == nullptr) return 0;
  const oc_op op = self.requests().open({done, user, {}, 0, {}, 0});
  if (op == 0) return 0;
  self.requests().find(op)->timer =
      self.loop().after(Millis(std::min(ms, kLongest)), [handle = self.handle(), op] {
        if (*handle == nullptr) return;
        if (Instance::Request* open = (*handle)->requests().find(op)) open->timer = {};
        (*handle)->answer(op, std::nullopt, {}, {});
      });
  return op;
}

std::int64_t now_ms(oc_host*) noexcept {
  return std::chrono::duration_cast<Millis>(runtime::SteadyClock::now().time_since_epoch()).count();
}

std::int64_t unix_ms(oc_host*) noexcept {
  return runtime::unix_ms();
}

}  // namespace

const void* services::timer() {
  static const oc_timer table = {sizeof(oc_timer), 0, &after, &now_ms, &unix_ms};
  return &table;
}

}  // namespace openclaw::host
