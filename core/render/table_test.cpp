#include "core/render/table.hpp"

#include <gtest/gtest.h>

namespace openclaw::render {
namespace {

using Align = Table::Align;

Table table(const std::vector<std::vector<std::string>>& rows, Align align = Align::left) {
  Table t;
  for (const auto& row : rows) {
    t.begin_row();
    for (const auto& cell : row) {
      t.begin_cell(align);
      t.add(cell);
    }
  }
  return t;
}

TEST(Table, AlignsItsColumns) {
  EXPECT_EQ(table({{"a", "bb"}, {"ccc", "d"}}).text(), "a   | bb\n----+---\nccc | d");
  EXPECT_EQ(table({{"a"}, {"ccc"}}, Align::right).text(), "  a\n---\nccc");
  EXPECT_EQ(table({{"a"}, {"ccc"}}, Align::centre).text(), " a\n---\nccc");
}

TEST(Table, CountsWideLettersTwice) {
  EXPECT_EQ(table({{"你", "x"}, {"ab", "y"}}).text(), "你 | x\n---+--\nab | y");
}

TEST(Table, DoesNotPadForTheSakeOfOneLongCell) {
  const std::string text = table({{"a", "b"}, {std::string(500, 'x'), "c"}}).text();
  EXPECT_LT(text.size(), 500 + 3 * Table::kMaxWidth);
}

TEST(Table, DoesNotGrowMuchBeyondItsCells) {
  std::vector<std::vector<std::string>> rows{std::vector<std::string>(50, std::string(40, 'x'))};
  for (int i = 0; i < 5000; ++i) rows.emplace_back(50);
  EXPECT_LT(table(rows).text().size(), 5000U * 50 * 5);
}

}  // namespace
}  // namespace openclaw::render
