// Finds the fenced code blocks of a Markdown text.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::render {

/// Offsets are in bytes.
struct Fence {
  std::size_t open = 0;     ///< where the opening line begins
  std::size_t info = 0;     ///< after its marker
  std::size_t content = 0;  ///< after the opening line
  std::size_t close = 0;    ///< where the closing line begins; the text's size when there is none
  std::size_t end = 0;      ///< where the closing line ends, before its newline
  std::string marker;       ///< "```"
  std::string language;     ///< what follows it, trimmed
};

/// In order of appearance. Markers longer than kMaxMarker are text: nothing could be reopened
/// within a small limit.
constexpr std::size_t kMaxMarker = 8;
std::vector<Fence> find_fences(std::string_view text);

}  // namespace openclaw::render
