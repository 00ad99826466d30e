// Asks again while it is worth it, see sdk::HolderWatch.
#include "store_lease.hpp"

#include <thread>

#include "openclaw/cpp/holder_watch.hpp"
#include "openclaw/cpp/storage.hpp"

namespace openclaw::postgres {

namespace {

sdk::StoreError refused(const Claim& found, const std::string& more) {
  std::string words = found.refusal;
  if (const auto mark = words.find("%H"); mark != std::string::npos) {
    words.replace(mark, 2, sdk::name_of_holder(found.holder));
  }
  return {OC_E_AGAIN, words + more};
}

}  // namespace

void claim(const std::function<Claim(const Known&)>& attempt, TimePoint deadline) {
  using Next = sdk::HolderWatch::Next;
  sdk::HolderWatch watch(deadline);
  while (true) {
    Known known;
    for (const auto& holder : watch.gone()) known.gone += holder + "\n";
    known.mark = watch.mark();
    known.waited_ms = watch.waited_ms(std::chrono::steady_clock::now());
    const Claim found = attempt(known);
    if (found.done) return;
    const sdk::Fate fate = sdk::fate_of_holder(found.holder);
    const TimePoint now = std::chrono::steady_clock::now();
    const auto step = found.lapsed
                          ? watch.await_renewal(found.holder, fate, found.left_ms, found.mark, now)
                          : watch.meet(found.holder, fate, found.left_ms, now);
    if (step.next == Next::it_lives) throw refused(found, "");
    if (step.next == Next::no_time) {
      const std::string left = std::to_string(found.left_ms) + " ms more";
      throw refused(found, found.lapsed ? "; it is given " + left + " to renew its lease"
                                        : "; its lease lasts " + left);
    }
    std::this_thread::sleep_for(step.pause);
  }
}

}  // namespace openclaw::postgres
