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

void claim(const std::function<Claim(const std::string& gone)>& attempt, TimePoint deadline) {
  using Next = sdk::HolderWatch::Next;
  sdk::HolderWatch watch(deadline);
  while (true) {
    std::string gone;
    for (const auto& holder : watch.gone()) gone += holder + "\n";
    const Claim found = attempt(gone);
    if (found.done) return;
    const auto step = watch.meet(found.holder, sdk::fate_of_holder(found.holder), found.left_ms,
                                 std::chrono::steady_clock::now());
    if (step.next == Next::it_lives) throw refused(found, "");
    if (step.next == Next::no_time) {
      throw refused(found, "; its lease lasts " + std::to_string(found.left_ms) + " ms more");
    }
    std::this_thread::sleep_for(step.pause);
  }
}

}  // namespace openclaw::postgres
