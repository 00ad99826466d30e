// The headers are those of the official OpenAI and Anthropic clients' retry logic.
#include "openclaw/cpp/provider/retry_hint.hpp"

#include <strings.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <string>

namespace openclaw::sdk {

namespace {

constexpr double kDayMs = 24.0 * 3600 * 1000;

/// A plain non-negative decimal number at the front of `text`, which moves past it.
std::optional<double> take_number(std::string_view& text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return value;
}

std::optional<double> number(std::string_view text) {
  const auto value = take_number(text);
  return value && text.empty() ? value : std::nullopt;
}

/// "6m0s", "1h2m3.5s", "20ms" in milliseconds.
std::optional<double> duration_ms(std::string_view text) {
  double total = 0;
  if (text.empty()) return std::nullopt;
  while (!text.empty()) {
    const auto value = take_number(text);
    if (!value) return std::nullopt;
    const auto digit = [](char c) { return c >= '0' && c <= '9'; };
    const auto unit_end = std::find_if(text.begin(), text.end(), digit);
    const auto unit = text.substr(0, static_cast<std::size_t>(unit_end - text.begin()));
    if (unit == "ms") {
      total += *value;
    } else if (unit == "s") {
      total += *value * 1000;
    } else if (unit == "m") {
      total += *value * 60'000;
    } else if (unit == "h") {
      total += *value * 3'600'000;
    } else if (unit == "d") {
      total += *value * kDayMs;
    } else {
      return std::nullopt;
    }
    text.remove_prefix(unit.size());
  }
  return total;
}

/// Milliseconds from now until a date written in `format`, in UTC.
std::optional<double> until(std::string_view text, const char* format, std::int64_t unix_ms) {
  std::tm tm{};
  const std::string terminated(text);
  const char* end = ::strptime(terminated.c_str(), format, &tm);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return static_cast<double>(::timegm(&tm)) * 1000.0 - static_cast<double>(unix_ms);
}

std::optional<double> reset_ms(std::string_view text, std::int64_t unix_ms) {
  if (const auto d = duration_ms(text)) return d;
  return until(text, "%Y-%m-%dT%H:%M:%SZ", unix_ms);
}

std::uint32_t bounded(double ms) {
  return static_cast<std::uint32_t>(std::clamp(std::ceil(ms), 1.0, kDayMs));
}

}  // namespace

std::string_view find_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() && ::strncasecmp(key.data(), name.data(), name.size()) == 0)
      return value;
  }
  return {};
}

std::uint32_t retry_after_ms(const Headers& headers, std::int64_t unix_ms) {
  if (const auto ms = number(find_header(headers, "retry-after-ms"))) return bounded(*ms);
  const auto after = find_header(headers, "retry-after");
  if (const auto seconds = number(after)) return bounded(*seconds * 1000);
  if (const auto ms = until(after, "%a, %d %b %Y %H:%M:%S GMT", unix_ms)) return bounded(*ms);
  double longest = 0;
  for (const std::string prefix : {"x-ratelimit-", "anthropic-ratelimit-"}) {
    for (const std::string what : {"requests", "tokens", "input-tokens", "output-tokens"}) {
      // OpenAI writes x-ratelimit-remaining-tokens, Anthropic anthropic-ratelimit-tokens-remaining.
      const bool openai = prefix.front() == 'x';
      const auto name = [&](const std::string& field) {
        return openai ? prefix + field + "-" + what : prefix + what + "-" + field;
      };
      if (find_header(headers, name("remaining")) != "0") continue;
      longest =
          std::max(longest, reset_ms(find_header(headers, name("reset")), unix_ms).value_or(0.0));
    }
  }
  return longest > 0 ? bounded(longest) : 0;
}

std::optional<bool> should_retry(const Headers& headers) {
  const auto value = find_header(headers, "x-should-retry");
  if (value == "true") return true;
  if (value == "false") return false;
  return std::nullopt;
}

}  // namespace openclaw::sdk
