#include "core/render/messages.hpp"

#include <gtest/gtest.h>

#include "core/render/sample_dialects.hpp"

namespace openclaw::render {
namespace {

/// The only message that comes of `markdown`.
Message one(std::string_view markdown, Dialect dialect) {
  const auto messages = markdown_messages(markdown, samples::format(std::move(dialect)));
  EXPECT_EQ(messages.size(), 1U);
  return messages.empty() ? Message{} : messages[0];
}
std::string html(std::string_view markdown) {
  return one(markdown, samples::html()).text;
}
std::string plain(std::string_view markdown) {
  return one(markdown, {}).text;
}

TEST(Messages, InlineMarkupBecomesTags) {
  EXPECT_EQ(html("a **b *c*** ~~d~~ `e<f`"), "a <b>b <i>c</i></b> <s>d</s> <code>e&lt;f</code>");
  EXPECT_EQ(html("5 < 6 & \"7\""), "5 &lt; 6 &amp; &quot;7&quot;");
  EXPECT_EQ(html("[a](https://x/?a=1&b=%22\"q)"),
            "<a href=\"https://x/?a=1&amp;b=%22&quot;q\">a</a>");
}

TEST(Messages, ThePlainTextIsBesideIt) {
  const Message m = one("**a** [b](https://x) `c` & <https://y>", samples::html());
  EXPECT_EQ(m.plain, "a b (https://x) c & https://y");
  EXPECT_EQ(one("Nothing to mark.", samples::html()).plain, "");
  EXPECT_EQ(one("**a**", {}), (Message{"a", ""}));
}

TEST(Messages, BlocksBecomeTags) {
  EXPECT_EQ(html("# T **x**\ntext\n\n> q\n> r\n\n```py\na<b\n```\n\n---"),
            "<b>T x</b>\n\ntext\n\n<blockquote>q\nr</blockquote>\n\n"
            "<pre><code class=\"language-py\">a&lt;b</code></pre>\n\n———");
  EXPECT_EQ(html("- a\n  1. b\n- c"), "• a\n  1. b\n• c");
  EXPECT_EQ(html("|a|b|\n|---|---|\n|c|d|"), "<pre>a | b\n--+--\nc | d</pre>");
  EXPECT_EQ(html("```a\"b\nx\n```"), "<pre>x</pre>");
}

TEST(Messages, ThePlainFormKeepsTheStructure) {
  EXPECT_EQ(plain("# T\n**a** [b](ftp://x)\n\n> q\n> r\n>\n> s\n\n- a\n  more\n- b\n\n```\nc\n```"),
            "T\n\na b (ftp://x)\n\n> q\n> r\n> \n> s\n\n- a\n  more\n- b\n\nc");
}

TEST(Messages, TwoCodeBlocksInARowStayTwo) {
  EXPECT_EQ(html("```\na\n```\n```\nb\n```"), "<pre>a</pre>\n\n<pre>b</pre>");
}

TEST(Messages, ALinkWithoutAFollowedSchemeIsWrittenOut) {
  EXPECT_EQ(html("[a](./b.md) [c](javascript:x)"), "a (./b.md) c (javascript:x)");
  EXPECT_EQ(html("[a](HTTPS://b)"), "<a href=\"HTTPS://b\">a</a>");
}

TEST(Messages, BackslashesEscapeMarkupButNotCodeNorAddresses) {
  const Dialect d = samples::backslashes();
  EXPECT_EQ(one("1 \\* 2 `a*b` https://x/a_b_c", d).text, "1 \\* 2 `a*b` https://x/a_b_c");
  EXPECT_EQ(one("[a](<http://x/(y) z>)", d).text, "[a](http://x/%28y%29%20z)");
  EXPECT_EQ(one("## a\n#### b **c**", d).text, "## a\n\n**b c**");
  EXPECT_EQ(one("> a\n> b\n>\n> ```\n> c\n> ```", d).text, "> a\n> b\n\n```\nc\n```");
  EXPECT_EQ(one("```c++\na`b\n```", d).text, "```c++\na'b\n```");
}

TEST(Messages, ACodeBlockMayHaveEscapesOfItsOwnButNoFence) {
  Dialect d = samples::backslashes();
  d.code_block_escape = Escapes{};
  EXPECT_EQ(one("`a` ``b`c``\n```sh\nd=`e`\n```", d).text, "`a` `b'c`\n\n```sh\nd=`e`\n```");
  EXPECT_EQ(one("`````\n``` ```` ```````\n`````", d).text,
            "```\n``\u200B` ``\u200B`` ``\u200B``\u200B``\u200B`\n```");
}

TEST(Messages, AnAddressIsNoLinksTextWhereThePlatformShowsThatAsItIs) {
  Dialect d = samples::backslashes();
  d.bare_addresses = true;
  EXPECT_EQ(one("<https://x_y> [https://x_y](https://x_y) [a](https://x_y)", d).text,
            "https://x_y https://x_y [a](https://x_y)");
  EXPECT_EQ(one("[https://good_one](https://evil)", d).text, "https://good_one \\(https://evil\\)");
  EXPECT_EQ(one("[https:**//good**](https://evil)", d).text, "https:**//good** \\(https://evil\\)");
  EXPECT_EQ(one("[see **https://good**](https://evil)", d).text,
            "see **https://good** \\(https://evil\\)");
}

TEST(Messages, AnAddressInTheTextIsFoundWholeAndEscapedAsOne) {
  Dialect d = samples::backslashes();
  (*d.url_escape)['~'] = "%7E";
  EXPECT_EQ(one("https://a.b/~joe/c_d", d).text, "https://a.b/%7Ejoe/c_d");
  EXPECT_EQ(one("(https://a.b/Foo_(bar)_c#d_e).", d).text,
            "\\(https://a.b/Foo_%28bar%29_c#d_e\\).");
  EXPECT_EQ(one("\u94FE\u63A5\uFF1Ahttps://a.b/x_y#z", d).text,
            "\u94FE\u63A5\uFF1Ahttps://a.b/x_y#z");
}

TEST(Messages, CodeOfEmptyLinesAloneIsLeftOut) {
  EXPECT_EQ(one("a\n\n```\n\n\n```\n\n_b_", samples::backslashes()).text, "a\n\n*b*");
}

TEST(Messages, SpansEndWithTheLineWhereThePlatformSaysSo) {
  const Dialect d = samples::marks();
  EXPECT_EQ(one("**a\nb** *c*", d).text, "*a*\n*b* _c_");
  EXPECT_EQ(one("[a](https://x) # b", d).text, "a (https://x) # b");
  EXPECT_EQ(one("**a\nb**", samples::control_codes()).text,
            "\x02"
            "a\x02\n\x02"
            "b\x02");
}

TEST(Messages, WhiteSpaceAtTheEdgeOfASpanLiesOutside) {
  EXPECT_EQ(one("**[a ](https://x)b**", samples::backslashes()),
            (Message{"[**a**](https://x) **b**", "a (https://x) b"}));
}

TEST(Messages, WhatHasNoTextOfItsOwnIsSaidAsItIs) {
  EXPECT_EQ(html("#"), "#");
  EXPECT_EQ(html("```\n```"), "```\n```");
  EXPECT_TRUE(markdown_messages(" \n ", samples::format(samples::html())).empty());
}

TEST(Messages, APlatformThatReadsMarkdownGetsIt) {
  Format format;
  format.markdown = true;
  EXPECT_EQ(markdown_messages("**a** _b_", format), (std::vector<Message>{{"**a** _b_", ""}}));
  EXPECT_EQ(plain_messages("a_b *c*", format), (std::vector<Message>{{"a_b \\*c\\*", ""}}));
}

TEST(Messages, WhatTheGatewaySaysIsNoMarkup) {
  const auto said =
      plain_messages("*a* _b_ <c>\n\n# d\n    /model x_y", samples::format(samples::html()));
  EXPECT_EQ(said, (std::vector<Message>{{"*a* _b_ &lt;c&gt;\n\n# d\n    /model x_y",
                                         "*a* _b_ <c>\n\n# d\n    /model x_y"}}));
  EXPECT_EQ(plain_messages("*a*", samples::format(samples::backslashes()))[0].text, "\\*a\\*");
}

}  // namespace
}  // namespace openclaw::render
