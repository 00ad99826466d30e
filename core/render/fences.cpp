#include "core/render/fences.hpp"

#include <algorithm>

namespace openclaw::render {
namespace {

struct Line {
  std::string_view marker;  ///< empty: not a fence's line
  std::string_view rest;    ///< trimmed
  std::size_t indent = 0;
};

Line read(std::string_view line) {
  Line out;
  while (out.indent < line.size() && line[out.indent] == ' ') ++out.indent;
  line.remove_prefix(out.indent);
  if (out.indent > 3 || line.empty() || (line[0] != '`' && line[0] != '~')) return out;
  std::size_t run = 0;
  while (run < line.size() && line[run] == line[0]) ++run;
  if (run < 3 || run > kMaxMarker) return out;
  out.marker = line.substr(0, run);
  out.rest = line.substr(run);
  while (!out.rest.empty() && out.rest.find_first_of(" \t\r") == 0) out.rest.remove_prefix(1);
  while (!out.rest.empty() && out.rest.find_last_of(" \t\r") == out.rest.size() - 1)
    out.rest.remove_suffix(1);
  return out;
}

bool closes(const Line& line, const Fence& fence) {
  return line.rest.empty() && line.marker.starts_with(fence.marker);
}

/// ```` `inline` ```` on one line is no fence.
bool opens(const Line& line) {
  return !line.marker.empty() &&
         (line.marker[0] == '~' || line.rest.find('`') == std::string_view::npos);
}

}  // namespace

std::vector<Fence> find_fences(std::string_view text) {
  std::vector<Fence> out;
  bool inside = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t newline = std::min(text.find('\n', at), text.size());
    const Line line = read(text.substr(at, newline - at));
    const std::size_t after = std::min(newline + 1, text.size());
    if (inside && closes(line, out.back())) {
      out.back().close = at;
      out.back().end = newline;
      inside = false;
    } else if (!inside && opens(line)) {
      out.push_back({at, at + line.indent + line.marker.size(), after, text.size(), text.size(),
                     std::string(line.marker), std::string(line.rest)});
      inside = true;
    }
    at = after;
  }
  return out;
}

}  // namespace openclaw::render
