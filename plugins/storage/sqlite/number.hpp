// Unsigned numbers of the ABI as SQLite's signed ones.
#pragma once

#include <cstdint>

namespace openclaw::sqlite {

/// What no engine can hold was refused before (sdk::nonsense).
inline std::int64_t number(std::uint64_t value) {
  return static_cast<std::int64_t>(value);
}

}  // namespace openclaw::sqlite
