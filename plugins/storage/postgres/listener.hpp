// Hears when there may be something to collect.
#pragma once

#include <string>
#include <string_view>

#include "link.hpp"

namespace openclaw::postgres {

/// LISTENs, where notifications come through at all: a pooler in transaction mode hands a client's
/// statements to servers that it shares. Then it is deaf, for good, and whoever waits looks for
/// itself every so often.
class Listener {
 public:
  [[nodiscard]] bool is_deaf() const { return deaf_; }
  /// Returns at the next notification for `instance` or for all, at `until`, or at once when it has
  /// only begun to listen, or is deaf. Throws PgError.
  void wait(Link& link, const std::string& schema, std::string_view instance, TimePoint until);
  /// The pause of one who is deaf.
  static void sleep(TimePoint until);

 private:
  void begin(Link& link, const std::string& schema, TimePoint until);

  TimePoint last_hint_{};
  std::uint64_t listening_ = 0;  ///< since that many openings of the link
  bool deaf_ = false;
};

}  // namespace openclaw::postgres
