#include "text_lines.hpp"

#include <gtest/gtest.h>

namespace openclaw::irc {
namespace {

using Lines = std::vector<std::string>;

TEST(TextLines, EachLineOfTheTextIsALine) {
  EXPECT_EQ(text_lines("one\n\n  two \nthree\n", 100), (Lines{"one", "  two", "three"}));
  EXPECT_TRUE(text_lines(" \n\n", 100).empty());
}

TEST(TextLines, LongOnesAreCutAtSpacesAndLoseNothing) {
  EXPECT_EQ(text_lines("0123456789 abcdefghij klmno", 22),
            (Lines{"0123456789 abcdefghij", "klmno"}));
  EXPECT_EQ(text_lines(std::string(40, 'x'), 16).size(), 3U);
}

TEST(TextLines, NeverCutsInsideUtf8AndReplacesWhatIsNone) {
  for (std::size_t budget = 16; budget < 40; ++budget) {
    std::string text, all;
    for (int i = 0; i < 30; ++i) text += "a€😀";
    for (const auto& line : text_lines(text, budget)) {
      EXPECT_LE(line.size(), budget);
      all += line;
    }
    EXPECT_EQ(all, text) << budget;
  }
  EXPECT_EQ(text_lines("a\xff\xc3", 100), (Lines{"a\xEF\xBF\xBD\xEF\xBF\xBD"}));
}

TEST(TextLines, NoControlCharacterCanMakeACommandOrARequest) {
  const std::string text("\x01VERSION\x01\r\nQUIT\0\a\tx\x02y", 21);
  EXPECT_EQ(text_lines(text, 100), (Lines{"VERSION", "QUIT x\x02y"}));
}

TEST(TextLines, ManyShortLinesAreJoinedSoThatAMessageStaysBounded) {
  std::string text;
  for (int i = 0; i < 600; ++i) text += "a\n";  // the most that the manifest's limit lets through
  const auto lines = text_lines(text, 330);
  EXPECT_LE(lines.size(), 8U);
  EXPECT_TRUE(lines[0].starts_with("a / a / a"));
}

}  // namespace
}  // namespace openclaw::irc
