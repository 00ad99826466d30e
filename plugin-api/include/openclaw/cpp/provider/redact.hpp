// Makes a foreign sentence fit for the operator's log: without keys, control characters or length.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace openclaw::sdk {

/// `text` with whatever looks like a credential replaced by "[redacted]", invalid UTF-8 by '?',
/// then cut to at most `limit` bytes at a character's border.
std::string redact(std::string_view text, std::size_t limit = 300);

}  // namespace openclaw::sdk
