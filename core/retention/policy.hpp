// Which conversations are to go, by the operator's limits.
#pragma once

#include <cstdint>
#include <optional>

namespace openclaw::retention {

/// storage.retention; a limit that is not given does not limit.
struct Limits {
  std::optional<std::int64_t> max_age_ms{};
  std::optional<std::uint64_t> max_sessions{}, max_bytes{};
};

struct Usage {
  std::uint64_t sessions = 0, bytes = 0;
};

enum class Reason : std::uint8_t { age, sessions, bytes };
const char* name_of(Reason reason);  ///< "age", "sessions", "bytes"

/// Sessions that were not used since then go, the longest unused first, at most so many before the
/// policy is asked again.
struct Order {
  Reason reason = Reason::age;
  std::int64_t idle_before_ms = 0;
  std::uint32_t at_most = 0;
};

/// One look at the store is begin(), then next() until it orders nothing. A limit of number or size
/// that was passed is fallen below by a fifth, so that not every new session costs an old one at
/// once. What was used in the last ten minutes never goes. No I/O.
class Policy {
 public:
  static constexpr std::int64_t kYoungMs = 10 * 60 * 1000;
  static constexpr std::uint64_t kLowWaterPercent = 80;

  explicit Policy(Limits limits) : limits_(limits) {}

  /// `calendar_is_right`: the age of what is stored can be told; otherwise nothing goes for it.
  void begin(bool calendar_is_right);
  [[nodiscard]] std::optional<Order> next(const Usage& usage, std::int64_t unix_ms);
  /// The order found nothing more to remove.
  void exhausted(Reason reason);
  /// Over a limit, and all that is left is in use.
  [[nodiscard]] bool still_over(const Usage& usage) const;

 private:
  struct Mark {
    bool shrinking = false, exhausted = false;
  };
  static bool shrinks(Mark& mark, std::uint64_t used, const std::optional<std::uint64_t>& most);

  Limits limits_;
  Mark sessions_, bytes_;
  bool age_done_ = true;
};

}  // namespace openclaw::retention
