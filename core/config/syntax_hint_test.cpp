// What is said about the mistakes that people make most often in YAML.
#include "core/config/syntax_hint.hpp"

#include <gtest/gtest.h>

#include "core/config/load_fixture.hpp"

namespace openclaw::config {
namespace {

std::string said_about(const std::string& text) {
  std::string out;
  for (const Diagnostic& found : parse_document(text, "f").diagnostics) {
    out += found.to_string() + "\n";
  }
  return out;
}

TEST(SyntaxHint, NamesTheTabInTheIndentation) {
  EXPECT_EQ(said_about("server:\n\tport: 3000\n"),
            "f:2:1: error: line 2 is indented with a tab; use spaces\n");
  EXPECT_EQ(said_about("server:\n  port: 3000\n\thost: x\n"),
            "f:3:1: error: line 3 is indented with a tab; use spaces\n");
  EXPECT_EQ(said_about("server:\n  cors:\n  \tenabled: true\n"),
            "f:3:1: error: line 3 is indented with a tab; use spaces\n");
}

TEST(SyntaxHint, LeavesATabAloneThatIsNoIndentation) {
  EXPECT_EQ(said_about("a: {\n\tb: 1,\n\tc: 2 }\n"), "");
  EXPECT_EQ(said_about("a: |\n  x\n  \ty: [\nb:\t1\n"), "");
  EXPECT_EQ(said_about("a: {\n\tb: 1,\n\tc: 2\n"),
            "f:1:4: error: the `{` of line 1 is never closed\n");
}

TEST(SyntaxHint, AsksForQuotesAroundAVariableInsideBrackets) {
  EXPECT_EQ(said_about("auth: { apiKey: ${OPENCLAW_API_KEY} }\n"),
            "f:1:17: error: inside { } and [ ] a variable needs quotes; quote it: "
            "\"${OPENCLAW_API_KEY}\"\n");
  EXPECT_EQ(said_about("a: 1\nb:\n  - {name: x, key: ${KEY:-s3cret}, c: 1}\n"),
            "f:3:20: error: inside { } and [ ] a variable needs quotes; quote it: "
            "\"${KEY:-…}\"\n");
  EXPECT_EQ(said_about("plugins: {load: [${A-B}]}\n"),
            "f:1:18: error: inside { } and [ ] a variable needs quotes; quote it: \"${NAME}\"\n");
  EXPECT_EQ(said_about("a: {b: x${C}}\n"),
            "f:1:9: error: inside { } and [ ] a variable needs quotes; quote it: \"${C}\"\n");
}

TEST(SyntaxHint, TakesAVariableWithoutQuotesElsewhere) {
  EXPECT_EQ(said_about("auth:\n  apiKey: ${KEY}\nlist:\n- ${KEY}\n"), "");
  EXPECT_EQ(said_about("auth: { apiKey: \"${KEY}\", b: '${KEY}' }\n"), "");
}

TEST(SyntaxHint, PointsToTheBracketThatIsNeverClosed) {
  EXPECT_EQ(said_about("a: 1\nserver: { port: 3000\nauth: { apiKey: x }\n"),
            "f:2:9: error: the `{` of line 2 is never closed\n");
  EXPECT_EQ(said_about("server:\n  port: [1\nauth: x\n"),
            "f:2:9: error: the `[` of line 2 is never closed\n");
  EXPECT_EQ(said_about("a: { b: [1, 2 }\n"),
            "f:1:15: error: `}` where the `[` of line 1 must be closed\n");
}

TEST(SyntaxHint, IsNotMisledByBracketsThatAreText) {
  EXPECT_EQ(said_about("# {\na: \"{\" # [\nb: it's {\nc: 'it''s ['\nd: \"\\\"{\"\ne: { f: 1\n"),
            "f:6:4: error: the `{` of line 6 is never closed\n");
  EXPECT_EQ(
      said_about("a:\n- text: |\n    {\n  more: >-\n    [\n    \"\n  x: 1\n- |\n {\nb: { f: 1\n"),
      "f:10:4: error: the `{` of line 10 is never closed\n");
  EXPECT_EQ(said_about("a: &x {b: 1}\nc: !!str [\n"),
            "f:2:10: error: the `[` of line 2 is never closed\n");
}

TEST(SyntaxHint, FindsTheQuoteThatIsNeverClosed) {
  EXPECT_EQ(said_about("a: {b: \"abc}\nc: 1\n"),
            "f:1:8: error: the quote of line 1 is never closed\n");
  // The parser itself takes the rest of the file for the value.
  EXPECT_EQ(said_about("a: 1\nb: \"abc\nc: 1\n"),
            "f:2:4: error: the quote of line 2 is never closed\n");
  EXPECT_EQ(said_about("b: 'it''s\nc: 1\n"), "f:1:4: error: the quote of line 1 is never closed\n");
  EXPECT_EQ(said_about("b: \"abc\\\""), "f:1:4: error: the quote of line 1 is never closed\n");
  EXPECT_EQ(said_about("b: \"a\\\"b\nc\"\nd: 'it''s'\ne: ''\nf: \"\xC3\xA9\"\n"), "");
}

TEST(SyntaxHint, FindsQuotesBehindCharactersOfSeveralBytes) {
  for (const std::string start : {"", "\xEF\xBB\xBF"}) {
    EXPECT_EQ(said_about(start + "a: \xF0\x9F\x98\x80\xC3\xA9\r\nb: [\"x\",'y',\"z\"]\n"), "");
    EXPECT_EQ(said_about(start + "a: \xF0\x9F\x98\x80\xC3\xA9\r\nbc: \"x\n"),
              "f:2:5: error: the quote of line 2 is never closed\n");
  }
}

TEST(SyntaxHint, TakesAQuoteThatIsText) {
  EXPECT_EQ(said_about("a: |\n  \"x\n  y\nb: >-\n 'z\nc: !!str |\n \"x\nd: &d |\n\n  \"\n"), "");
  EXPECT_EQ(said_about("a: it's\nb: !!str \"x\"\nc: &c 'x'\nd: x \"y\n"), "");
}

TEST(SyntaxHint, PutsTheParsersWordsInPlainOnes) {
  EXPECT_EQ(said_about("a: b: c\n"),
            "f:1:5: error: YAML syntax: a key where none can be; align it with the keys beside it, "
            "or quote the value if it holds `: `\n");
  EXPECT_EQ(said_about("a:\n    b: 1\n  c: 2\n"),
            "f:3:3: error: YAML syntax: not aligned with the keys above; indent it as they are\n");
  EXPECT_EQ(said_about("a: [*]\n"),
            "f:1:6: error: YAML syntax: a value that begins with `*` needs quotes, as in \"*\"\n");
  EXPECT_EQ(said_about("a: @b\n"),
            "f:1:4: error: YAML syntax: a value cannot begin with this character; quote it\n");
}

TEST(SyntaxHint, NamesAKeyThatIsGivenTwiceAndTheFirstPlace) {
  EXPECT_EQ(said_about("server:\n  port: 1\n  host: x\n  port: 2\n"),
            "f:4:3: error: server.port: given twice, first in line 2; remove one of the two\n");
  EXPECT_EQ(said_about("a:\n- b: 1\n- c: {d: 1, d: 2}\n"),
            "f:3:13: error: a[1].c.d: given twice, first in line 3; remove one of the two\n");
}

}  // namespace
}  // namespace openclaw::config
