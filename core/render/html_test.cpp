#include "core/render/html.hpp"

#include <gtest/gtest.h>

#include <set>

#include "core/render/markdown.hpp"
#include "core/render/random_markdown.hpp"

namespace openclaw::render {
namespace {

std::string as_html(std::string_view markdown) {
  return markdown_html(markdown).value_or("too long");
}

TEST(Html, WritesEveryStyle) {
  EXPECT_EQ(as_html("a **b** *c* ~~d~~ `e<` ***f***"),
            "<p>a <strong>b</strong> <em>c</em> <del>d</del> <code>e&lt;</code> "
            "<strong><em>f</em></strong></p>");
  EXPECT_EQ(as_html("**a *b* c**"), "<p><strong>a <em>b</em> c</strong></p>");
  EXPECT_EQ(as_html("a\nb  \nc"), "<p>a<br>b<br>c</p>");
}

TEST(Html, NothingThatAModelWritesBecomesMarkup) {
  EXPECT_EQ(as_html("<script>x</script> & \"q\" &lt;b&gt;"),
            "<p>&lt;script&gt;x&lt;/script&gt; &amp; &quot;q&quot; &lt;b&gt;</p>");
  EXPECT_EQ(as_html("[a](javascript:alert(1)) [b](data:text/html,x) [c](/x) [d](jAvAscript:x)"),
            "<p>a b c d</p>");
  EXPECT_EQ(as_html("[a](<http://x/\"onclick=\"y>)"),
            "<p><a href=\"http://x/&quot;onclick=&quot;y\">a</a></p>");
  EXPECT_EQ(as_html("![a\"<](javascript:x)"), "<p>a&quot;&lt;</p>");
  EXPECT_EQ(as_html("```\"><script>\nx\n```"),
            "<pre><code class=\"language-&quot;&gt;&lt;script&gt;\">x</code></pre>");
}

TEST(Html, WritesLinksAndPictures) {
  EXPECT_EQ(as_html("[a **b**](HTTPS://x/?a=1&amp;b) <me@x.y>"),
            "<p><a href=\"HTTPS://x/?a=1&amp;b\">a <strong>b</strong></a> "
            "<a href=\"mailto:me@x.y\">me@x.y</a></p>");
  EXPECT_EQ(as_html("![a **cat**](http://c.png) ![](https://d.png)"),
            "<p><img src=\"http://c.png\" alt=\"a cat\"> "
            "<img src=\"https://d.png\" alt=\"https://d.png\"></p>");
}

TEST(Html, BareAddressesAreLinks) {
  EXPECT_EQ(as_html("see https://x.y/a_b_c, or www.z.org."),
            "<p>see <a href=\"https://x.y/a_b_c\">https://x.y/a_b_c</a>, or www.z.org.</p>");
  EXPECT_EQ(as_html("`https://x.y`"), "<p><code>https://x.y</code></p>");
}

TEST(Html, EachBlockIsOneLine) {
  EXPECT_EQ(as_html("# One\ntext\n\n---\n> quote\n>\n> > inner\n\n```cpp\nint a;\n\n  b\n```"),
            "<h1>One</h1>\n<p>text</p>\n<hr>\n"
            "<blockquote><p>quote</p><blockquote><p>inner</p></blockquote></blockquote>\n"
            "<pre><code class=\"language-cpp\">int a;&#10;&#10;  b</code></pre>");
  EXPECT_EQ(as_html(""), "");
  EXPECT_EQ(as_html("a\n\nb\n"), "<p>a</p>\n<p>b</p>");
}

TEST(Html, NestsLists) {
  EXPECT_EQ(as_html("- one\n  - two\n- three\n\ntext"),
            "<ul><li>one<ul><li>two</li></ul></li><li>three</li></ul>\n<p>text</p>");
  EXPECT_EQ(as_html("3. x\n4. y\n   - z"),
            "<ol start=\"3\"><li>x</li><li>y<ul><li>z</li></ul></li></ol>");
  EXPECT_EQ(as_html("- one\n\n  more\n\n- two"),
            "<ul><li><p>one</p><p>more</p></li><li><p>two</p></li></ul>");
  EXPECT_EQ(as_html("- - x\n-\n- y"), "<ul><li><ul><li>x</li></ul></li><li></li><li>y</li></ul>");
  EXPECT_EQ(as_html("- a\n\n1. b"), "<ul><li>a</li></ul>\n<ol><li>b</li></ol>");
  EXPECT_EQ(as_html("1. a\n\n<!-- -->\n\n1. b"),
            "<ol><li>a</li></ol>\n<p>&lt;!-- --&gt;</p>\n<ol><li>b</li></ol>");
}

TEST(Html, AQuoteInAnItemStaysInIt) {
  EXPECT_EQ(as_html("1. a\n   > q\n   >\n   > r\n2. b"),
            "<ol><li>a<blockquote><p>q</p><p>r</p></blockquote></li><li>b</li></ol>");
  EXPECT_EQ(as_html("> - a\n>   > b\n> - c"),
            "<blockquote><ul><li>a<blockquote><p>b</p></blockquote></li><li>c</li></ul>"
            "</blockquote>");
}

TEST(Html, WritesTables) {
  EXPECT_EQ(
      as_html("| a | b |\n|:-:|--:|\n| **x** | 10 |\n| [l](http://u) | `<` |"),
      "<table><thead><tr><th align=\"center\">a</th><th align=\"right\">b</th></tr></thead>"
      "<tbody><tr><td align=\"center\"><strong>x</strong></td>"
      "<td align=\"right\">10</td></tr><tr><td align=\"center\"><a href=\"http://u\">l</a></td>"
      "<td align=\"right\"><code>&lt;</code></td></tr></tbody></table>");
  EXPECT_EQ(as_html("|a|b|c|\n|---|---|---|\n|1|\n| |2|"),
            "<table><thead><tr><th>a</th><th>b</th><th>c</th></tr></thead><tbody>"
            "<tr><td>1</td></tr><tr><td></td><td>2</td></tr></tbody></table>");
  EXPECT_EQ(as_html("|a|\n|---|"), "<table><thead><tr><th>a</th></tr></thead></table>");
}

/// The text that a browser shows of one line; fails when the line is not sound.
std::string text_of(std::string_view line) {
  static const std::set<std::string> kVoid = {"br", "hr", "img"};
  static const std::set<std::string> kKnown = {
      "p",      "h1", "h2",  "h3",    "h4",    "h5",    "h6", "pre", "blockquote",
      "ul",     "ol", "li",  "table", "thead", "tbody", "tr", "th",  "td",
      "strong", "em", "del", "code",  "a",     "br",    "hr", "img"};
  std::vector<std::string> open;
  std::string out;
  std::size_t blocks = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '<') {
      const std::size_t end = line.find('>', i);
      if (end == std::string_view::npos) return "no end: " + std::string(line);
      const std::string tag(line.substr(i + 1, end - i - 1));
      const bool closes = tag.starts_with('/');
      const std::string name = tag.substr(closes ? 1 : 0, tag.find(' ') - (closes ? 1 : 0));
      EXPECT_TRUE(kKnown.count(name)) << tag;
      if (open.empty()) ++blocks;
      if (closes) {
        EXPECT_FALSE(open.empty());
        if (open.empty() || open.back() != name) return "crossed: " + std::string(line);
        open.pop_back();
      } else if (kVoid.count(name) == 0) {
        open.push_back(name);
      } else if (const auto alt = tag.find(" alt=\""); alt != std::string::npos) {
        out += text_of(tag.substr(alt + 6, tag.size() - alt - 7));
        --blocks;
      }
      i = end;
    } else if (line[i] == '&') {
      const std::size_t end = line.find(';', i);
      const auto name = line.substr(i + 1, end - i - 1);
      out += name == "amp"    ? "&"
             : name == "lt"   ? "<"
             : name == "gt"   ? ">"
             : name == "quot" ? "\""
             : name == "#10"  ? "\n"
                              : "unknown entity";
      i = end;
    } else {
      out += line[i];
    }
  }
  EXPECT_TRUE(open.empty()) << line;
  return out;
}

