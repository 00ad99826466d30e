#include "core/render/markdown_escape.hpp"

namespace openclaw::render {
namespace {

bool is_word(char c) {
  return (static_cast<unsigned char>(c) & 0x80U) != 0 || (c >= '0' && c <= '9') ||
         (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/// Whether the "&" at `at` begins what may be a character reference.
bool begins_entity(std::string_view text, std::size_t at) {
  const std::size_t end = text.find_first_not_of(
      "#0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", at + 1);
  return end != std::string_view::npos && end > at + 1 && text[end] == ';';
}

/// Whether the line would begin a heading, a quote, a list, a rule or an underline with its
/// character at `at`, the first that is not blank.
bool begins_block(std::string_view text, std::size_t at) {
  const char c = text[at];
  const char next = at + 1 < text.size() ? text[at + 1] : '\n';
  return c == '#' || c == '>' || c == '=' ||
         ((c == '-' || c == '+') && (next == ' ' || next == '\n' || next == c));
}

}  // namespace

std::string markdown_escaped(std::string_view text) {
  std::string out;
  bool line_start = true, numbered = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const char before = i > 0 ? text[i - 1] : '\n';
    const char next = i + 1 < text.size() ? text[i + 1] : '\n';
    bool escape = false;
    switch (c) {
      case '*':
      case '`':
      case '[':
      case '<':
      case '~':
      case '|':
        escape = true;
        break;
      case '_':
        escape = !is_word(before) || !is_word(next);
        break;
      case '&':
        escape = begins_entity(text, i);
        break;
      case '\\':
        escape = !is_word(next) && next != ' ';
        break;
      case '.':
      case ')':
        escape = numbered && next == ' ';
        break;
      default:
        escape = line_start && begins_block(text, i);
        break;
    }
    if (escape) out += '\\';
    out += c;
    const bool digit = c >= '0' && c <= '9';
    numbered = digit && (line_start || numbered);
    line_start = c == '\n' || (line_start && c == ' ');
  }
  return out;
}

}  // namespace openclaw::render
