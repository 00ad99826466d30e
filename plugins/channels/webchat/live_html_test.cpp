#include "live_html.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace openclaw::webchat {
namespace {

TEST(LiveHtml, TellsOnlyTheLinesThatDiffer) {
  LiveHtml live;
  live.grew(1);
  auto change = live.tell("<p>a</p>", 0);
  EXPECT_EQ(change.keep, 0U);
  EXPECT_EQ(change.html, "<p>a</p>");
  change = live.tell("<p>a</p>\n<p>b</p>", 1);
  EXPECT_EQ(change.keep, 1U);
  EXPECT_EQ(change.html, "<p>b</p>");
  change = live.tell("<p>a</p>\n<p>bc</p>", 2);
  EXPECT_EQ(change.keep, 1U);
  EXPECT_EQ(change.html, "<p>bc</p>");
  change = live.tell("<h1>a</h1>", 3);
  EXPECT_EQ(change.keep, 0U);
  EXPECT_EQ(change.html, "<h1>a</h1>");
  EXPECT_EQ(live.told(), "<h1>a</h1>");
}

TEST(LiveHtml, WhatIsPutTogetherIsTheWhole) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  LiveHtml live;
  std::vector<std::string> page;
  for (int round = 0; round < 2000; ++round) {
    std::string html;
    const int lines = std::uniform_int_distribution<>(0, 4)(random);
    for (int i = 0; i < lines; ++i) {
      html += (i > 0 ? "\n" : "") + std::string(std::uniform_int_distribution<>(1, 3)(random), 'x');
    }
    const auto change = live.tell(html, round);
    ASSERT_LE(change.keep, page.size());
    page.resize(change.keep);
    for (std::size_t at = 0; at < change.html.size();) {
      const std::size_t end = std::min(change.html.find('\n', at), change.html.size());
      page.push_back(change.html.substr(at, end - at));
      at = end + 1;
    }
    std::string shown;
    for (std::size_t i = 0; i < page.size(); ++i) shown += (i > 0 ? "\n" : "") + page[i];
    ASSERT_EQ(shown, html);
  }
}

TEST(LiveHtml, ALongTextIsToldMoreRarely) {
  LiveHtml live;
  EXPECT_FALSE(live.is_due(0)) << "nothing was written yet";
  live.grew(10);
  EXPECT_TRUE(live.is_due(0));
  live.tell("x", 0);
  EXPECT_FALSE(live.is_behind());
  live.grew(20);
  EXPECT_FALSE(live.is_due(LiveHtml::kEveryMs - 1));
  EXPECT_TRUE(live.is_due(LiveHtml::kEveryMs));
  live.grew(100 * 1024);
  live.tell("x", 1000);
  live.grew(100 * 1024 + 1);
  EXPECT_FALSE(live.is_due(1000 + LiveHtml::kEveryMs));
  EXPECT_TRUE(live.is_due(1000 + LiveHtml::kEveryMs + 100 * LiveHtml::kMsPerKiB));
}

}  // namespace
}  // namespace openclaw::webchat
