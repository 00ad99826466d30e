// Lays a table out as lines of text that align where every letter is as wide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace openclaw::render {

class Table {
 public:
  enum class Align : std::uint8_t { left, centre, right };

  void begin_row() { rows_.emplace_back(); }
  /// Of the newest row; `align` counts in the first row.
  void begin_cell(Align align);
  /// To the newest cell.
  void add(std::string_view text) { rows_.back().back() += text; }

  /// A line under the first row sets the head apart. Columns are padded up to kMaxWidth; no column
  /// is where that would make the text much longer than the cells are.
  [[nodiscard]] std::string text() const;

  static constexpr std::size_t kMaxWidth = 40;

 private:
  [[nodiscard]] std::vector<std::size_t> widths() const;

  std::vector<Align> aligns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace openclaw::render
