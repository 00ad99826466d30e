// What an answer's headers say about its rate limit.
#pragma once

#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace openclaw::discord {

struct RateHeaders {
  std::string bucket;                     ///< X-RateLimit-Bucket, or empty
  std::optional<std::int64_t> remaining;  ///< X-RateLimit-Remaining
  std::optional<std::uint64_t> reset_ms;  ///< X-RateLimit-Reset-After
  std::optional<std::uint64_t> retry_ms;  ///< Retry-After
  bool shared = false;                    ///< X-RateLimit-Scope: others spend it too
};

/// Seconds with a fraction, as milliseconds rounded up; at most a day.
inline std::optional<std::uint64_t> milliseconds_of(std::string_view seconds) {
  const std::string text(seconds.substr(0, 32));
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (end == text.c_str() || *end != '\0' || !(value >= 0)) return std::nullopt;
  constexpr double kDay = 86'400;
  return static_cast<std::uint64_t>((value < kDay ? value : kDay) * 1000 + 0.999);
}

/// Takes one header in; the names come in any case.
inline void read_rate_header(RateHeaders& out, std::string_view name, std::string_view value) {
  std::string lower(name);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  if (lower == "x-ratelimit-bucket") out.bucket = value.substr(0, 64);
  if (lower == "x-ratelimit-scope") out.shared = value == "shared";
  if (lower == "x-ratelimit-reset-after") out.reset_ms = milliseconds_of(value);
  if (lower == "retry-after") out.retry_ms = milliseconds_of(value);
  if (lower == "x-ratelimit-remaining") {
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), n);
    if (error == std::errc{} && end == value.data() + value.size()) out.remaining = n;
  }
}

}  // namespace openclaw::discord
