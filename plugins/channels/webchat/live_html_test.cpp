#include "live_html.hpp"

#include <gtest/gtest.h>

#include <random>

namespace openclaw::webchat {
namespace {

TEST(LiveHtml, TellsOnlyWhatDiffers) {
  LiveHtml live;
  auto change = live.tell("<p>a</p>", 0);
  EXPECT_EQ(change.keep, 0U);
  EXPECT_EQ(change.html, "<p>a</p>");
  change = live.tell("<p>a</p>\n<p>b</p>", 1);
  EXPECT_EQ(change.keep, 8U);
  EXPECT_EQ(change.html, "\n<p>b</p>");
  change = live.tell("<p>a</p>\n<p>bc</p>", 2);
  EXPECT_EQ(change.keep, 13U);
  EXPECT_EQ(change.html, "c</p>");
  change = live.tell("<h1>a</h1>", 3);
  EXPECT_EQ(change.keep, 1U);
  EXPECT_EQ(change.html, "h1>a</h1>");
  EXPECT_EQ(live.told(), "<h1>a</h1>");
  EXPECT_EQ(live.tell("", 4).keep, 0U);
}

TEST(LiveHtml, CountsAsJavaScriptDoesAndCutsNoCharacter) {
  LiveHtml live;
  live.tell("\u00E4\u20AC\U0001F600x", 0);
  EXPECT_EQ(live.tell("\u00E4\u20AC\U0001F600y", 1).keep, 4U);
  auto change = live.tell("\u00E4\u20AC\U0001F601y", 2);  // another last byte of four
  EXPECT_EQ(change.keep, 2U);
  EXPECT_EQ(change.html, "\U0001F601y");
  change = live.tell("\u00E5", 3);
  EXPECT_EQ(change.keep, 0U);
  EXPECT_EQ(change.html, "\u00E5");
}

TEST(LiveHtml, WhatIsPutTogetherIsTheWhole) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  static const char* kParts[] = {"x", "\n", "\u00E4", "\u00E5", "\U0001F600", "\U0001F601"};
  LiveHtml live;
  std::string page;
  for (int round = 0; round < 3000; ++round) {
    std::string html = page.substr(0, random() % 2 == 0 ? page.size() : 0);
    for (int i = std::uniform_int_distribution<>(0, 4)(random); i > 0; --i) {
      html += kParts[random() % std::size(kParts)];
    }
    if (html.size() > 60) html.clear();
    const auto change = live.tell(html, round);
    // As a page does it, in units of 16 bits.
    std::size_t end = 0, units = 0;
    while (units < change.keep) {
      ASSERT_LT(end, page.size());
      const auto byte = static_cast<unsigned char>(page[end]);
      units += byte >= 0xF0 ? 2 : 1;
      end += byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1;
    }
    ASSERT_EQ(units, change.keep);
    page = page.substr(0, end) + change.html;
    ASSERT_EQ(page, html);
  }
}

TEST(LiveHtml, ALongAnswerIsToldMoreRarely) {
  LiveHtml live;
  EXPECT_FALSE(live.is_due(0)) << "nothing was written yet";
  live.grew();
  EXPECT_TRUE(live.is_due(0));
  live.tell("x", 0);
  EXPECT_FALSE(live.is_behind());
  live.grew();
  EXPECT_FALSE(live.is_due(LiveHtml::kEveryMs - 1));
  EXPECT_TRUE(live.is_due(LiveHtml::kEveryMs));
  live.tell(std::string(100 * 1024, 'x'), 1000);
  live.grew();
  EXPECT_FALSE(live.is_due(1000 + LiveHtml::kEveryMs));
  EXPECT_TRUE(live.is_due(1000 + LiveHtml::kEveryMs + 100 * LiveHtml::kMsPerKiB));
}

TEST(RenderPace, RestsForAMultipleOfWhatItTook) {
  RenderPace pace;
  EXPECT_EQ(pace.wait_ms(1000), 0);
  pace.rendered(1000, 1030);
  EXPECT_EQ(pace.wait_ms(1030), 30 * RenderPace::kPauses);
  EXPECT_EQ(pace.wait_ms(1030 + 30 * RenderPace::kPauses), 0);
}

}  // namespace
}  // namespace openclaw::webchat
