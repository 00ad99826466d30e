// Walks UTF-8 by its lead bytes: a four-byte sequence is a surrogate pair, every other one unit.
#include "utf16.hpp"

namespace openclaw::telegram {

namespace {

bool continues(char c) {
  return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}
std::size_t units_of(char lead) {
  return static_cast<unsigned char>(lead) >= 0xF0U ? 2 : 1;
}

/// The byte where the character that holds unit `units` begins, or the end.
std::size_t byte_at(std::string_view utf8, std::size_t units) {
  std::size_t seen = 0;
  std::size_t i = 0;
  while (i < utf8.size()) {
    const std::size_t next = seen + units_of(utf8[i]);
    if (next > units) break;
    seen = next;
    ++i;
    while (i < utf8.size() && continues(utf8[i])) ++i;
  }
  return i;
}

}  // namespace

std::size_t utf16_length(std::string_view utf8) {
  std::size_t units = 0;
  for (const char c : utf8) {
    if (!continues(c)) units += units_of(c);
  }
  return units;
}

std::string_view utf16_slice(std::string_view utf8, std::size_t offset, std::size_t length) {
  const std::string_view rest = utf8.substr(byte_at(utf8, offset));
  return rest.substr(0, byte_at(rest, length));
}

std::string_view utf16_tail(std::string_view utf8, std::size_t units) {
  std::size_t seen = 0;
  std::size_t start = utf8.size();
  for (std::size_t i = utf8.size(); i > 0; --i) {
    if (continues(utf8[i - 1])) continue;
    seen += units_of(utf8[i - 1]);
    if (seen > units) break;
    start = i - 1;
  }
  return utf8.substr(start);
}

}  // namespace openclaw::telegram
