#include "core/render/renderer.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "core/render/atom_writer.hpp"
#include "core/render/span_states.hpp"

namespace openclaw::render {
namespace {

constexpr std::string_view kPlainQuote = "> ";
constexpr std::uint32_t kNoSpan = UINT32_MAX;

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

/// No run of three backticks, which would close the block that they stand in.
std::string without_fences(std::string_view text) {
  std::string out;
  std::size_t run = 0;
  for (const char c : text) {
    if (c == '`' && run == 2) {
      out += "\u200B";
      run = 0;
    }
    run = c == '`' ? run + 1 : 0;
    out += c;
  }
  return out;
}

bool is_address(std::string_view text) {
  return text.find("://") != std::string_view::npos;
}

class Renderer {
 public:
  Renderer(const Document& document, const Dialect& dialect, std::size_t limit, Unit unit)
      : document_(document),
        dialect_(dialect),
        states_(out_, dialect, limit, unit),
        writer_(out_, states_, dialect, limit, unit) {
    bold_ = span_of(dialect.bold);
    italic_ = span_of(dialect.italic);
    strikethrough_ = span_of(dialect.strikethrough);
    code_ = span_of(dialect.code);
    link_spans_.assign(document.links.size(), std::nullopt);
    out_.marked.reserve(document.text.size());
    out_.plain.reserve(document.text.size());
    out_.atoms.reserve(document.text.size());
    if (dialect.bare_addresses) leave_addresses_bare();
  }

  Rendered run() {
    for (std::size_t i = 0; i < document_.blocks.size(); ++i) {
      // Code of empty lines alone: Discord would take its end for its text.
      const bool blank = text_of(i).find_first_not_of('\n') == std::string_view::npos;
      if (blank && document_.blocks[i].kind != BlockKind::rule && !document_.blocks[i].begins_item)
        continue;
      write_block(i);
    }
    return std::move(out_);
  }

 private:
  std::uint32_t span_of(const std::optional<Markup>& markup) {
    return markup ? states_.add(*markup) : kNoSpan;
  }

  /// Without the newline that ends a code block.
  [[nodiscard]] std::string_view text_of(std::size_t block) const {
    const Block& b = document_.blocks[block];
    std::string_view text =
        std::string_view(document_.text).substr(b.begin, document_.end_of(block) - b.begin);
    if (b.kind == BlockKind::code && text.ends_with('\n')) text.remove_suffix(1);
    return text;
  }
  [[nodiscard]] bool is_literal(const Block& block) const {
    return block.kind == BlockKind::code || block.kind == BlockKind::table;
  }

  /// The quote a block lies in, as a state; the lines of it that follow the first begin with
  /// quote_line_. Neighbours in the same quote share it.
  std::uint32_t quote_state(const Block& block) {
    std::size_t quotes = block.quotes;
    const bool by_line = !dialect_.quote;
    if (by_line && is_literal(block) && begins_line(dialect_.code_block)) quotes = 0;
    if (quotes != quotes_) {
      quotes_ = quotes;
      const std::string plain = repeated(kPlainQuote, quotes);
      quote_line_ = by_line ? repeated(dialect_.quote_line, quotes) : std::string();
      plain_quote_line_ = plain;
      quote_ = 0;
      if (quotes > 0) {
        const auto span = states_.add(by_line ? Markup{quote_line_, {}} : *dialect_.quote, plain);
        quote_ = states_.state(0, {span}, 0);
        if (quote_ == 0) quote_line_.clear(), plain_quote_line_.clear();
      }
    }
    return quote_;
  }

  std::uint32_t block_state(const Block& block, std::uint32_t quote) {
    std::uint32_t span = kNoSpan;
    if (block.kind == BlockKind::heading) {
      const Markup* markup = dialect_.heading_of(block.level);
      if (markup != nullptr) span = states_.add(*markup);
    } else if (is_literal(block)) {
      // Each its own, so that two code blocks in a row stay two.
      if (dialect_.code_block) span = states_.add(*dialect_.code_block);
      const std::string& language = block.language;
      const bool sound = !language.empty() && language.size() <= 32 &&
                         language.find_first_not_of(
                             "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRST"
                             "UVWXYZ0123456789_+#.-") == std::string::npos;
      if (sound && dialect_.code_block_language) {
        const Markup& pattern = *dialect_.code_block_language;
        const Markup markup = {filled(pattern.before, "{language}", language),
                               filled(pattern.after, "{language}", language)};
        if (states_.fits(markup)) span = states_.add(markup);
      }
    }
    return span == kNoSpan ? quote : states_.state(quote, {span}, quote);
  }

  void write_block(std::size_t index) {
    const Block& block = document_.blocks[index];
    const std::uint32_t before = quote_;
    const std::string line_before = quote_line_, plain_before = plain_quote_line_;
    const std::uint32_t quote = quote_state(block);
    if (!out_.atoms.empty()) {
      const std::uint32_t shared = states_.common(before, quote);
      const bool same = shared == quote && shared != 0;
      writer_.gap(same ? quote_line_ : "", same ? plain_quote_line_ : "", shared, block.tight,
                  after_heading_);
    }
    after_heading_ = block.kind == BlockKind::heading;
    write_marker(block, quote);
    if (block.kind == BlockKind::rule) {
      writer_.fixed(dialect_.rule, dialect_.rule, quote, Cut::hard);
      return;
    }
    const std::uint32_t base = block_state(block, quote);
    const std::string indent =
        is_literal(block) ? std::string() : repeated(dialect_.list_indent, block.depth);
    writer_.begin_block(base, {quote_line_ + indent, plain_quote_line_ + indent},
                        is_literal(block));
    if (is_literal(block)) {
      const bool fenced = dialect_.code_block && dialect_.code_block->before.starts_with("```");
      const std::string_view text = text_of(index);
      writer_.add(fenced ? without_fences(text) : std::string(text), base, base != quote);
    } else {
      write_runs(index, base);
    }
    writer_.end_block();
  }

