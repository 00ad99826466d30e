#include "core/render/chunk.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <random>

#include "core/render/fences.hpp"
#include "core/render/graphemes.hpp"

namespace openclaw::render {
namespace {

using Chunks = std::vector<std::string>;

std::string without_blanks(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ' && c != '\n' && c != '\t' && c != '\r') out += c;
  }
  return out;
}

TEST(Utf8, KeepsWhatIsValid) {
  const std::string text = "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80\xF4\x8F\xBF\xBF";
  EXPECT_EQ(valid_utf8(text), text);
}

TEST(Utf8, ReplacesEachInvalidSequenceOnce) {
  const std::string r = "\xEF\xBF\xBD";
  EXPECT_EQ(valid_utf8("a\xFFz"), "a" + r + "z");
  EXPECT_EQ(valid_utf8("\xE2\x82z"), r + "z");               // cut short: one
  EXPECT_EQ(valid_utf8("\xC0\xAF"), r + r);                  // overlong
  EXPECT_EQ(valid_utf8("\xED\xA0\x80"), r + r + r);          // surrogate
  EXPECT_EQ(valid_utf8("\xF4\x90\x80\x80"), r + r + r + r);  // above U+10FFFF
  EXPECT_EQ(valid_utf8("\xF0\x9F\x98"), r);
}

TEST(Length, CountsInThePlatformsUnit) {
  const std::string text = "a\xC3\xA9\xF0\x9F\x98\x80";
  EXPECT_EQ(length(text, Unit::bytes), 7U);
  EXPECT_EQ(length(text, Unit::codepoints), 3U);
  EXPECT_EQ(length(text, Unit::utf16), 4U);
  EXPECT_EQ(length("\xFF", Unit::bytes), 3U);
}

TEST(Chunk, ATextThatFitsStaysWhole) {
  EXPECT_EQ(chunk("Hello, *world*.\n\nBye.", 4096, Unit::utf16), Chunks{"Hello, *world*.\n\nBye."});
  EXPECT_EQ(chunk(std::string(64, 'x'), 64, Unit::codepoints), Chunks{std::string(64, 'x')});
}

TEST(Chunk, ABlankTextHasNoChunks) {
  EXPECT_TRUE(chunk("", 100, Unit::bytes).empty());
  EXPECT_TRUE(chunk(" \n\t\r\n " + std::string(500, ' '), 100, Unit::bytes).empty());
}

TEST(Chunk, IndentationLongerThanTheLimitMakesNoEmptyChunk) {
  EXPECT_EQ(chunk(std::string(100, ' ') + "x", 32, Unit::bytes), Chunks{"x"});
}

TEST(Chunk, PrefersParagraphThenLineThenSentenceThenSpace) {
  const std::string a(12, 'a'), b(12, 'b'), c(30, 'c');
  EXPECT_EQ(chunk(a + "\n\n" + b + "\n" + c, 40, Unit::bytes)[0], a);
  EXPECT_EQ(chunk(a + "\n" + b + ". x" + c, 40, Unit::bytes)[0], a);
  EXPECT_EQ(chunk(a + ". " + b + " x" + c, 40, Unit::bytes)[0], a + ".");
  EXPECT_EQ(chunk(a + " " + b + "," + c, 40, Unit::bytes)[0], a);
  EXPECT_EQ(chunk(a + b + c, 40, Unit::bytes)[0].size(), 40U);
}

TEST(Chunk, DoesNotLeaveACrumbForAParagraphsSake) {
  const auto chunks =
      chunk("Hi\n\n" + std::string(20, 'a') + " " + std::string(60, 'b'), 40, Unit::bytes);
  EXPECT_EQ(chunks[0], "Hi\n\n" + std::string(20, 'a'));
}

TEST(Chunk, KeepsTheIndentationOfTheNextLine) {
  const auto chunks = chunk(std::string(30, 'a') + "\n\n  - nested", 32, Unit::bytes);
  EXPECT_EQ(chunks, (Chunks{std::string(30, 'a'), "  - nested"}));
}

TEST(Chunk, ClosesAndReopensAFenceWithItsLanguage) {
  const std::string line(30, 'x');
  const auto chunks =
      chunk("```cpp\n" + line + "\n  " + line + "\n```\nafter", 48, Unit::codepoints);
  EXPECT_EQ(chunks, (Chunks{"```cpp\n" + line + "\n```", "```cpp\n  " + line + "\n```", "after"}));
}

TEST(Chunk, NoEmptyFenceFollowsWhenTheCutMeetsTheClosingLine) {
  const std::string line(30, 'x');
  const auto chunks = chunk("```\n" + line + "\n```\n" + std::string(40, 'y'), 40, Unit::bytes);
  EXPECT_EQ(chunks, (Chunks{"```\n" + line + "\n```", std::string(40, 'y')}));
}

TEST(Chunk, NeverMakesAFenceOfWhatIsNone) {
  const auto chunks =
      chunk(std::string(25, 'a') + " b ```c " + std::string(20, 'd'), 32, Unit::bytes);
  EXPECT_EQ(chunks, (Chunks{std::string(25, 'a'), "b ```c " + std::string(20, 'd')}));
}

TEST(Chunk, ARunOfMarkersLongerThanTheLimitStillFillsItsChunks) {
  EXPECT_LT(chunk(std::string(1000, '`'), 100, Unit::bytes).size(), 12U);
}

TEST(Chunk, ClosesAFenceThatTheTextLeavesOpen) {
  EXPECT_EQ(chunk("```js\nlet x", 100, Unit::bytes), Chunks{"```js\nlet x\n```"});
}

TEST(Chunk, NeverSplitsAFamilyEmoji) {
  const std::string family = "\U0001F468\u200D\U0001F469\u200D\U0001F467\u200D\U0001F466";
  std::string text;
  for (int i = 0; i < 40; ++i) text += family;
  for (const std::string& c : chunk(text, 100, Unit::utf16)) {
    EXPECT_EQ(c.size() % family.size(), 0U);
    EXPECT_LE(length(c, Unit::utf16), 100U);
  }
}

TEST(Chunk, AnEndlessGraphemeStillKeepsTheLimit) {
  std::string zalgo = "a";
  for (int i = 0; i < 1000; ++i) zalgo += "\u0301";
  const auto chunks = chunk(zalgo, 40, Unit::codepoints);
  std::string joined;
  for (const std::string& c : chunks) {
    EXPECT_LE(length(c, Unit::codepoints), 40U);
    joined += c;
  }
  EXPECT_EQ(joined, zalgo);
}

TEST(Chunk, SplitsChineseAtItsOwnFullStop) {
  std::string first, second;
  for (int i = 0; i < 20; ++i) first += "\u4F60";
  for (int i = 0; i < 20; ++i) second += "\u597D";
  EXPECT_EQ(chunk(first + "\u3002" + second, 32, Unit::codepoints),
            (Chunks{first + "\u3002", second}));
}

TEST(Fences, InlineCodeAndDeepIndentationAreNone) {
  EXPECT_TRUE(find_fences("```inline```\n    ```\n").empty());
  const auto found = find_fences("x\n~~~~ sh\n```\n~~~\n~~~~~\ny");
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].language, "sh");
  EXPECT_EQ(found[0].close, 18U);
}

