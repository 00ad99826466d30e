#include "core/render/portions.hpp"

#include "core/render/fences.hpp"

namespace openclaw::render {
namespace {

/// The end of the last empty line in (begin, limit] that no fence encloses; `begin`: none.
/// `fence` moves to the first that does not end before `begin`.
std::size_t last_empty_line(std::string_view text, std::size_t begin, std::size_t limit,
                            const std::vector<Fence>& fences, std::size_t& fence) {
  while (fence < fences.size() && fences[fence].end <= begin) ++fence;
  std::size_t found = begin;
  std::size_t from = fence;
  for (std::size_t at = begin; (at = text.find("\n\n", at)) < limit - 1; ++at) {
    while (from < fences.size() && fences[from].end <= at) ++from;
    const bool enclosed = from < fences.size() && at >= fences[from].open;
    if (!enclosed) found = at + 2;
  }
  return found;
}

bool continues_code_point(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::vector<std::string_view> portions(std::string_view text, std::size_t size) {
  if (text.size() <= size) return {text};
  const std::vector<Fence> fences = find_fences(text);
  std::vector<std::string_view> out;
  std::size_t begin = 0, fence = 0;
  while (text.size() - begin > size) {
    const std::size_t limit = begin + size;
    std::size_t end = last_empty_line(text, begin, limit, fences, fence);
    if (end == begin) {
      const std::size_t newline = text.substr(0, limit).rfind('\n');
      if (newline != std::string_view::npos && newline >= begin) end = newline + 1;
    }
    if (end == begin) {
      end = limit;
      while (end > begin + 1 && continues_code_point(text[end])) --end;
    }
    out.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  out.push_back(text.substr(begin));
  return out;
}

}  // namespace openclaw::render
