// Remembers which providers failed lately.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "core/runtime/error.hpp"
#include "core/runtime/loop.hpp"

namespace openclaw::pipeline {
using runtime::Millis;
using runtime::TimePoint;

struct ProviderRef {
  std::string provider, model;
  auto operator<=>(const ProviderRef&) const = default;
};

/// Which providers are left alone for a while: 30 s, 1 min, then 5 min after each failure in a row;
/// apart from that 5 h doubling to 24 h when the account is out of money.
class Cooldowns {
 public:
  void succeeded(const ProviderRef& ref, TimePoint now);
  /// Counts Errc rate, network, deadline, auth and plugin. The others may be due to what was asked,
  /// and whoever asks must not take the provider away from everybody. Failures during a cooldown
  /// (calls begun before it) do not lengthen it.
  void failed(const ProviderRef& ref, const Error& error, bool billing, TimePoint now);
  /// Whether a turn that has nobody else may ask all the same: one may every ten seconds, so that
  /// an outage that is over is noticed. Not before the time that a provider itself has named.
  bool probe(const ProviderRef& ref, TimePoint now);
  /// The operator says that things are mended.
  void clear() { entries_.clear(); }
  [[nodiscard]] bool available(const ProviderRef& ref, TimePoint now) const;
  /// The end of the last cooldown, also when it has passed; nullopt when there was none.
  [[nodiscard]] std::optional<TimePoint> until(const ProviderRef& ref) const;
  /// False when only the operator can help (credentials, billing).
  [[nodiscard]] bool passes_by_itself(const ProviderRef& ref) const;

 private:
  static constexpr std::size_t kMaxEntries = 1024;  ///< clients of the HTTP API may name models
  struct Entry {
    std::uint32_t failures = 0, billing_failures = 0;
    TimePoint until{};
    TimePoint asked{};    ///< last, as far as is known here
    TimePoint told_to{};  ///< what the provider has named
    bool operator_needed = false;
  };
  void make_room(TimePoint now);

  std::map<ProviderRef, Entry> entries_;
};

}  // namespace openclaw::pipeline
