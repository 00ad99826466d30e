// How a platform writes each construct of a text: data, which its channel's manifest holds.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace openclaw::render {

/// What stands before and behind.
struct Markup {
  std::string before, after;
};

/// A character of ASCII, and what is written for it.
using Escapes = std::map<char, std::string>;

/// The fields, as plugin-api/ABI.md documents them under the same names. A construct that is absent
/// is written as plain text; of one that is empty here, nothing is left but the text.
struct Dialect {
  bool counts_text = false;   ///< the limit counts what is left when the markup is taken out
  std::size_t max_bytes = 0;  ///< of a message with its markup; 0: no bound of its own
  Escapes escape;
  std::optional<Escapes> code_escape, url_escape;  ///< absent: as `escape`
  std::optional<Escapes> code_block_escape;        ///< absent: as `code_escape`
  std::optional<Markup> bold, italic, strikethrough, code;
  std::optional<Markup> code_block, code_block_language;
  std::optional<Markup> link;  ///< {url}
  std::vector<std::string> link_schemes{"http", "https"};
  bool bare_addresses = false;  ///< a text that is an address is no link's: it stands by itself
  std::optional<Markup> quote;
  std::string quote_line = "> ";  ///< without `quote`
  std::optional<Markup> heading;
  std::map<int, Markup> headings;  ///< by level, before `heading`
  std::string list_item = "- ", numbered_item = "{number}. ", list_indent = "  ";
  std::string rule = "———";
  bool spans_end_at_line = false;

  [[nodiscard]] const Escapes& in_code() const { return code_escape ? *code_escape : escape; }
  [[nodiscard]] const Escapes& in_code_block() const {
    return code_block_escape ? *code_block_escape : in_code();
  }
  [[nodiscard]] const Escapes& in_url() const { return url_escape ? *url_escape : escape; }
  /// Null: none.
  [[nodiscard]] const Markup* heading_of(int level) const;
  /// A link whose address has no scheme that the platform follows is written out.
  [[nodiscard]] bool follows(std::string_view url) const;
};

/// `pattern` with every `name` replaced.
std::string filled(std::string_view pattern, std::string_view name, std::string_view value);

std::string escaped(std::string_view text, const Escapes& escapes);

}  // namespace openclaw::render
