// One row of a store, in no engine's own form.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/runtime/error.hpp"

namespace openclaw::archive {

/// As OC_RECORD_* in openclaw/storage.h, which says what each field holds for which kind.
enum class Kind : std::uint8_t {
  counter = 1,
  session,
  entry,
  value,
  event,
  message,
  dead,
  reply,
};
constexpr std::size_t kKinds = 9;  ///< an array by kind; the first place is nobody's

/// "session"; its plural is for people.
const char* name_of(Kind kind);

struct Record {
  Kind kind = Kind::counter;
  std::uint32_t number = 0;
  std::uint64_t id = 0, epoch = 0, first = 0, next = 0;
  std::int64_t at_ms = 0, updated_ms = 0, expires_ms = 0;
  std::string session{}, agent{}, channel{}, account{}, ns{}, key{}, text{}, extra{};
  bool operator==(const Record&) const = default;
};

/// About what it takes in memory.
std::size_t bytes_of(const Record& record);

/// A line of JSON without its end; what is 0 or empty is left out. A text that is no UTF-8 becomes
/// {"base64": ...}.
std::string to_line(const Record& record);
Result<Record> from_line(std::string_view line);

/// How many of each kind, and a checksum that does not depend on their order.
class Tally {
 public:
  void add(Record const& record) { add(record.kind, to_line(record)); }
  void add(Kind kind, std::string_view line);
  [[nodiscard]] std::uint64_t of(Kind kind) const {
    return counts_[static_cast<std::size_t>(kind)];
  }
  [[nodiscard]] std::uint64_t all() const;
  /// 64 hexadecimal digits: the sum of the lines' SHA-256.
  [[nodiscard]] std::string checksum() const;
  bool operator==(const Tally&) const = default;

 private:
  std::array<std::uint64_t, kKinds> counts_{};
  std::array<std::uint64_t, 4> sum_{};
};

}  // namespace openclaw::archive
