// Telegram counts text in UTF-16 code units; these functions cut valid UTF-8 by that measure.
#pragma once

#include <cstdint>
#include <string_view>

namespace openclaw::telegram {

std::size_t utf16_length(std::string_view utf8);

/// The part from unit `offset` on, at most `length` units; never half a character.
std::string_view utf16_slice(std::string_view utf8, std::size_t offset, std::size_t length);

/// The longest end of `utf8` of at most `units` units.
std::string_view utf16_tail(std::string_view utf8, std::size_t units);

}  // namespace openclaw::telegram
