// Discord's ids: decimal numbers of 64 bits, written as text.
#pragma once

#include <charconv>
#include <cstdint>
#include <string_view>

namespace openclaw::discord {

/// 0: not an id.
inline std::uint64_t snowflake_value(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // No sign, space or leading zero: an id stands in paths and is compared as text.
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && !text.empty() && text.front() != '0' ? value : 0;
}

inline bool is_snowflake(std::string_view text) {
  return snowflake_value(text) != 0;
}

/// When the id was made, Unix milliseconds.
inline std::int64_t snowflake_unix_ms(std::string_view text) {
  constexpr std::int64_t kDiscordEpochMs = 1'420'070'400'000;
  return static_cast<std::int64_t>(snowflake_value(text) >> 22U) + kDiscordEpochMs;
}

}  // namespace openclaw::discord
