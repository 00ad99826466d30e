// Decodes UTF-8 just far enough to see what a terminal would obey.
#include "cli/terminal_text.hpp"

#include <array>
#include <cctype>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace openclaw::cli {

namespace {

bool steers(std::uint32_t c) {
  return c < 0x20 || (c >= 0x7F && c <= 0x9F) || c == 0x61C || c == 0x200E || c == 0x200F ||
         (c >= 0x2028 && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

std::size_t length_of(unsigned char first) {
  if (first < 0x80) return 1;
  if (first < 0xE0) return 2;
  return first < 0xF0 ? 3 : 4;
}

/// JSON's printer knows what UTF-8 is; what it leaves between its quotes is valid.
std::string valid_utf8(std::string_view text) {
  const nlohmann::json value(text);
  const auto fixed =
      nlohmann::json::parse(value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  return fixed.get<std::string>();
}

}  // namespace

std::string printable(std::string_view text) {
  const std::string valid = valid_utf8(text);
  std::string out;
  for (std::size_t i = 0; i < valid.size();) {
    const auto first = static_cast<unsigned char>(valid[i]);
    const std::size_t length = length_of(first);
    std::uint32_t c = length == 1 ? first : first & (0xFFU >> (length + 1));
    for (std::size_t k = 1; k < length; ++k) {
      c = c << 6U | (static_cast<unsigned char>(valid[i + k]) & 0x3FU);
    }
    if (steers(c)) {
      std::array<char, 8> escape{};
      std::snprintf(escape.data(), escape.size(), "\\u%04x", static_cast<unsigned>(c));
      out += escape.data();
    } else {
      out += valid.substr(i, length);
    }
    i += length;
  }
  return out;
}

std::string sentence(std::string text) {
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text + ".";
}

std::string duration(std::int64_t seconds) {
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 2 * 3600) return std::to_string(seconds / 60) + " min";
  if (seconds < 2 * 86400) return std::to_string(seconds / 3600) + " h";
  return std::to_string(seconds / 86400) + " d";
}

std::string counted(long count, const std::string& what) {
  const bool y = what.ends_with('y');
  if (count == 1) return "1 " + what;
  return std::to_string(count) + " " + (y ? what.substr(0, what.size() - 1) + "ies" : what + "s");
}

}  // namespace openclaw::cli