/// Without control characters too: a table's cells hold them, HTML does not.
std::string without_space(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (static_cast<unsigned char>(c) > ' ' && c != '\x7F') out += c;
  }
  return out;
}

TEST(Html, IsSoundAndLeavesNoTextOut) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int i = 0; i < 3000 && !testing::Test::HasFailure(); ++i) {
    const std::string markdown = random_markdown(random);
    SCOPED_TRACE(markdown);
    const Document document = parse_markdown(markdown, BareAddresses::links);
    const std::string html = html_of(document).value();
    std::string shown, said;
    for (std::size_t at = 0; at <= html.size();) {
      const std::size_t end = std::min(html.find('\n', at), html.size());
      shown += text_of(std::string_view(html).substr(at, end - at));
      at = end + 1;
    }
    for (std::size_t b = 0; b < document.blocks.size(); ++b) {
      const Block& block = document.blocks[b];
      if (block.table == 0) {
        said +=
            std::string_view(document.text).substr(block.begin, document.end_of(b) - block.begin);
        continue;
      }
      for (const auto& row : document.tables[block.table - 1].rows()) {
        for (const auto& cell : row) said += cell.text;
      }
    }
    EXPECT_EQ(without_space(shown), without_space(said));
  }
}

TEST(Html, ATextThatGrowsKeepsItsFirstLines) {
  const std::string markdown = "# T\n\none\n\n- a\n- b\n\n```\nx\n```\n\nend";
  const std::string whole = as_html(markdown);
  for (std::size_t n = 0; n <= markdown.size(); ++n) {
    const std::string part = as_html(std::string_view(markdown).substr(0, n));
    const std::size_t last = part.rfind('\n');
    if (last == std::string::npos) continue;
    EXPECT_TRUE(whole.starts_with(part.substr(0, last + 1))) << part;
  }
}

TEST(Html, DeepAndLongTextsStayBounded) {
  std::string lists;
  for (int i = 0; i < 500; ++i) lists += "- ";
  EXPECT_LT(as_html(lists + "x").size(), 20U * lists.size());
  EXPECT_LT(as_html(std::string(5000, '>') + "x").size(), 500U);
  std::string wide(30'000, '|');
  for (std::size_t i = 1; i < wide.size(); i += 5) wide.replace(i, 4, "---|");
  EXPECT_LE(as_html("|a" + wide.substr(0, 5000)).size(), 6 * 5002U + 4096U);
  std::string text = "[a]: http://" + std::string(5000, 'x') + "\n\n";
  for (int i = 0; i < 4000; ++i) text += "[a] ";
  EXPECT_LT(as_html(text).size(), 2 * text.size());
}

}  // namespace
}  // namespace openclaw::render
