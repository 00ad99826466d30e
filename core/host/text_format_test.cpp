#include "core/host/text_format.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace openclaw::host {
namespace {

using nlohmann::json;

render::Format read(const json& text) {
  render::Format format;
  const auto failure = read_json_object(json{{"text", text}}.dump(), [&](FieldReader& reader) {
    reader.object("text", [&](FieldReader& fields) { read_text_format(fields, format); });
  });
  EXPECT_FALSE(failure) << *failure;
  return format;
}

std::string format_refusal(const json& text) {
  return read_json_object(json{{"text", text}}.dump(),
                          [](FieldReader& reader) {
                            render::Format format;
                            reader.object("text", [&](FieldReader& fields) {
                              read_text_format(fields, format);
                            });
                          })
      .value_or("");
}
std::string refused_dialect(const json& dialect) {
  return format_refusal({{"limit", 100}, {"format", dialect}});
}

TEST(TextFormat, WithoutAFormatTextIsPlain) {
  const auto format = read({{"limit", 512}, {"unit", "bytes"}});
  EXPECT_EQ(format.limit, 512U);
  EXPECT_EQ(format.unit, render::Unit::bytes);
  EXPECT_FALSE(format.markdown);
  EXPECT_EQ(render::markdown_messages("**a** [b](http://c)", format)[0].text, "a b (http://c)");
  EXPECT_FALSE(read({{"limit", 512}, {"format", "plain"}}).markdown);
  EXPECT_TRUE(read({{"limit", 512}, {"format", "markdown"}}).markdown);
}

TEST(TextFormat, ReadsWhatAPlatformTakesBesideText) {
  const auto media =
      read({{"limit", 512}, {"media", {{"kinds", {"image", "audio"}}, {"captionLimit", 200}}}})
          .media;
  ASSERT_TRUE(media);
  EXPECT_EQ(media->kinds, (std::vector<std::string>{"image", "audio"}));
  EXPECT_EQ(media->caption_limit, 200U);
  EXPECT_FALSE(read({{"limit", 512}}).media);
  EXPECT_NE(
      format_refusal({{"limit", 512}, {"media", {{"kinds", {"film"}}}}}).find("text.media.kinds"),
      std::string::npos);
  EXPECT_NE(
      format_refusal({{"limit", 512}, {"format", "markdown"}, {"media", {{"kinds", {"image"}}}}})
          .find("text.media"),
      std::string::npos);
}

TEST(TextFormat, ReadsEveryKeyOfADialect) {
  const auto format = read({{"limit", 4096},
                            {"unit", "utf16"},
                            {"format",
                             {{"counts", "text"},
                              {"maxBytes", 32768},
                              {"escape", {{"<", "&lt;"}}},
                              {"codeEscape", {{"`", "'"}}},
                              {"codeBlockEscape", {{"`", "*"}}},
                              {"urlEscape", {{"(", "%28"}}},
                              {"bold", {"<b>", "</b>"}},
                              {"italic", {"<i>", "</i>"}},
                              {"strikethrough", {"<s>", "</s>"}},
                              {"code", {"<c>", "</c>"}},
                              {"codeBlock", {"<p>", "</p>"}},
                              {"codeBlockLanguage", {"<p {language}>", "</p>"}},
                              {"link", {"<a {url}>", "</a>"}},
                              {"linkSchemes", {"https", "tg"}},
                              {"bareAddresses", true},
                              {"quote", {"<q>", "</q>"}},
                              {"heading", {"<h>", "</h>"}},
                              {"headings", {{"1", {"# ", ""}}}},
                              {"listItem", "• "},
                              {"numberedItem", "{number}) "},
                              {"listIndent", " "},
                              {"rule", "--"},
                              {"spansEndAtLine", true}}}});
  const auto& d = format.dialect;
  EXPECT_TRUE(d.counts_text);
  EXPECT_EQ(d.max_bytes, 32768U);
  EXPECT_EQ(d.escape.at('<'), "&lt;");
  EXPECT_EQ(d.in_code().at('`'), "'");
  EXPECT_EQ(d.in_code_block().at('`'), "*");
  EXPECT_EQ(d.in_url().at('('), "%28");
  EXPECT_TRUE(d.bare_addresses);
  EXPECT_EQ(d.bold->before + d.italic->before + d.strikethrough->before + d.code->after,
            "<b><i><s></c>");
  EXPECT_EQ(d.code_block->after + d.code_block_language->before, "</p><p {language}>");
  EXPECT_EQ(d.link->before, "<a {url}>");
  EXPECT_EQ(d.link_schemes, (std::vector<std::string>{"https", "tg"}));
  EXPECT_EQ(d.quote->before + d.heading_of(1)->before + d.heading_of(2)->before, "<q># <h>");
  EXPECT_EQ(d.list_item + d.numbered_item + d.list_indent + d.rule, "• {number})  --");
  EXPECT_TRUE(d.spans_end_at_line);
}

TEST(TextFormat, RefusesWhatItCannotUse) {
  EXPECT_EQ(format_refusal({{"limit", 1}, {"format", 7}}),
            "is wrong: `text.format` must be plain or markdown");
  EXPECT_EQ(refused_dialect({{"bald", {"*", "*"}}}),
            "is wrong: `text.format.bald` is not a field of ABI 1.0's manifest");
  EXPECT_EQ(refused_dialect({{"bold", "*"}}),
            "is wrong: `text.format.bold` must be a list of at most 2 texts of at most 64 bytes");
  EXPECT_EQ(refused_dialect({{"bold", {"*"}}}),
            "is wrong: `text.format.bold` must be a list of two texts: what stands before, and "
            "what behind");
  EXPECT_EQ(refused_dialect({{"bold", {std::string(65, '*'), ""}}}),
            "is wrong: `text.format.bold` must be a list of texts of at most 64 bytes");
  EXPECT_EQ(refused_dialect({{"link", {"[", "]"}}}),
            "is wrong: `text.format.link` must hold {url}");
  EXPECT_EQ(refused_dialect({{"codeBlockLanguage", {"```", "```"}}}),
            "is wrong: `text.format.codeBlockLanguage` must hold {language}");
  EXPECT_EQ(refused_dialect({{"escape", {{"ab", "c"}}}}),
            "is wrong: `text.format.escape` must be a mapping of ASCII characters to texts of at "
            "most 16 bytes");
  EXPECT_EQ(refused_dialect({{"headings", {{"7", {"#", ""}}}}}),
            "is wrong: `text.format.headings.7` is not a field of ABI 1.0's manifest");
  EXPECT_EQ(refused_dialect({{"quote", {"<q>", "</q>"}}, {"quoteLine", "> "}}),
            "is wrong: `text.format.quoteLine` is of no use beside quote");
  EXPECT_EQ(refused_dialect({{"counts", "words"}}),
            "is wrong: `text.format.counts` must be markup or text");
  EXPECT_EQ(refused_dialect({{"linkSchemes", {"HTTP:"}}}),
            "is wrong: `text.format.linkSchemes` must be a list of schemes in lower case like "
            "\"https\"");
}

}  // namespace
}  // namespace openclaw::host
