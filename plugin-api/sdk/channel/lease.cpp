// The clock's word and the host's, brought together.
#include "openclaw/cpp/channel/lease.hpp"

#include <utility>

namespace openclaw::sdk {

void Lease::want() {
  if (stopped_) return;
  wanted_ = host_.want(name_, [this](bool held) { told(held); }) == OC_OK;
  look_later(kPatienceMs);
}

bool Lease::check() {
  if (stopped_ || !held_) return false;
  if (host_.held(name_)) return true;
  lapsed_ = true;
  look_later(kLookMs);
  change(false);
  return false;
}

void Lease::put_off(std::uint64_t ms) {
  release();
  if (stopped_) return;
  timer_ = host_.after(ms, [this] {
    timer_ = 0;
    want();
  });
}

void Lease::release() {
  host_.cancel(std::exchange(timer_, 0));
  held_ = lapsed_ = false;
  if (std::exchange(wanted_, false)) host_.release(name_);
}

void Lease::stop() {
  stopped_ = true;
  host_.cancel(std::exchange(timer_, 0));
}

void Lease::told(bool held) {
  if (stopped_) return;
  lapsed_ = false;
  host_.cancel(std::exchange(timer_, 0));
  change(held);
}

void Lease::change(bool held) {
  if (held == held_) return;
  held_ = held;
  if (held) {
    events_.granted();
  } else {
    events_.elsewhere();
  }
}

void Lease::look_later(std::uint64_t ms) {
  host_.cancel(std::exchange(timer_, 0));
  timer_ = host_.after(ms, [this] {
    timer_ = 0;
    look();
  });
}

void Lease::look() {
  if (!wanted_) return want();  // the host would not take the wish
  if (host_.held(name_)) {
    lapsed_ = false;
    change(true);
  } else if (lapsed_) {
    look_later(kLookMs);
  } else {
    events_.elsewhere();
  }
}

}  // namespace openclaw::sdk
