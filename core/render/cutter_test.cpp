#include <gtest/gtest.h>

#include "core/render/sample_dialects.hpp"

namespace openclaw::render {
namespace {

using Messages = std::vector<Message>;

Messages cut(std::string_view markdown, Dialect dialect, std::size_t limit,
             Unit unit = Unit::codepoints) {
  return markdown_messages(markdown, samples::format(std::move(dialect), limit, unit));
}
std::string x(std::size_t n, char c = 'x') {
  return std::string(n, c);
}

TEST(Cutter, ClosesWhatIsOpenAndOpensItAgain) {
  EXPECT_EQ(cut("**" + x(50) + " " + x(50, 'y') + "**", samples::html(), 64),
            (Messages{{"<b>" + x(50) + "</b>", x(50)}, {"<b>" + x(50, 'y') + "</b>", x(50, 'y')}}));
  const auto code =
      cut("```cpp\n" + x(50) + "\n  " + x(50, 'y') + "\n```", samples::backslashes(), 80);
  ASSERT_EQ(code.size(), 2U);
  EXPECT_EQ(code[0].text, "```cpp\n" + x(50) + "\n```");
  EXPECT_EQ(code[1].text, "```cpp\n  " + x(50, 'y') + "\n```");
}

TEST(Cutter, AQuoteGoesOnInTheNextMessage) {
  EXPECT_EQ(cut("> " + x(50) + " " + x(50, 'y'), samples::marks(), 64),
            (Messages{{"> " + x(50), ""}, {"> " + x(50, 'y'), ""}}));
  EXPECT_EQ(cut("> " + x(50) + "\n>\n> " + x(50, 'y'), samples::html(), 64)[1],
            (Message{"<blockquote>" + x(50, 'y') + "</blockquote>", "> " + x(50, 'y')}));
}

TEST(Cutter, PrefersParagraphThenLineThenSentenceThenSpace) {
  const auto first = [](const std::string& markdown) { return cut(markdown, {}, 64).at(0).text; };
  EXPECT_EQ(first(x(30) + "\n\n" + x(20) + "\n" + x(40)), x(30));
  EXPECT_EQ(first(x(30) + "\n" + x(20) + ". " + x(40)), x(30));
  EXPECT_EQ(first(x(30) + ". " + x(20) + " " + x(40)), x(30) + ".");
  EXPECT_EQ(first(x(30) + " " + x(80)), x(30));
  EXPECT_EQ(first(x(80)), x(64));
  EXPECT_EQ(first("Hi\n\n" + x(30) + " " + x(80)), "Hi\n\n" + x(30));  // no crumb
}

TEST(Cutter, AHeadingStaysWithItsText) {
  EXPECT_EQ(cut(x(30) + "\n\n# T\n\n" + x(50, 'y'), {}, 64)[1].text, "T\n\n" + x(50, 'y'));
}

TEST(Cutter, AMarkerStaysWithItsItem) {
  EXPECT_EQ(cut(x(62) + "\n- " + x(10, 'y'), {}, 64)[1].text, "- " + x(10, 'y'));
}

TEST(Cutter, CountsWhatThePlatformCounts) {
  const std::string ampersands = x(64, '&');
  EXPECT_EQ(cut(ampersands, samples::html(), 64).size(), 1U);  // after parsing
  Dialect markup = samples::html();
  markup.counts_text = false;
  EXPECT_EQ(cut(ampersands, markup, 64).size(), 6U);  // 12 of "&amp;" each
  EXPECT_EQ(cut("é" + x(63), {}, 64, Unit::bytes).size(), 2U);
}

TEST(Cutter, ThePlainTextFitsToo) {
  std::string links;
  for (int i = 0; i < 20; ++i) links += "[a](https://example.org) ";
  for (const Message& m : cut(links, samples::html(), 100)) {
    EXPECT_LE(length(m.plain, Unit::codepoints), 100U);
  }
}

TEST(Cutter, KeepsTheBoundOnBytes) {
  std::string text;
  for (int i = 0; i < 4000; ++i) text += "**b***i*";
  const auto messages = cut(text, samples::html(), 100'000);
  EXPECT_GT(messages.size(), 1U);
  for (const Message& m : messages) EXPECT_LE(m.text.size(), 32768U);
}

TEST(Cutter, ALinkTooLongToOpenInEveryMessageIsWrittenOut) {
  const std::string url = "https://" + x(100);
  EXPECT_EQ(cut("[a](" + url + ")", samples::html(), 128)[0], (Message{"a (" + url + ")", ""}));
}

TEST(Cutter, MarkupThatLeavesNoRoomIsLeftOut) {
  Dialect d = samples::html();
  d.counts_text = false;
  const auto messages = cut("> ***~~" + x(100) + "~~***", d, 64);
  for (const Message& m : messages) EXPECT_LE(m.text.size(), 64U);
  EXPECT_LE(messages.size(), 4U);
}

}  // namespace
}  // namespace openclaw::render
