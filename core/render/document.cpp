#include "core/render/document.hpp"

#include <map>
#include <utility>

#include "core/render/chunk.hpp"

namespace openclaw::render {

namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

}  // namespace

void Document::begin(Block block) {
  block.begin = text.size();
  block.first_run = runs.size();
  blocks.push_back(std::move(block));
}

void Document::add(std::string_view valid_utf8, const Style& style) {
  const bool first = runs.size() == blocks.back().first_run;
  if (first || runs.back().style != style) runs.push_back({text.size(), style});
  for (const char c : valid_utf8) {
    if (!is_control(c) || c == '\n' || c == '\t') text += c;
  }
}

std::uint32_t Document::add_link(std::string url) {
  std::erase_if(url, is_control);
  links.push_back(std::move(url));
  return static_cast<std::uint32_t>(links.size());
}

Document Document::part(std::size_t first, std::size_t end) const {
  Document out;
  std::map<std::uint32_t, std::uint32_t> places;  // of links, here and there
  const auto moved = [&](Style style) {
    if (style.link != 0) {
      const auto [place, added] = places.try_emplace(style.link, 0);
      if (added) place->second = out.add_link(links[style.link - 1]);
      style.link = place->second;
    }
    return style;
  };
  for (std::size_t b = first; b < end; ++b) {
    out.begin(blocks[b]);
    if (const std::uint32_t table = blocks[b].table; table != 0) {
      out.tables.push_back(tables[table - 1].with_styles(moved));
      out.blocks.back().table = static_cast<std::uint32_t>(out.tables.size());
    }
    for (std::size_t r = blocks[b].first_run; r < end_of_runs(b); ++r) {
      const std::size_t stop = r + 1 < end_of_runs(b) ? runs[r + 1].begin : end_of(b);
      out.add(std::string_view(text).substr(runs[r].begin, stop - runs[r].begin),
              moved(runs[r].style));
    }
  }
  return out;
}

Document plain_document(std::string_view text) {
  Document document;
  document.begin({});
  document.add(valid_utf8(text));
  return document;
}

}  // namespace openclaw::render
