// Finds out whether a holder lives.
#include "claim.hpp"

#include <algorithm>
#include <limits>
#include <thread>

#include "openclaw/cpp/holder.hpp"
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
  std::string gone, before;
  std::int64_t left_before = 0;
  while (true) {
    const Claim found = attempt(gone);
    if (found.done) return;
    const sdk::Fate fate = sdk::fate_of_holder(found.holder);
    // A lease that grew was renewed: its holder lives.
    const bool renewed = found.holder == before && found.left_ms > left_before;
    if (fate == sdk::Fate::lives || renewed) throw refused(found, "");
    if (fate == sdk::Fate::gone) {
      gone += found.holder + "\n";
      continue;
    }
    before = found.holder;
    left_before = found.left_ms;
    const auto pause = std::chrono::milliseconds(std::clamp<std::int64_t>(found.left_ms, 10, 500));
    if (std::chrono::steady_clock::now() + pause >= deadline) {
      throw refused(found, "; its lease lasts " + std::to_string(found.left_ms) + " ms more");
    }
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace openclaw::postgres
