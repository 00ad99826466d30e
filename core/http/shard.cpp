// Runs a loop's sweep while there is anything to sweep.
#include "core/http/shard.hpp"

#include <ctime>

namespace openclaw::http {

void Shard::add(std::shared_ptr<Peer> peer) {
  peers_.add(std::move(peer));
  if (!timer_) timer_ = loop_.after(period_, [this] { sweep(); });
}

void Shard::sweep() {
  timer_ = {};
  const runtime::TimePoint now = runtime::SteadyClock::now();
  peers_.for_each([now](Peer& peer) { peer.sweep(now); });
  if (!peers_.empty()) timer_ = loop_.after(period_, [this] { sweep(); });
}

void Shard::sweep_soon() {
  if (peers_.empty()) return;
  loop_.cancel(timer_);
  timer_ = loop_.after(question_deadline + runtime::Millis(1), [this] { sweep(); });
}

void Shard::cut_all() {
  while (const std::shared_ptr<Peer> peer = peers_.first()) {
    peer->cut();
    peers_.remove(*peer);
  }
  loop_.cancel(timer_);
}

std::string_view Shard::date() {
  return date_.at(std::time(nullptr));
}

}  // namespace openclaw::http
