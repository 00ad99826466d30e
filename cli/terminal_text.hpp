// Shows foreign text on a terminal without letting it steer the terminal.
#pragma once

#include <string>
#include <string_view>

namespace openclaw::cli {

/// Ids, names and reasons come from people and platforms: control characters (C0, DEL, C1), marks
/// that reorder text and bytes that are not UTF-8 become \u escapes or U+FFFD; the rest stays.
std::string printable(std::string_view text);

}  // namespace openclaw::cli
