#include "core/render/markdown.hpp"

#include <gtest/gtest.h>

namespace openclaw::render {
namespace {

/// One line a block: what it is, then its runs as `[styles|text]`.
std::string shown(std::string_view markdown) {
  static constexpr const char* kKinds[] = {"p", "h", "code", "table", "rule"};
  const Document d = parse_markdown(markdown);
  std::string out;
  for (std::size_t i = 0; i < d.blocks.size(); ++i) {
    const Block& b = d.blocks[i];
    if (i > 0) out += b.tight ? "\n" : "\n\n";
    out += std::string(b.quotes, '>') + std::string(b.depth, '-');
    if (b.begins_item) out += b.number < 0 ? "*" : std::to_string(b.number);
    out += kKinds[static_cast<int>(b.kind)];
    if (b.level > 0) out += std::to_string(b.level);
    if (!b.language.empty()) out += "(" + b.language + ")";
    out += ' ';
    for (std::size_t r = b.first_run; r < d.end_of_runs(i); ++r) {
      const Style& s = d.runs[r].style;
      const std::size_t end = r + 1 < d.end_of_runs(i) ? d.runs[r + 1].begin : d.end_of(i);
      const std::string text = d.text.substr(d.runs[r].begin, end - d.runs[r].begin);
      std::string styles = std::string(s.bold ? "b" : "") + (s.italic ? "i" : "") +
                           (s.strikethrough ? "s" : "") + (s.code ? "c" : "");
      if (s.link != 0) styles += "@" + d.links[s.link - 1];
      out += styles.empty() ? text : "[" + styles + "|" + text + "]";
    }
  }
  return out;
}

TEST(Markdown, ReadsEveryStyle) {
  EXPECT_EQ(shown("a **b** *c* ~~d~~ `e` ***f***"), "p a [b|b] [i|c] [s|d] [c|e] [bi|f]");
  EXPECT_EQ(shown("snake_case_name and 2 * 3 * 4"), "p snake_case_name and 2 * 3 * 4");
}

TEST(Markdown, ReadsLinksAndImagesAsLinks) {
  EXPECT_EQ(shown("[a **b**](http://x/?a=1&amp;b) <http://y>"),
            "p [@http://x/?a=1&b|a ][b@http://x/?a=1&b|b] [@http://y|http://y]");
  EXPECT_EQ(shown("![cat](http://c.png) ![](http://d.png)"),
            "p [@http://c.png|cat] [@http://d.png|http://d.png]");
  EXPECT_EQ(shown("[![badge](http://b.svg)](http://ci)"), "p [@http://ci|badge]");
  EXPECT_EQ(shown("[\x02 \x7f](http://d)"), "p [@http://d| http://d]");
}

TEST(Markdown, ABareAddressIsText) {
  EXPECT_EQ(shown("see https://x.y/a_b_c or me@x.y"), "p see https://x.y/a_b_c or me@x.y");
}

TEST(Markdown, ReadsBlocks) {
  EXPECT_EQ(shown("# One\n### **Three**\ntext\n\n---\n> quote\n> > inner"),
            "h1 One\n\nh3 [b|Three]\n\np text\n\nrule \n\n>p quote\n\n>>p inner");
  EXPECT_EQ(shown("```cpp\nint a;\n\n  b\n```"), "code(cpp) int a;\n\n  b\n");
}

TEST(Markdown, ReadsListsWithTheirDepthAndNumbers) {
  EXPECT_EQ(shown("a\n- one\n  - two\n- three\n\n3. x\n4. y"),
            "p a\n\n-*p one\n--*p two\n-*p three\n\n-3p x\n-4p y");
  EXPECT_EQ(shown("- one\n\n  more\n\n- two"), "-*p one\n\n-p more\n\n-*p two");
  EXPECT_EQ(shown("- - x\n-\n- ```\n  c\n  ```"), "-*p \n--*p x\n-*p \n-*code c\n");
  EXPECT_EQ(shown("0. zero"), "-0p zero");
}

TEST(Markdown, AnItemsFirstSpanKeepsAllOfItsText) {
  EXPECT_EQ(shown("- **b *i* b**\n- [a **b** c](http://x)\n- [](http://y)"),
            "-*p [b|b ][bi|i][b| b]\n"
            "-*p [@http://x|a ][b@http://x|b][@http://x| c]\n"
            "-*p [@http://y|http://y]");
  EXPECT_EQ(shown("- ![cat\ntom](http://c.png)"), "-*p [@http://c.png|cat\ntom]");
}

TEST(Markdown, LaysTablesOut) {
  EXPECT_EQ(shown("| a | b |\n|---|--:|\n| **x** | 10 |\n| [l](http://u) | `1` |"),
            "table a            |  b\n-------------+---\nx            | 10\nl (http://u) |  1");
}

TEST(Markdown, HtmlIndentationAndTasksAreText) {
  EXPECT_EQ(shown("<b>x</b>\n\n<div>\ny\n</div>"), "p <b>x</b>\n\np <div>\ny\n</div>");
  EXPECT_EQ(shown("a\n\n    b"), "p a\n\np b");
  EXPECT_EQ(shown("- [ ] todo"), "-*p [ ] todo");
}

TEST(Markdown, KeepsLineBreaksAndDecodesEntities) {
  EXPECT_EQ(shown("a\nb  \nc\\\nd"), "p a\nb\nc\nd");
  EXPECT_EQ(shown("&lt;b&gt; &#65; &bogus; &#0;"), "p <b> A &bogus; \uFFFD");
}

TEST(Markdown, ControlCharactersAndBrokenUtf8DoNotPass) {
  EXPECT_EQ(shown("a\x02"
                  "b\x1b[2J\x7f \xFF"),
            "p ab[2J \uFFFD");
  EXPECT_EQ(shown("&#2;x [a](<http://x/&#10;y>)"), "p x [@http://x/y|a]");
}

TEST(Markdown, DepthIsBounded) {
  const Document d = parse_markdown(std::string(5000, '>') + "x");
  EXPECT_EQ(d.blocks.at(0).quotes, Document::kMaxDepth);
  std::string lists;
  for (int i = 0; i < 500; ++i) lists += "- ";
  for (const Block& b : parse_markdown(lists + "x").blocks) EXPECT_LE(b.depth, Document::kMaxDepth);
}

TEST(Markdown, WhatWouldGrowBeyondBoundsIsPlainText) {
  std::string text = "[a]: http://" + std::string(5000, 'x') + "\n\n";
  for (int i = 0; i < 4000; ++i) text += "[a] ";
  const Document d = parse_markdown(text);
  EXPECT_EQ(d.text, text);
  EXPECT_TRUE(d.links.empty());
  std::string table;
  for (int i = 0; i < 3000; ++i) table += "|a";
  table += "\n";
  for (int i = 0; i < 3000; ++i) table += "|---";
  for (int i = 0; i < 5000; ++i) table += "\n|";
  EXPECT_LE(parse_markdown(table).text.size(), 10 * table.size());
}

TEST(Markdown, WhatMd4cGetsWrongHarmsNothing) {
  EXPECT_EQ(parse_markdown("[a](*)*\n---\n[x] *y*").blocks.size(), 2U);
  std::string text;
  while (text.size() < 300'000) text += "[a](http://b) ";
  EXPECT_EQ(parse_markdown(text).links.size() / 1000, text.size() / 14 / 1000);
}

TEST(Markdown, ALongTextIsReadAsAShortOneIs) {
  std::string text;
  for (int i = 0; i < 5000; ++i) text += "**bold** and `code`\n\n```\n\nx\n```\n\n";
  const Document d = parse_markdown(text);
  EXPECT_EQ(d.blocks.size(), 10'000U);
  EXPECT_EQ(d.text.find("**"), std::string::npos);
}

}  // namespace
}  // namespace openclaw::render
