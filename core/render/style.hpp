// How a stretch of text looks.
#pragma once

#include <cstddef>
#include <cstdint>

namespace openclaw::render {

struct Style {
  bool bold = false, italic = false, strikethrough = false, code = false;
  std::uint32_t link = 0;  ///< its place in Document::links, from 1; 0: none

  bool operator==(const Style&) const = default;
};

/// A stretch of a text, up to the next run's beginning.
struct Run {
  std::size_t begin = 0;
  Style style;
};

}  // namespace openclaw::render
