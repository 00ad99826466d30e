// Lengths in decimal digits.
#include "netstring.hpp"

#include <charconv>

#include "error.hpp"

namespace openclaw::redis {

void add_netstring(std::string& to, std::string_view text) {
  to += std::to_string(text.size());
  to += ':';
  to += text;
  to += ',';
}

std::string_view take_netstring(std::string_view& from) {
  std::size_t length = 0;
  const char* const end = from.data() + from.size();
  const auto [colon, error] = std::from_chars(from.data(), end, length);
  const auto left = static_cast<std::size_t>(end - colon);
  if (error != std::errc{} || left < 2 || *colon != ':' || length > left - 2 ||
      colon[1 + length] != ',') {
    throw RedisError(RedisError::Kind::server, "a row in the store is none of ours", "FORM");
  }
  from.remove_prefix(static_cast<std::size_t>(colon - from.data()) + length + 2);
  return {colon + 1, length};
}

}  // namespace openclaw::redis
