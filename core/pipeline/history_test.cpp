#include "core/pipeline/history.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace openclaw::pipeline {
namespace {

TEST(History, KeepsTextsOfItsOwn) {
  History history;
  EXPECT_TRUE(history.empty());
  {
    const std::string text = "a text that does not outlive this block", meta = R"({"tokens":1})";
    history.add({7, Role::assistant, 1300, text, meta});
  }
  history.add({8, Role::user, 1400, {}, {}});
  ASSERT_EQ(history.size(), 2U);
  EXPECT_EQ(history[0].id, 7U);
  EXPECT_EQ(history[0].role, Role::assistant);
  EXPECT_EQ(history[0].ts_ms, 1300);
  EXPECT_EQ(history[0].text, "a text that does not outlive this block");
  EXPECT_EQ(history[0].meta_json, R"({"tokens":1})");
  EXPECT_EQ(history[1].text, "");
}

TEST(History, TextsStayWhereTheyAreAsItGrowsAndMoves) {
  History history;
  const auto text_of = [](std::size_t i) {
    // Some are longer than a block.
    return std::string(i % 100 == 50 ? 100'000 : i % 40, static_cast<char>('a' + i % 26));
  };
  history.add({0, Role::user, 0, "the first", {}});
  const std::string_view first = history[0].text;
  for (std::size_t i = 1; i < 1000; ++i) history.add({i, Role::user, 0, text_of(i), {}});
  std::optional<History> moved = std::move(history);
  ASSERT_EQ(moved->size(), 1000U);
  EXPECT_EQ((*moved)[0].text.data(), first.data());
  std::size_t i = 0;
  for (const HistoryEntry& entry : *moved) {
    EXPECT_EQ(entry.text, i == 0 ? "the first" : text_of(i)) << i;
    ++i;
  }
}

TEST(History, CanBeFilledAgainOnceItWasCleared) {
  History history;
  history.add({1, Role::user, 0, "before", {}});
  history.clear();
  EXPECT_TRUE(history.empty());
  history.add({2, Role::user, 0, "after", {}});
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].text, "after");
}

}  // namespace
}  // namespace openclaw::pipeline