  void write_marker(const Block& block, std::uint32_t state) {
    if (block.depth == 0 || (is_literal(block) && !block.begins_item)) return;
    const std::size_t steps = block.begins_item ? block.depth - 1U : block.depth;
    const std::string indent = repeated(dialect_.list_indent, steps);
    std::string marker = indent, plain = indent;
    if (block.begins_item && block.number < 0) {
      marker += dialect_.list_item;
      plain += Dialect{}.list_item;
    } else if (block.begins_item) {
      marker += filled(dialect_.numbered_item, "{number}", std::to_string(block.number));
      plain += std::to_string(block.number) + ". ";
    }
    if (is_literal(block) && begins_line(dialect_.code_block)) marker += "\n" + quote_line_;
    if (!marker.empty()) writer_.fixed(marker, plain, state, Cut::never);
  }
  /// A fence is one only at the beginning of a line.
  static bool begins_line(const std::optional<Markup>& code_block) {
    return code_block && code_block->before.find('\n') != std::string::npos;
  }

  void write_runs(std::size_t index, std::uint32_t base) {
    const std::string_view text = text_of(index);
    const std::size_t begin = document_.blocks[index].begin;
    const std::size_t last = document_.end_of_runs(index);
    std::uint32_t previous = base;
    for (std::size_t i = document_.blocks[index].first_run; i < last; ++i) {
      const Run& run = document_.runs[i];
      const std::size_t end = i + 1 < last ? document_.runs[i + 1].begin : begin + text.size();
      const std::string_view part = text.substr(run.begin - begin, end - run.begin);
      previous = states_.state(base, spans_of(run.style), previous);
      writer_.add(part, previous, run.style.code && is_open(code_, previous));
      const bool link_ends = run.style.link != 0 &&
                             (i + 1 == last || document_.runs[i + 1].style.link != run.style.link);
      if (link_ends) end_link(run, end, base, previous);
    }
  }

  std::vector<std::uint32_t> spans_of(const Style& style) {
    std::vector<std::uint32_t> out;
    const auto want = [&](bool wanted, std::uint32_t span) {
      if (wanted && span != kNoSpan) out.push_back(span);
    };
    want(style.link != 0, style.link == 0 ? kNoSpan : link_span(style.link));
    want(style.bold, bold_);
    want(style.italic, italic_);
    want(style.strikethrough, strikethrough_);
    want(style.code, code_);
    return out;
  }

  /// Some platforms show a link as it is written when its text could deceive.
  void leave_addresses_bare() {
    const auto& runs = document_.runs;
    for (std::size_t i = 0, next = 0; i < runs.size(); i = next) {
      const std::uint32_t link = runs[i].style.link;
      for (next = i + 1; next < runs.size() && runs[next].style.link == link;) ++next;
      const std::size_t end = next < runs.size() ? runs[next].begin : document_.text.size();
      const auto text = std::string_view(document_.text).substr(runs[i].begin, end - runs[i].begin);
      if (link != 0 && is_address(text)) link_spans_[link - 1] = kNoSpan;
    }
  }

  std::uint32_t link_span(std::uint32_t link) {
    auto& span = link_spans_[link - 1];
    if (span) return *span;
    span = kNoSpan;
    const std::string& url = document_.links[link - 1];
    if (!dialect_.link || !dialect_.follows(url)) return *span;
    const std::string address = escaped(url, dialect_.in_url());
    const Markup markup = {filled(dialect_.link->before, "{url}", address),
                           filled(dialect_.link->after, "{url}", address)};
    if (states_.fits(markup)) span = states_.add(markup);
    return *span;
  }

  /// Says where a link leads: in the plain text, and in the other where that has no links.
  void end_link(const Run& run, std::size_t end, std::uint32_t base, std::uint32_t state) {
    const std::string& url = document_.links[run.style.link - 1];
    const std::string_view shown =
        std::string_view(document_.text).substr(run.begin, end - run.begin);
    if (shown == url || url == "mailto:" + std::string(shown) || url.empty()) return;
    const bool marked = is_open(link_span(run.style.link), state);
    if (marked) {
      writer_.add_plain_behind(" (" + url + ")");
    } else {
      writer_.add(" (" + url + ")", base, false);
    }
  }

  [[nodiscard]] bool is_open(std::uint32_t span, std::uint32_t state) const {
    const auto& open = out_.states[state].spans;
    return std::find(open.begin(), open.end(), span) != open.end();
  }

  const Document& document_;
  const Dialect& dialect_;
  Rendered out_;
  SpanStates states_;
  AtomWriter writer_;
  std::uint32_t bold_, italic_, strikethrough_, code_;
  std::vector<std::optional<std::uint32_t>> link_spans_;  ///< empty: not asked for yet
  std::size_t quotes_ = 0;
  std::uint32_t quote_ = 0;
  std::string quote_line_, plain_quote_line_;
  bool after_heading_ = false;
};

}  // namespace

Rendered render(const Document& document, const Dialect& dialect, std::size_t limit, Unit unit) {
  return Renderer(document, dialect, std::max(limit, kLeastLimit), unit).run();
}

}  // namespace openclaw::render
