#include "core/render/table.hpp"

#include <utf8proc.h>

#include <algorithm>

namespace openclaw::render {
namespace {

std::size_t width_of(std::string_view text) {
  std::size_t width = 0;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  for (auto left = static_cast<utf8proc_ssize_t>(text.size()); left > 0;) {
    utf8proc_int32_t code = 0;
    const auto bytes = std::max<utf8proc_ssize_t>(utf8proc_iterate(at, left, &code), 1);
    width += static_cast<std::size_t>(std::max(utf8proc_charwidth(code), 0));
    at += bytes;
    left -= bytes;
  }
  return width;
}

void pad(std::string& line, std::string_view cell, std::size_t width, Table::Align align) {
  const std::size_t own = width_of(cell);
  const std::size_t room = width > own ? width - own : 0;
  const std::size_t before = align == Table::Align::right    ? room
                             : align == Table::Align::centre ? room / 2
                                                             : 0;
  line.append(before, ' ').append(cell).append(room - before, ' ');
}

}  // namespace

void Table::begin_cell(Align align) {
  if (rows_.size() == 1) aligns_.push_back(align);
  rows_.back().emplace_back();
}

void Table::add(std::string_view text, const Style& style) {
  Cell& cell = rows_.back().back();
  if (cell.runs.empty() || cell.runs.back().style != style) {
    cell.runs.push_back({cell.text.size(), style});
  }
  cell.text += text;
  cell.plain += text;
}

std::vector<std::size_t> Table::widths() const {
  std::vector<std::size_t> widths(aligns_.size(), 1);
  std::size_t bytes = 0, cells = 0;
  for (const auto& row : rows_) {
    for (std::size_t i = 0; i < row.size() && i < widths.size(); ++i) {
      widths[i] = std::max(widths[i], std::min(width_of(row[i].plain), kMaxWidth));
      bytes += row[i].plain.size();
      ++cells;
    }
  }
  std::size_t line = 0;
  for (const std::size_t width : widths) line += width + 3;
  const bool sparse = line * (rows_.size() + 1) > 4 * (bytes + 3 * cells) + 2000;
  if (sparse) std::fill(widths.begin(), widths.end(), 1);
  return widths;
}

std::string Table::text() const {
  const std::vector<std::size_t> width = widths();
  std::string out;
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    std::string line;
    for (std::size_t i = 0; i < rows_[r].size() && i < width.size(); ++i) {
      if (i > 0) line += " | ";
      pad(line, rows_[r][i].plain, width[i], aligns_[i]);
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    if (r > 0) out += '\n';
    out += line;
    if (r > 0) continue;
    out += '\n';
    for (std::size_t i = 0; i < width.size(); ++i) {
      out += (i > 0 ? "-+-" : "") + std::string(width[i], '-');
    }
  }
  return out;
}

}  // namespace openclaw::render
