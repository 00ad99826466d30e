#include "core/host/text_format.hpp"

#include <algorithm>

namespace openclaw::host {
namespace {

using render::Dialect;
using render::Markup;

constexpr std::size_t kMaxMarkup = 64;
constexpr std::size_t kMaxReplacement = 16;

bool is_markup(std::string_view text) {
  return text.size() <= kMaxMarkup;
}
bool is_replacement(std::string_view text) {
  return text.size() <= kMaxReplacement;
}
bool is_ascii_character(std::string_view text) {
  return text.size() == 1 && text[0] >= 0x20 && text[0] < 0x7F;
}
bool is_scheme(std::string_view text) {
  return !text.empty() && text.size() <= 32 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
  });
}

bool is_media_kind(std::string_view text) {
  return text == "image" || text == "audio" || text == "video" || text == "document";
}

class DialectReader {
 public:
  explicit DialectReader(FieldReader& fields) : fields_(fields) {}

  std::optional<Markup> markup(const std::string& key, std::string_view placeholder = {}) {
    return markup(fields_, key, placeholder);
  }
  std::map<int, Markup> headings() {
    std::map<int, Markup> out;
    if (!fields_.has("headings")) return out;
    fields_.object("headings", [&](FieldReader& levels) {
      levels.allow_only({"1", "2", "3", "4", "5", "6"});
      for (int level = 1; level <= 6; ++level) {
        if (auto read = markup(levels, std::to_string(level), {})) out.emplace(level, *read);
      }
    });
    return out;
  }
  std::optional<render::Escapes> escapes(const std::string& key) {
    if (!fields_.has(key)) return std::nullopt;
    render::Escapes out;
    for (const auto& [c, text] :
         fields_.text_map(key, 95, is_ascii_character, is_replacement,
                          "a mapping of ASCII characters to texts of at most 16 bytes")) {
      out.emplace(c[0], text);
    }
    return out;
  }
  void text(const std::string& key, std::string& value) {
    if (fields_.has(key)) value = fields_.text(key, is_markup, "a text of at most 64 bytes");
  }

 private:
  static std::optional<Markup> markup(FieldReader& fields, const std::string& key,
                                      std::string_view placeholder) {
    if (!fields.has(key)) return std::nullopt;
    const auto texts = fields.texts(key, 2, is_markup, "texts of at most 64 bytes");
    if (texts.size() != 2) {
      fields.refuse(key, "must be a list of two texts: what stands before, and what behind");
      return std::nullopt;
    }
    if ((texts[0] + texts[1]).find(placeholder) == std::string::npos) {
      fields.refuse(key, "must hold " + std::string(placeholder));
    }
    return Markup{texts[0], texts[1]};
  }

  FieldReader& fields_;
};

void read_dialect(FieldReader& fields, Dialect& d) {
  fields.allow_only({"counts",          "maxBytes",      "escape",
                     "codeEscape",      "urlEscape",     "bold",
                     "italic",          "strikethrough", "code",
                     "codeBlock",       "link",          "codeBlockLanguage",
                     "codeBlockEscape", "quote",         "quoteLine",
                     "linkSchemes",     "heading",       "headings",
                     "listItem",        "listIndent",    "numberedItem",
                     "bareAddresses",   "rule",          "spansEndAtLine"});
  DialectReader reader(fields);
  if (fields.has("counts")) d.counts_text = fields.choice("counts", {"markup", "text"}) == "text";
  if (fields.has("maxBytes")) {
    d.max_bytes = static_cast<std::size_t>(fields.integer("maxBytes", 1024, 10'000'000));
  }
  d.escape = reader.escapes("escape").value_or(render::Escapes{});
  d.code_escape = reader.escapes("codeEscape");
  d.code_block_escape = reader.escapes("codeBlockEscape");
  d.url_escape = reader.escapes("urlEscape");
  d.bold = reader.markup("bold");
  d.italic = reader.markup("italic");
  d.strikethrough = reader.markup("strikethrough");
  d.code = reader.markup("code");
  d.code_block = reader.markup("codeBlock");
  d.code_block_language = reader.markup("codeBlockLanguage", "{language}");
  d.link = reader.markup("link", "{url}");
  if (fields.has("linkSchemes")) {
    d.link_schemes =
        fields.texts("linkSchemes", 16, is_scheme, "schemes in lower case like \"https\"");
  }
  if (fields.has("bareAddresses")) d.bare_addresses = fields.boolean("bareAddresses");
  d.quote = reader.markup("quote");
  if (d.quote && fields.has("quoteLine")) fields.refuse("quoteLine", "is of no use beside quote");
  reader.text("quoteLine", d.quote_line);
  d.heading = reader.markup("heading");
  d.headings = reader.headings();
  reader.text("listItem", d.list_item);
  reader.text("numberedItem", d.numbered_item);
  reader.text("listIndent", d.list_indent);
  reader.text("rule", d.rule);
  if (fields.has("spansEndAtLine")) d.spans_end_at_line = fields.boolean("spansEndAtLine");
}

}  // namespace

void read_text_format(FieldReader& text, render::Format& format) {
  text.allow_only({"limit", "unit", "format", "media"});
  format.limit = static_cast<std::size_t>(text.integer("limit", 1, 10'000'000));
  if (text.has("unit")) {
    const std::string unit = text.choice("unit", {"utf16", "codepoints", "bytes"});
    format.unit = unit == "utf16"   ? render::Unit::utf16
                  : unit == "bytes" ? render::Unit::bytes
                                    : render::Unit::codepoints;
  }
  if (text.is_object("format")) {
    text.object("format", [&](FieldReader& fields) { read_dialect(fields, format.dialect); });
  } else if (text.has("format")) {
    format.markdown = text.choice("format", {"plain", "markdown"}) == "markdown";
  }
  if (text.has("media")) {
    if (format.markdown) text.refuse("media", "is of no use where the format is \"markdown\"");
    text.object("media", [&](FieldReader& fields) {
      fields.allow_only({"kinds", "captionLimit"});
      format.media.emplace();
      format.media->kinds =
          fields.texts("kinds", 4, is_media_kind, "image, audio, video, document");
      if (fields.has("captionLimit")) {
        format.media->caption_limit =
            static_cast<std::size_t>(fields.integer("captionLimit", 0, 10'000'000));
      }
    });
  }
}

}  // namespace openclaw::host
