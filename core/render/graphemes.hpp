// Splits text into what a reader sees as characters, with their size in a platform's unit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/render/chunk.hpp"

namespace openclaw::render {

struct Grapheme {
  std::size_t begin = 0;  ///< byte offset
  std::uint32_t size = 0;
};

/// `text` must be valid UTF-8. A cluster larger than `max_size` units (stacked accents) is given as
/// its code points.
std::vector<Grapheme> graphemes(std::string_view text, Unit unit, std::size_t max_size);

}  // namespace openclaw::render
