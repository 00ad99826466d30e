// Makes text fit to be shown on a terminal.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace openclaw::cli {

/// Ids, names and reasons come from people and platforms: control characters (C0, DEL, C1), marks
/// that reorder text and bytes that are not UTF-8 become \u escapes or U+FFFD; the rest stays.
std::string printable(std::string_view text);

/// "no gateway is running" → "No gateway is running."
std::string sentence(std::string text);

/// "90 s", "5 min", "3 h", "8 d"
std::string duration(std::int64_t seconds);

/// "1 message", "2 messages"
std::string counted(long count, const std::string& what);

}  // namespace openclaw::cli
