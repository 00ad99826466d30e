// A message's text as lines of IRC, none of which a server will cut.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::irc {

/// Up to here each line of the text is a line of its own; a text with more has neighbours joined by
/// " / ", so that a list of forty words does not take a minute to send.
inline constexpr std::size_t kWholeLines = 8;

/// Lines of at most `budget` bytes (at least 16), cut at spaces where there are any, never inside
/// UTF-8. Control characters other than those of IRC's formatting are dropped, blank lines too, and
/// what is not UTF-8 is replaced: a server may end the connection over it. Empty: nothing to say.
std::vector<std::string> text_lines(std::string_view text, std::size_t budget);

}  // namespace openclaw::irc
