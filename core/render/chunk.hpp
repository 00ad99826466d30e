// Cuts Markdown that is passed on as written into messages that fit a platform's limit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::render {

/// What a platform counts: Telegram UTF-16 units, Discord and WhatsApp code points, IRC bytes.
enum class Unit : std::uint8_t { utf16, codepoints, bytes };

/// The text with every invalid sequence replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

/// Invalid sequences count as the U+FFFD that valid_utf8() puts there.
std::size_t length(std::string_view text, Unit unit);

/// A code fence that is cut is closed in the one chunk and reopened, with its language, in the
/// next; one that the text leaves open is closed at the end. White space at the cuts is dropped,
/// blank chunks too, so a blank text has none. Breaks at paragraph, newline, sentence, space, else
/// hard; inside a grapheme only when it alone does not fit. A limit below 32 counts as 32. Time and
/// memory are linear in the text.
std::vector<std::string> chunk(std::string_view text, std::size_t limit, Unit unit);

}  // namespace openclaw::render
