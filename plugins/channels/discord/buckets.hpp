// Which REST request may go now, and when to come back with one that may not.
//
// Discord's limits are per bucket (named by its answers) and top-level resource, 50/s in all, and a
// ban for those who collect 10,000 refusals in ten minutes. No I/O; the clock is handed in.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "answer.hpp"
#include "openclaw/cpp/channel/pace.hpp"

namespace openclaw::discord {

/// What Discord counts together: a method and its path with the ids left out, but for the channel.
struct Route {
  std::string name;      ///< "POST channels/messages"
  std::string resource;  ///< "channels/123", or empty
};

/// Counts 401, 403 and 429 over the last ten minutes.
class RefusalCount {
 public:
  /// Discord bans the address at 10,000; who is far from that has another mistake to look for.
  static constexpr std::uint32_t kStop = 1'000;
  void add(std::int64_t now_ms);
  /// 0: go on. Else how long to stay silent.
  [[nodiscard]] std::uint32_t wait_ms(std::int64_t now_ms) const;

 private:
  static constexpr std::int64_t kSliceMs = 60'000;
  static constexpr std::size_t kSlices = 10;
  struct Slice {
    std::int64_t number = -1;
    std::uint32_t count = 0;
  };
  std::array<Slice, kSlices> slices_;
};

class Buckets {
 public:
  /// How long to stay away while the one before it is under way and the limit not yet known.
  static constexpr std::uint32_t kUnderWayMs = 250;
  static constexpr std::uint32_t kAsideMs = 1'000;

  /// 0: it goes now, and done() follows. Else in how many milliseconds to come back; the place is
  /// kept until then.
  std::uint32_t begin(const Route& route, std::int64_t now_ms);
  /// For what gives way to all else. 0: it goes now, and done() follows. Else in how many
  /// milliseconds to ask again, if at all; no place is kept.
  std::uint32_t begin_aside(const Route& route, std::int64_t now_ms);
  /// Its answer, whatever that was.
  void done(const Route& route, const Answer& answer, std::int64_t now_ms);

  /// How many buckets it knows something about.
  [[nodiscard]] std::size_t remembered() const { return buckets_.size(); }
  /// Not 0: too many refusals, nothing goes.
  [[nodiscard]] std::uint32_t silent_ms(std::int64_t now_ms) const {
    return refusals_.wait_ms(now_ms);
  }

 private:
  static constexpr std::size_t kRemembered = 2'048;
  struct Bucket {
    std::int64_t remaining = 0;
    std::int64_t resets_at_ms = 0;
  };
  Bucket& bucket_of(const Route& route, std::int64_t now_ms);
  /// How long the route's own limit holds it up; 0: it does not.
  std::uint32_t bucket_wait_ms(const Route& route, std::int64_t now_ms);
  void release(const Route& route);
  std::string key_of(const Route& route) const;

  std::map<std::string, std::string> names_;        ///< route → the bucket that Discord named
  std::map<std::string, Bucket> buckets_;           ///< bucket and resource
  std::map<std::string, std::uint32_t> under_way_;  ///< route and resource
  std::int64_t global_until_ms_ = 0;
  std::uint32_t spread_ = 0;
  /// Below 50/s, because others use the same token's limit too.
  sdk::Pace all_{25, 10};
  RefusalCount refusals_;
};

}  // namespace openclaw::discord
