// Writes text into a rendering as atoms: graphemes, escaped, with what a cut behind each would be.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/render/chunk.hpp"
#include "core/render/rendered.hpp"
#include "core/render/span_states.hpp"

namespace openclaw::render {

class AtomWriter {
 public:
  /// What stands at the beginning of a block's second and further lines.
  struct Line {
    std::string marked, plain;
  };

  AtomWriter(Rendered& out, SpanStates& states, const Dialect& dialect, std::size_t limit,
             Unit unit);

  /// One atom, as it is: it may hold markup.
  void fixed(std::string_view marked, std::string_view plain, std::uint32_t state, Cut cut);
  /// Between two blocks; `quote` stands before an empty line and before the next.
  void gap(std::string_view quote, std::string_view plain_quote, std::uint32_t state, bool tight,
           bool after_heading);

  // A block's text is gathered first: a grapheme may begin in one style and end in another.
  void begin_block(std::uint32_t base, Line line, bool literal);
  void add(std::string_view text, std::uint32_t state, bool code);
  /// Only in the plain text, behind what was added last.
  void add_plain_behind(std::string text);
  void end_block();

 private:
  struct Part {
    std::size_t end = 0;  ///< in text_
    std::uint32_t state = 0;
    bool code = false;
    std::string plain_behind;
  };
  void write(std::string_view grapheme, std::size_t size, const Part& part, bool in_url);
  void write_escaped(char c, const Escapes& escapes, Atom& atom);
  void write_newline(const Part& part);
  /// White space between two styles belongs to neither, since most platforms take `* this*` for
  /// text.
  void settle_blanks(std::size_t first);
  [[nodiscard]] Cut cut_behind(std::string_view grapheme, bool code) const;

  Rendered& out_;
  SpanStates& states_;
  const Dialect& dialect_;
  std::size_t largest_;
  Unit unit_;
  std::uint32_t base_ = 0;
  Line line_;
  bool literal_ = false;
  std::string text_;
  std::vector<Part> parts_;
};

}  // namespace openclaw::render
