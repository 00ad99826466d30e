// Cleans, joins and cuts text.
#include "text_lines.hpp"

#include <algorithm>

namespace openclaw::irc {

namespace {

constexpr std::string_view kJoint = " / ";

/// How many bytes the UTF-8 sequence at the front has; 0 = it is none.
std::size_t sequence_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xF5 ? 0 : first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || length == 0 || text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool outside = (first == 0xED && byte(1) > 0x9F) || (first == 0xF4 && byte(1) > 0x8F);
  return overlong || outside ? 0 : length;
}

/// Bold, colours and the like are text on IRC. 0x01 would make it a CTCP request.
bool is_formatting(char c) {
  return std::string_view("\x02\x03\x04\x0F\x11\x16\x1D\x1E\x1F").find(c) != std::string_view::npos;
}

std::string clean(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const std::size_t length = sequence_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const char c = text.front();
    const auto value = static_cast<unsigned char>(c);
    if (c == '\t') {
      out += ' ';
    } else if (value >= 0x20 ? value != 0x7F : c == '\n' || is_formatting(c)) {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

std::vector<std::string> split(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto line = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    line = line.substr(0, line.find_last_not_of(' ') + 1);
    if (!line.empty()) lines.emplace_back(line);
  }
  return lines;
}

std::vector<std::string> joined(const std::vector<std::string>& lines, std::size_t budget) {
  std::vector<std::string> out;
  for (const std::string& line : lines) {
    if (!out.empty() && out.back().size() + kJoint.size() + line.size() <= budget) {
      out.back() += std::string(kJoint) + line;
    } else {
      out.push_back(line);
    }
  }
  return out;
}

/// Where to cut so that the front has at most `budget` bytes.
std::size_t cut_at(std::string_view line, std::size_t budget) {
  const auto space = line.rfind(' ', budget);
  if (space != std::string_view::npos && space >= budget / 2) return space;
  std::size_t at = budget;
  while (at > 0 && (static_cast<unsigned char>(line[at]) & 0xC0U) == 0x80U) --at;
  return at;
}

}  // namespace

std::vector<std::string> text_lines(std::string_view text, std::size_t budget) {
  budget = std::max<std::size_t>(budget, 16);
  auto lines = split(clean(text));
  if (lines.size() > kWholeLines) lines = joined(lines, budget);
  std::vector<std::string> out;
  for (const std::string& whole : lines) {
    std::string_view line = whole;
    while (line.size() > budget) {
      const std::size_t at = cut_at(line, budget);
      out.emplace_back(line.substr(0, line.find_last_not_of(' ', at - 1) + 1));
      if (out.back().empty()) out.pop_back();
      line.remove_prefix(std::min(line.find_first_not_of(' ', at), line.size()));
    }
    if (!line.empty()) out.emplace_back(line);
  }
  return out;
}

}  // namespace openclaw::irc
