// Reads from an answer's headers when, and whether, to ask again.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "openclaw/cpp/host.hpp"

namespace openclaw::sdk {

/// The first header of that name (any case), or empty.
std::string_view find_header(const Headers& headers, std::string_view name);

/// Milliseconds until it is worth asking again, 0 = not said: retry-after-ms, then retry-after
/// (seconds or an HTTP date), then the reset of an exhausted (x-|anthropic-)ratelimit. At most a
/// day.
std::uint32_t retry_after_ms(const Headers& headers, std::int64_t unix_ms);

/// x-should-retry, where the provider says it.
std::optional<bool> should_retry(const Headers& headers);

}  // namespace openclaw::sdk
