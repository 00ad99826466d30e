#include "core/render/span_states.hpp"

#include <algorithm>

namespace openclaw::render {

SpanStates::SpanStates(Rendered& rendered, const Dialect& dialect, std::size_t limit, Unit unit)
    : rendered_(rendered),
      counts_text_(dialect.counts_text),
      most_(limit / 4),
      most_bytes_(dialect.max_bytes == 0 ? SIZE_MAX : dialect.max_bytes / 4),
      unit_(unit) {}

Cost SpanStates::cost_of(std::string_view marked, std::string_view plain) const {
  return {counts_text_ ? 0 : length(marked, unit_), length(plain, unit_), marked.size()};
}

std::uint32_t SpanStates::add(Markup markup, std::string plain_before) {
  Span span;
  span.open = cost_of(markup.before, plain_before);
  span.close = cost_of(markup.after, {});
  span.marked = std::move(markup);
  span.plain_before = std::move(plain_before);
  rendered_.spans.push_back(std::move(span));
  return static_cast<std::uint32_t>(rendered_.spans.size() - 1);
}

bool SpanStates::fits(const Markup& markup) const {
  const std::string both = markup.before + markup.after;
  return length(both, unit_) <= most_ && both.size() <= most_bytes_;
}

bool SpanStates::room_for(const State& state, const Span& span) const {
  Cost all = span.open + span.close;
  for (const auto other : state.spans) {
    const Span& open = rendered_.spans[other];
    // A heading that is bold anyway needs no bold of its own; `*` in `*` would end it.
    if (open.marked.before == span.marked.before) return false;
    all += open.open + open.close;
  }
  return all.size <= most_ && all.plain_size <= most_ && all.bytes <= most_bytes_;
}

std::uint32_t SpanStates::intern(State state, std::uint32_t likely) {
  if (state.spans.empty()) return 0;
  if (rendered_.states[likely].spans == state.spans) return likely;
  for (const auto span : state.spans) state.close += rendered_.spans[span].close;
  rendered_.states.push_back(std::move(state));
  return static_cast<std::uint32_t>(rendered_.states.size() - 1);
}

std::uint32_t SpanStates::state(std::uint32_t base, const std::vector<std::uint32_t>& wanted,
                                std::uint32_t previous) {
  State out;
  out.spans = rendered_.states[base].spans;
  const auto& before = rendered_.states[previous].spans;
  const auto is_wanted = [&](std::uint32_t span) {
    return std::find(wanted.begin(), wanted.end(), span) != wanted.end();
  };
  if (before.size() > out.spans.size() &&
      std::equal(out.spans.begin(), out.spans.end(), before.begin())) {
    for (std::size_t i = out.spans.size(); i < before.size() && is_wanted(before[i]); ++i) {
      out.spans.push_back(before[i]);
    }
  }
  for (const auto span : wanted) {
    const bool open = std::find(out.spans.begin(), out.spans.end(), span) != out.spans.end();
    if (!open && room_for(out, rendered_.spans[span])) out.spans.push_back(span);
  }
  if (out.spans == rendered_.states[base].spans) return base;
  return intern(std::move(out), previous);
}

std::uint32_t SpanStates::common(std::uint32_t a, std::uint32_t b) {
  if (a == b) return a;
  const auto& first = rendered_.states[a].spans;
  const auto& second = rendered_.states[b].spans;
  std::size_t same = 0;
  while (same < first.size() && same < second.size() && first[same] == second[same]) ++same;
  if (same == first.size()) return a;
  if (same == second.size()) return b;
  State out;
  out.spans.assign(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(same));
  return intern(std::move(out), a);
}

}  // namespace openclaw::render