std::string random_text(std::mt19937& random) {
  static const std::vector<std::string> parts{"word",
                                              " ",
                                              "\n",
                                              "\n\n",
                                              ". ",
                                              "! ",
                                              "```cpp\n",
                                              "\n```\n",
                                              "b```",
                                              "~~~\n",
                                              "\r\n",
                                              "\U0001F600",
                                              "e\u0301",
                                              "\U0001F1E9\U0001F1EA",
                                              "\u4F60\u597D\u3002",
                                              "  ",
                                              "longerword",
                                              "\n    indented\n",
                                              "\n````text\n",
                                              "\xFF",
                                              "\t",
                                              "supercalifragilistic",
                                              "\U0001F468\u200D\U0001F469\u200D\U0001F467",
                                              "\n```\n",
                                              "`a`",
                                              "\n  ```py\n"};
  std::string text;
  const int count = std::uniform_int_distribution<>(0, 200)(random);
  for (int i = 0; i < count; ++i) {
    const auto& part =
        parts[std::uniform_int_distribution<std::size_t>(0, parts.size() - 1)(random)];
    // A run of markers as long as a chunk has to be cut somewhere, whatever that makes of it.
    if (!text.empty() && text.back() == '`' && part[0] == '`') text += "x";
    text += part;
  }
  return text;
}

/// What is left of the chunks when every fence line is taken out: those are the ones that chunking
/// may add.
std::string without_fence_lines(const std::string& text) {
  std::string out;
  std::size_t at = 0;
  for (const Fence& f : find_fences(text)) {
    out += text.substr(at, f.open - at) + text.substr(f.content, f.close - f.content);
    at = f.end;
  }
  return without_blanks(out + text.substr(at));
}

TEST(Chunk, PropertiesHoldForRandomTexts) {
  const unsigned seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  for (int round = 0; round < 3000; ++round) {
    const std::string text = random_text(random);
    const auto limit = std::uniform_int_distribution<std::size_t>(32, 200)(random);
    const auto unit = static_cast<Unit>(round % 3);
    std::string joined;
    for (const std::string& c : chunk(text, limit, unit)) {
      ASSERT_LE(length(c, unit), limit) << "seed " << seed << " round " << round;
      ASSERT_FALSE(without_blanks(c).empty()) << "seed " << seed << " round " << round;
      ASSERT_EQ(valid_utf8(c), c) << "seed " << seed << " round " << round;
      for (const Fence& f : find_fences(c))
        ASSERT_LT(f.close, c.size()) << "open fence, seed " << seed << " round " << round << "\n"
                                     << c;
      joined += without_fence_lines(c);
    }
    ASSERT_EQ(joined, without_fence_lines(valid_utf8(text)))
        << "seed " << seed << " round " << round << " limit " << limit << "\n"
        << text;
  }
}

TEST(Chunk, CutsOnlyBetweenGraphemes) {
  const unsigned seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  const std::vector<std::string> letters{
      "e\u0301",      "\U0001F1E9\U0001F1EA",      "x", "\U0001F44D\U0001F3FD",
      "\u0E01\u0E33", "\U0001F469\u200D\U0001F4BB"};
  for (int round = 0; round < 200; ++round) {
    std::string text;
    for (int i = 0; i < 300; ++i) text += letters[random() % letters.size()];
    const std::size_t whole = graphemes(text, Unit::bytes, 100).size();
    std::size_t sum = 0;
    for (const std::string& c : chunk(text, 120, Unit::bytes))
      sum += graphemes(c, Unit::bytes, 100).size();
    ASSERT_EQ(sum, whole) << "seed " << seed << " round " << round;
  }
}

/// Not timed: in quadratic time it would not end before the test's deadline.
TEST(Chunk, ALargeTextIsCutWithinTheDeadline) {
  std::string text = "```\n";
  while (text.size() < 8'000'000) text += "a b.\n\n";
  EXPECT_GT(chunk(text, 2000, Unit::utf16).size(), text.size() / 2001);
}

}  // namespace
}  // namespace openclaw::render
