// What a text says, whatever it was written in: blocks of styled runs, in the order of reading.
//
// It is flat: a block says how many quotes and lists it lies in, a run which styles it has.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/render/style.hpp"
#include "core/render/table.hpp"

namespace openclaw::render {

enum class BlockKind : std::uint8_t { paragraph, heading, code, table, rule };

struct Block {
  BlockKind kind = BlockKind::paragraph;
  std::uint8_t level = 0;    ///< heading: 1 to 6
  std::uint8_t quotes = 0;   ///< in how many quotes it lies, at most kMaxDepth
  std::uint8_t depth = 0;    ///< in how many lists, at most kMaxDepth
  bool begins_item = false;  ///< a list item's marker stands before it
  bool tight = false;        ///< no empty line before it
  bool tight_item = false;   ///< its list's items are written without empty lines
  std::int64_t number = -1;  ///< the item's; -1 in a list without numbers
  /// What it lies in, from outside: q, a quote; u, a list; o, one with numbers. As many of each as
  /// `quotes` and `depth` say.
  std::string path;
  std::uint32_t table = 0;    ///< its place in Document::tables, from 1; 0: it is none
  std::string language;       ///< of code; empty: unknown
  std::size_t begin = 0;      ///< in Document::text
  std::size_t first_run = 0;  ///< in Document::runs
};

/// Line breaks within a block are newlines. A table's text is its rows, aligned with spaces. The
/// text is valid UTF-8 without control characters but tab and newline: a platform may take those
/// for its own.
struct Document {
  static constexpr std::uint8_t kMaxDepth = 6;

  std::string text;
  std::vector<Block> blocks;
  std::vector<Run> runs;
  std::vector<std::string> links;
  std::vector<Table> tables;  ///< as they were written; their texts are laid out in `text`
  std::vector<std::uint32_t> pictures;  ///< places of those links that were written as images

  void begin(Block block);
  /// To the newest block, which there must be.
  void add(std::string_view valid_utf8, const Style& style = {});
  /// A link's place, for Style::link.
  std::uint32_t add_link(std::string url);

  /// The blocks from `first` to before `end`, alone.
  [[nodiscard]] Document part(std::size_t first, std::size_t end) const;

  [[nodiscard]] std::size_t end_of(std::size_t block) const {
    return block + 1 < blocks.size() ? blocks[block + 1].begin : text.size();
  }
  [[nodiscard]] std::size_t end_of_runs(std::size_t block) const {
    return block + 1 < blocks.size() ? blocks[block + 1].first_run : runs.size();
  }
};

/// A text that is meant as it stands.
Document plain_document(std::string_view text);

}  // namespace openclaw::render
