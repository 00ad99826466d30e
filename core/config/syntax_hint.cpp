#include "core/config/syntax_hint.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/config/expand.hpp"
#include "core/config/source.hpp"

namespace openclaw::config {
namespace {

constexpr std::string_view blanks = " \t\r";
constexpr std::string_view brackets = "[]{}";

/// Follows quotes, brackets, comments and block scalars, which is all that it takes to tell where a
/// bracket, a tab or a `$` has a meaning.
class Scan {
 public:
  Scan(std::string_view text, Mark noticed) : text_(text), noticed_(noticed) {}

  std::optional<SyntaxHint> run() {
    while (at_ < text_.size() && !found_) {
      if (at_ == line_start_ && open_.empty() && begin_line()) {
        continue;
      }
      step();
    }
    if (!found_ && !open_.empty()) {
      say(open_.back().mark, "the " + named(open_.back()) + " is never closed");
    }
    return std::move(found_);
  }

 private:
  struct Bracket {
    char character;
    Mark mark;
  };

  Mark here() const { return {line_, static_cast<int>(at_ - line_start_) + 1}; }
  char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\n';
  }
  static bool is_blank(char c) { return c == '\n' || blanks.find(c) != blanks.npos; }
  static std::string named(const Bracket& bracket) {
    return std::string("`") + bracket.character + "` of line " + std::to_string(bracket.mark.line);
  }

  void say(Mark mark, std::string message) {
    if (!found_) {
      found_ = SyntaxHint{mark, std::move(message)};
    }
  }

  void advance() {
    if (text_[at_++] == '\n') {
      ++line_;
      line_start_ = at_;
      at_start_ = true;
    }
  }
  void skip_line() {
    while (at_ < text_.size() && text_[at_] != '\n') {
      ++at_;
    }
  }

  /// Judges the indentation outside of brackets. True when the whole line was passed over.
  bool begin_line() {
    const std::size_t content = std::min(text_.find_first_not_of(blanks, at_), text_.size());
    const bool empty = content == text_.size() || text_[content] == '\n';
    const std::size_t indent = content - at_;
    if (in_block_ && (empty || indent > block_indent_)) {
      skip_line();
      if (at_ < text_.size()) {
        advance();
      }
      return true;
    }
    in_block_ = false;
    const bool tab = text_.substr(at_, indent).find('\t') != std::string_view::npos;
    if (tab && !empty && text_[content] != '#' && line_ == noticed_.line) {
      say({line_, 1}, "line " + std::to_string(line_) + " is indented with a tab; use spaces");
    }
    at_ = content;
    node_start_ = content;
    owner_ = indent == 0 ? 0 : indent - 1;
    return false;
  }

  void step() {
    const char c = text_[at_];
    if (is_blank(c)) {
      advance();
    } else if (c == '#' && (at_ == line_start_ || is_blank(text_[at_ - 1]))) {
      skip_line();
    } else if (at_start_ && (c == '"' || c == '\'')) {
      pass_quoted(c);
    } else if (at_start_ && (c == '-' || c == '?') && is_blank(peek(1))) {
      owner_ = at_ - line_start_;
      ++at_;
      node_start_ = std::min(text_.find_first_not_of(blanks, at_), text_.size());
    } else if (at_start_ && (c == '&' || c == '!' || c == '*')) {
      pass_property();
    } else if (at_start_ && (c == '|' || c == '>') && open_.empty()) {
      // What follows belongs to it as far as it is indented more than what the scalar belongs to.
      in_block_ = true;
      block_indent_ = at_ == node_start_ ? owner_ : node_start_ - line_start_;
      skip_line();
    } else {
      pass_plain(c);
    }
  }

  void pass_plain(char c) {
    if (c == '$' && peek(1) == '{' && !open_.empty()) {
      unquoted_variable();
    } else if ((c == '{' || c == '[') && (at_start_ || !open_.empty())) {
      open_.push_back({c, here()});
      at_start_ = true;
    } else if ((c == '}' || c == ']') && !open_.empty()) {
      close(c);
    } else if (c == ',' && !open_.empty()) {
      at_start_ = true;
    } else {
      const bool key_end = is_blank(peek(1)) || (!open_.empty() && is_bracket(peek(1)));
      at_start_ = c == ':' && key_end;
    }
    ++at_;
  }

  static bool is_bracket(char c) { return brackets.find(c) != brackets.npos; }

  void close(char c) {
    if ((c == '}') != (open_.back().character == '{')) {
      say(here(), std::string("`") + c + "` where the " + named(open_.back()) + " must be closed");
    }
    open_.pop_back();
    at_start_ = false;
  }

  void pass_quoted(char quote) {
    const Mark mark = here();
    for (++at_; at_ < text_.size(); advance()) {
      if (quote == '"' && text_[at_] == '\\' && at_ + 1 < text_.size()) {
        advance();
      } else if (text_[at_] == quote && quote == '\'' && peek(1) == quote) {
        advance();
      } else if (text_[at_] == quote) {
        ++at_;
        at_start_ = false;
        return;
      }
    }
    say(mark, "the quote of line " + std::to_string(mark.line) + " is never closed");
  }

  /// An anchor, tag or alias; a value may follow.
  void pass_property() {
    while (at_ < text_.size() && !is_blank(text_[at_]) && text_[at_] != ',' &&
           !is_bracket(text_[at_])) {
      ++at_;
    }
  }

  void unquoted_variable() {
    const std::size_t begin = at_ + 2;
    const std::size_t end = std::min(text_.find_first_of("}\n", begin), text_.size());
    const std::string_view inside = text_.substr(begin, end - begin);
    const std::string_view name = inside.substr(0, inside.find(":-"));
    const bool has_default = name.size() != inside.size();
    // The default may be a secret.
    const std::string shown = is_variable_name(name) ? std::string(name) : "NAME";
    say(here(), "inside { } and [ ] a variable needs quotes; quote it: \"${" + shown +
                    (has_default ? ":-…" : "") + "}\"");
  }

  std::string_view text_;
  Mark noticed_;
  std::optional<SyntaxHint> found_;
  std::vector<Bracket> open_;
  std::size_t at_ = 0;
  std::size_t line_start_ = 0;
  int line_ = 1;
  bool at_start_ = true;        // a value or key may begin here
  std::size_t node_start_ = 0;  // where the line's first key or value begins, behind its dashes
  std::size_t owner_ = 0;       // the column of the last dash before it, else one less than its own
  bool in_block_ = false;
  std::size_t block_indent_ = 0;
};

}  // namespace

std::optional<SyntaxHint> find_mistake(std::string_view text, Mark noticed) {
  return Scan(text.substr(byte_order_mark(text)), noticed).run();
}

}  // namespace openclaw::config
