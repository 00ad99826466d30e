// Hears when there may be something to collect.
#pragma once

#include <string>
#include <string_view>

#include "link.hpp"
#include "settings.hpp"

namespace openclaw::redis {

/// A connection of its own, which is subscribed to what scripts publish. Used by one thread at a
/// time.
class Listener {
 public:
  explicit Listener(const Settings& settings);

  /// Until there may be something for `instance`: also at once when it begins to listen, since
  /// what came before was not heard, and after a moment where it cannot listen.
  void wait(std::string_view instance, TimePoint until);

 private:
  bool listen(TimePoint until);

  std::string channel_;
  Link link_;
  TimePoint retry_at_{};
};

}  // namespace openclaw::redis
