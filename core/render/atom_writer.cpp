#include "core/render/atom_writer.hpp"

#include <algorithm>
#include <utility>

#include "core/render/graphemes.hpp"

namespace openclaw::render {
namespace {

/// More than any emoji takes; stacked accents may take any number.
constexpr std::size_t kLargestGrapheme = 128;

bool is_blank(std::string_view grapheme) {
  return grapheme == " " || grapheme == "\t";
}

/// Of ASCII: an address may follow Chinese without a space.
bool is_word(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Where the address ends that begins at `at`; `at`: none begins there. Parentheses belong to it in
/// pairs.
std::size_t end_of_url(std::string_view text, std::size_t at, std::size_t limit) {
  if (at > 0 && is_word(text[at - 1])) return at;
  const std::string_view rest = text.substr(at, limit - at);
  if (!rest.starts_with("http://") && !rest.starts_with("https://")) return at;
  std::size_t open = 0, i = 0;
  for (; i < rest.size(); ++i) {
    const char c = rest[i];
    if (std::string_view(" \t\n<>\"[]{}|`").find(c) != std::string_view::npos) break;
    if (c == '(') ++open;
    if (c == ')' && open-- == 0) break;
  }
  return at + i;
}

}  // namespace

AtomWriter::AtomWriter(Rendered& out, SpanStates& states, const Dialect& dialect, std::size_t limit,
                       Unit unit)
    : out_(out),
      states_(states),
      dialect_(dialect),
      largest_(std::min(limit / 4, kLargestGrapheme)),
      unit_(unit) {}

void AtomWriter::fixed(std::string_view marked, std::string_view plain, std::uint32_t state,
                       Cut cut) {
  Atom atom;
  atom.marked = static_cast<std::uint32_t>(out_.marked.size());
  atom.plain = static_cast<std::uint32_t>(out_.plain.size());
  atom.size = static_cast<std::uint32_t>(length(marked, unit_));
  atom.plain_size = static_cast<std::uint32_t>(length(plain, unit_));
  atom.state = state;
  atom.cut = cut;
  out_.atoms.push_back(atom);
  out_.marked += marked;
  out_.plain += plain;
}

void AtomWriter::gap(std::string_view quote, std::string_view plain_quote, std::uint32_t state,
                     bool tight, bool after_heading) {
  const auto lines = [&](std::string_view prefix) {
    const std::string line = "\n" + std::string(prefix);
    return tight ? line : line + line;
  };
  // A heading belongs to what follows it.
  fixed(lines(quote), lines(plain_quote), state,
        after_heading ? Cut::sentence
        : tight       ? Cut::line
                      : Cut::paragraph);
  out_.atoms.back().blank = out_.atoms.back().newline = true;
}

void AtomWriter::begin_block(std::uint32_t base, Line line, bool literal) {
  base_ = base;
  line_ = std::move(line);
  literal_ = literal;
  text_.clear();
  parts_.clear();
}

void AtomWriter::add(std::string_view text, std::uint32_t state, bool code) {
  if (text.empty()) return;
  text_ += text;
  parts_.push_back({text_.size(), state, code, {}});
}

void AtomWriter::add_plain_behind(std::string text) {
  if (parts_.empty()) return;
  Part& last = parts_.back();
  const std::size_t begin = parts_.size() < 2 ? 0 : parts_[parts_.size() - 2].end;
  const std::size_t end = std::exchange(last.end, text_.find_last_not_of(" \t\n") + 1);
  if (last.end <= begin) last.end = end;
  last.plain_behind = std::move(text);
  if (last.end < end) parts_.push_back({end, last.state, last.code, {}});
}

void AtomWriter::end_block() {
  const std::vector<Grapheme> all = graphemes(text_, unit_, largest_);
  const std::size_t first = out_.atoms.size();
  std::size_t part = 0, url_end = 0;
  const auto finish = [&] {
    const std::string& behind = parts_[part++].plain_behind;
    if (behind.empty() || out_.atoms.size() == first) return;
    out_.plain += behind;
    out_.atoms.back().plain_size += static_cast<std::uint32_t>(length(behind, unit_));
    out_.atoms.back().blank = false;
  };
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t begin = all[i].begin;
    const std::size_t end = i + 1 < all.size() ? all[i + 1].begin : text_.size();
    while (begin >= parts_[part].end) finish();
    const std::string_view grapheme = std::string_view(text_).substr(begin, end - begin);
    if (grapheme == "\n") {
      write_newline(parts_[part]);
      continue;
    }
    if (begin >= url_end) url_end = end_of_url(text_, begin, parts_[part].end);
    write(grapheme, all[i].size, parts_[part], begin < url_end);
  }
  while (part < parts_.size()) finish();
  settle_blanks(first);
}

void AtomWriter::write(std::string_view grapheme, std::size_t size, const Part& part, bool in_url) {
  const Escapes& escapes = part.code ? literal_ ? dialect_.in_code_block() : dialect_.in_code()
                           : in_url ? dialect_.in_url()
                                     : dialect_.escape;
  Atom atom;
  atom.marked = static_cast<std::uint32_t>(out_.marked.size());
  atom.plain = static_cast<std::uint32_t>(out_.plain.size());
  atom.plain_size = static_cast<std::uint32_t>(size);
  atom.size = atom.plain_size;
  atom.state = part.state;
  atom.code = part.code;
  atom.blank = is_blank(grapheme);
  atom.cut = cut_behind(grapheme, part.code);
  if (escapes.empty()) {
    out_.marked += grapheme;
  } else {
    for (const char c : grapheme) write_escaped(c, escapes, atom);
  }
  out_.plain += grapheme;
  out_.atoms.push_back(atom);
}

void AtomWriter::write_escaped(char c, const Escapes& escapes, Atom& atom) {
  const auto found = escapes.find(c);
  if (found == escapes.end()) {
    out_.marked += c;
    return;
  }
  out_.marked += found->second;
  if (!dialect_.counts_text) {
    atom.size += static_cast<std::uint32_t>(length(found->second, unit_)) - 1;
  }
}

void AtomWriter::write_newline(const Part& part) {
  const bool empty_line = !out_.atoms.empty() && out_.atoms.back().newline;
  const Cut cut = part.code ? Cut::code_line : empty_line ? Cut::paragraph : Cut::line;
  fixed("\n" + line_.marked, "\n" + line_.plain, part.state, cut);
  Atom& atom = out_.atoms.back();
  atom.code = part.code;
  atom.blank = atom.newline = true;
}

Cut AtomWriter::cut_behind(std::string_view grapheme, bool code) const {
  if (!is_blank(grapheme)) {
    const bool stop = grapheme == "。" || grapheme == "！" || grapheme == "？";
    return stop && !code ? Cut::sentence : Cut::hard;
  }
  const char before = out_.plain.empty() ? ' ' : out_.plain.back();
  return !code && (before == '.' || before == '!' || before == '?') ? Cut::sentence : Cut::space;
}

void AtomWriter::settle_blanks(std::size_t first) {
  const auto loose = [&](std::size_t i) { return out_.atoms[i].blank && !out_.atoms[i].code; };
  for (std::size_t i = first; i < out_.atoms.size(); ++i) {
    if (!loose(i)) continue;
    std::size_t end = i;
    bool newline = false;
    for (; end < out_.atoms.size() && loose(end); ++end) newline |= out_.atoms[end].newline;
    const std::uint32_t before = i > first ? out_.atoms[i - 1].state : base_;
    const std::uint32_t after = end < out_.atoms.size() ? out_.atoms[end].state : base_;
    // Two words of code are not one.
    const bool parts_code =
        i > first && end < out_.atoms.size() && out_.atoms[i - 1].code && out_.atoms[end].code;
    const bool outside = parts_code || (newline && dialect_.spans_end_at_line);
    const std::uint32_t state = outside ? base_ : states_.common(before, after);
    for (; i < end; ++i) out_.atoms[i].state = state;
  }
}

}  // namespace openclaw::render
