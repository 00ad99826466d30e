// A text in a platform's format, not yet cut: what it is made of, and what it takes to cut it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "core/render/dialect.hpp"

namespace openclaw::render {

/// How good a place is to cut, worst first. A break in code is uglier than one between lines,
/// better than one in a line.
enum class Cut : std::uint8_t { never, hard, space, sentence, code_line, line, paragraph };

/// The least that is never taken apart: mostly a grapheme, escaped.
struct Atom {
  std::uint32_t marked = 0;      ///< where it begins in Rendered::marked
  std::uint32_t plain = 0;       ///< where it begins in Rendered::plain
  std::uint32_t size = 0;        ///< in the platform's unit, as the platform counts
  std::uint32_t plain_size = 0;  ///< in the platform's unit
  std::uint32_t state = 0;       ///< which markup it lies in
  Cut cut = Cut::hard;           ///< what a cut behind it would be
  bool blank = false;            ///< dropped at a cut
  bool newline = false;          ///< what follows begins a line
  bool code = false;
};

struct Cost {
  std::size_t size = 0, plain_size = 0, bytes = 0;

  Cost& operator+=(const Cost& other) {
    size += other.size;
    plain_size += other.plain_size;
    bytes += other.bytes;
    return *this;
  }
  friend Cost operator+(Cost a, const Cost& b) { return a += b; }
};

/// Markup that is opened and closed, in each chunk anew.
struct Span {
  Markup marked;
  std::string plain_before;  ///< what the plain text has at its beginning
  Cost open, close;
};

/// The spans that are open, outermost first.
struct State {
  std::vector<std::uint32_t> spans;
  Cost close;  ///< of all of them
};

/// Text that is all in `marked` and `plain`, but for the spans' markup.
struct Rendered {
  std::string marked, plain;
  std::vector<Atom> atoms;
  std::vector<Span> spans;
  std::vector<State> states{{}};  ///< the first has no spans

  [[nodiscard]] std::size_t marked_end(std::size_t atom) const {
    return atom + 1 < atoms.size() ? atoms[atom + 1].marked : marked.size();
  }
  [[nodiscard]] std::size_t plain_end(std::size_t atom) const {
    return atom + 1 < atoms.size() ? atoms[atom + 1].plain : plain.size();
  }
};

}  // namespace openclaw::render
