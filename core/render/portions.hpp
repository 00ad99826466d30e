// Divides a long Markdown text where nothing is torn apart, so that a parser's time stays linear.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace openclaw::render {

/// One portion when the text is no longer than `size`. Each is at most that long, and put together
/// they are the text. Divided at an empty line outside of code blocks, else at a newline, else
/// between two code points; a code block longer than a portion is torn apart.
std::vector<std::string_view> portions(std::string_view valid_utf8, std::size_t size);

}  // namespace openclaw::render
