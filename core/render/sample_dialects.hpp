// Dialects as manifests hold them, one of each kind, for the tests.
#pragma once

#include "core/render/messages.hpp"

namespace openclaw::render::samples {

/// Tags and entities; the limit counts what is left of them.
inline Dialect html() {
  Dialect d;
  d.counts_text = true;
  d.max_bytes = 32768;
  d.escape = {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}};
  d.bold = {"<b>", "</b>"};
  d.italic = {"<i>", "</i>"};
  d.strikethrough = {"<s>", "</s>"};
  d.code = {"<code>", "</code>"};
  d.code_block = {"<pre>", "</pre>"};
  d.code_block_language = {"<pre><code class=\"language-{language}\">", "</code></pre>"};
  d.link = {"<a href=\"{url}\">", "</a>"};
  d.quote = {"<blockquote>", "</blockquote>"};
  d.heading = {"<b>", "</b>"};
  d.list_item = "• ";
  return d;
}

/// Markdown of its own kind, with backslashes.
inline Dialect backslashes() {
  Dialect d;
  for (const char c : std::string_view("\\*_~`|>#[]()-")) d.escape[c] = std::string("\\") + c;
  d.code_escape = Escapes{{'`', "'"}};
  d.url_escape = Escapes{{'(', "%28"}, {')', "%29"}, {' ', "%20"}, {'~', "%7E"}};
  d.bold = {"**", "**"};
  d.italic = {"*", "*"};
  d.strikethrough = {"~~", "~~"};
  d.code = {"`", "`"};
  d.code_block = {"```\n", "\n```"};
  d.code_block_language = {"```{language}\n", "\n```"};
  d.link = {"[", "]({url})"};
  d.heading = {"**", "**"};
  d.headings = {{1, {"# ", ""}}, {2, {"## ", ""}}, {3, {"### ", ""}}};
  return d;
}

/// Marks around words that end with the line, nothing to escape them with, no links.
inline Dialect marks() {
  Dialect d;
  d.bold = {"*", "*"};
  d.italic = {"_", "_"};
  d.strikethrough = {"~", "~"};
  d.code = {"```", "```"};
  d.code_block = {"```\n", "\n```"};
  d.heading = {"*", "*"};
  d.spans_end_at_line = true;
  return d;
}

/// Control characters, where lines are short and counted in bytes.
inline Dialect control_codes() {
  Dialect d;
  d.bold = {"\x02", "\x02"};
  d.italic = {"\x1d", "\x1d"};
  d.spans_end_at_line = true;
  return d;
}

inline Format format(Dialect dialect, std::size_t limit = 4096, Unit unit = Unit::utf16) {
  return {limit, unit, false, std::move(dialect), {}};
}

}  // namespace openclaw::render::samples
