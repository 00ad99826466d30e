// What fits into a column: sizes of texts, and unsigned numbers that SQLite can hold.
#pragma once

#include <cstdint>
#include <limits>

#include "openclaw/abi.h"

namespace openclaw::sqlite {

constexpr std::uint64_t kLongestKey = 8 << 10;    // session, channel, event id, key ...
constexpr std::uint64_t kLongestText = 32 << 20;  // payload, transcript text, value ...

template <class... Strings>
bool keys_fit(const Strings&... s) {
  return ((s.len <= kLongestKey) && ...);
}
template <class... Strings>
bool texts_fit(const Strings&... s) {
  return ((s.len <= kLongestText) && ...);
}

constexpr std::uint64_t kLargestNumber = std::numeric_limits<std::int64_t>::max();
inline std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

}  // namespace openclaw::sqlite
