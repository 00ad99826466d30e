// A table: its cells, and as lines of text that align where every letter is as wide.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/render/style.hpp"

namespace openclaw::render {

class Table {
 public:
  enum class Align : std::uint8_t { left, centre, right };
  struct Cell {
    std::string text;
    std::vector<Run> runs;  ///< of `text`
    std::string plain;      ///< the same, with what says without markup where a link leads
  };

  void begin_row() { rows_.emplace_back(); }
  /// Of the newest row; `align` counts in the first row.
  void begin_cell(Align align);
  /// To the newest cell.
  void add(std::string_view text, const Style& style = {});
  /// Only in the text that is laid out.
  void add_plain(std::string_view text) { rows_.back().back().plain += text; }

  /// The first is the head. A row has no more cells than that is long.
  [[nodiscard]] const std::vector<std::vector<Cell>>& rows() const { return rows_; }
  [[nodiscard]] Align align_of(std::size_t column) const {
    return column < aligns_.size() ? aligns_[column] : Align::left;
  }

  /// With each run's style replaced by fn(style).
  template <class Fn>
  [[nodiscard]] Table with_styles(Fn fn) const {
    Table out = *this;
    for (auto& row : out.rows_) {
      for (Cell& cell : row) {
        for (Run& run : cell.runs) run.style = fn(run.style);
      }
    }
    return out;
  }

  /// A line under the first row sets the head apart. Columns are padded up to kMaxWidth; no column
  /// is where that would make the text much longer than the cells are.
  [[nodiscard]] std::string text() const;

  static constexpr std::size_t kMaxWidth = 40;

 private:
  [[nodiscard]] std::vector<std::size_t> widths() const;

  std::vector<Align> aligns_;
  std::vector<std::vector<Cell>> rows_;
};

}  // namespace openclaw::render
