// Keeps the spans that a rendering uses, with the states that they are open in.
#pragma once

#include <initializer_list>
#include <optional>

#include "core/render/chunk.hpp"
#include "core/render/rendered.hpp"

namespace openclaw::render {

class SpanStates {
 public:
  /// Markup that is open at once takes at most a quarter of a message; what would take more is left
  /// out, so that there is room for text in every chunk.
  SpanStates(Rendered& rendered, const Dialect& dialect, std::size_t limit, Unit unit);

  std::uint32_t add(Markup markup, std::string plain_before = {});
  /// Whether that markup alone is short enough to be used.
  [[nodiscard]] bool fits(const Markup& markup) const;

  /// `base` and within it `wanted`, inner ones last; what is open in `previous` already stays open
  /// where nesting allows it.
  std::uint32_t state(std::uint32_t base, const std::vector<std::uint32_t>& wanted,
                      std::uint32_t previous);
  /// What is open in both.
  std::uint32_t common(std::uint32_t a, std::uint32_t b);

 private:
  [[nodiscard]] Cost cost_of(std::string_view marked, std::string_view plain) const;
  [[nodiscard]] bool room_for(const State& state, const Span& span) const;
  std::uint32_t intern(State state, std::uint32_t likely);

  Rendered& rendered_;
  bool counts_text_;
  std::size_t most_, most_bytes_;
  Unit unit_;
};

}  // namespace openclaw::render
