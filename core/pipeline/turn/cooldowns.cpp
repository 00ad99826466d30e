#include "core/pipeline/turn/cooldowns.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace openclaw::pipeline {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr std::array<seconds, 3> kSteps{seconds(30), seconds(60), seconds(300)};
constexpr seconds kLongestRetryAfter = hours(1);  // nobody's header may switch a provider off
constexpr seconds kProbeEvery(10);
constexpr seconds kBillingFirst = hours(5), kBillingCap = hours(24);

bool says_something_about_the_provider(Errc code) {
  return code == Errc::rate || code == Errc::network || code == Errc::deadline ||
         code == Errc::auth || code == Errc::plugin;
}

}  // namespace

void Cooldowns::succeeded(const ProviderRef& ref, TimePoint) {
  entries_.erase(ref);
}

void Cooldowns::failed(const ProviderRef& ref, const Error& error, bool billing, TimePoint now) {
  if (!billing && !says_something_about_the_provider(error.code)) return;
  if (!entries_.contains(ref)) make_room(now);
  Entry& entry = entries_[ref];
  entry.asked = now;
  if (entry.until > now && (entry.operator_needed || !billing)) return;
  TimePoint::duration pause;
  if (billing) {
    const std::uint32_t doublings = std::min(entry.billing_failures++, 3U);
    pause = std::min(kBillingFirst * (1 << doublings), kBillingCap);
  } else {
    pause = kSteps[std::min<std::size_t>(entry.failures++, kSteps.size() - 1)];
    const TimePoint::duration asked = Millis(error.retry_after_ms);
    pause = std::max(pause, std::min<TimePoint::duration>(asked, kLongestRetryAfter));
    if (error.retry_after_ms != 0) entry.told_to = now + pause;
  }
  entry.operator_needed = billing || error.code == Errc::auth;
  entry.until = now + pause;
}

bool Cooldowns::probe(const ProviderRef& ref, TimePoint now) {
  const auto found = entries_.find(ref);
  if (found == entries_.end()) return true;
  Entry& entry = found->second;
  if (now < entry.told_to || now - entry.asked < kProbeEvery) return false;
  entry.asked = now;
  return true;
}

bool Cooldowns::available(const ProviderRef& ref, TimePoint now) const {
  const auto found = entries_.find(ref);
  return found == entries_.end() || found->second.until <= now;
}

std::optional<TimePoint> Cooldowns::until(const ProviderRef& ref) const {
  const auto found = entries_.find(ref);
  if (found == entries_.end()) return std::nullopt;
  return found->second.until;
}

bool Cooldowns::passes_by_itself(const ProviderRef& ref) const {
  const auto found = entries_.find(ref);
  return found == entries_.end() || !found->second.operator_needed;
}

void Cooldowns::make_room(TimePoint now) {
  if (entries_.size() < kMaxEntries) return;
  std::erase_if(entries_, [&](const auto& e) { return e.second.until <= now; });
  if (entries_.size() < kMaxEntries) return;
  entries_.erase(std::min_element(entries_.begin(), entries_.end(), [](auto& a, auto& b) {
    return a.second.until < b.second.until;
  }));
}

}  // namespace openclaw::pipeline
