#include "core/render/graphemes.hpp"

#include <utf8proc.h>

#include <string>

namespace openclaw::render {
namespace {

constexpr std::int32_t kReplacement = 0xFFFD;

struct Decoded {
  std::int32_t code = kReplacement;
  std::size_t bytes = 1;
  bool valid = false;
};

/// The code point at `at`, or the longest beginning of one that is cut short there (which counts
/// as one U+FFFD, as the Unicode standard recommends).
Decoded decode(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned lead = byte(at);
  if (lead < 0x80) return {static_cast<std::int32_t>(lead), 1, true};
  const std::size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4) return {};
  // The second byte's range excludes overlong forms, surrogates and what is above U+10FFFF.
  unsigned low = 0x80, high = 0xBF;
  if (lead == 0xE0) low = 0xA0;
  if (lead == 0xED) high = 0x9F;
  if (lead == 0xF0) low = 0x90;
  if (lead == 0xF4) high = 0x8F;
  unsigned code = lead & (0x7FU >> need);
  for (std::size_t i = 1; i < need; ++i) {
    if (at + i >= text.size() || byte(at + i) < low || byte(at + i) > high)
      return {kReplacement, i, false};
    code = code << 6 | (byte(at + i) & 0x3F);
    low = 0x80;
    high = 0xBF;
  }
  return {static_cast<std::int32_t>(code), need, true};
}

std::uint32_t size_of(std::int32_t code, Unit unit) {
  switch (unit) {
    case Unit::utf16:
      return code > 0xFFFF ? 2 : 1;
    case Unit::codepoints:
      return 1;
    case Unit::bytes:
      break;
  }
  return code > 0xFFFF ? 4 : code > 0x7FF ? 3 : code > 0x7F ? 2 : 1;
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Decoded d = decode(text, at);
    if (d.valid) {
      out += text.substr(at, d.bytes);
    } else {
      out += "\xEF\xBF\xBD";
    }
    at += d.bytes;
  }
  return out;
}

std::size_t length(std::string_view text, Unit unit) {
  std::size_t total = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded d = decode(text, at);
    total += size_of(d.code, unit);
    at += d.bytes;
  }
  return total;
}

std::vector<Grapheme> graphemes(std::string_view text, Unit unit, std::size_t max_size) {
  std::vector<Grapheme> out;
  std::vector<Grapheme> points;  // of the present cluster
  std::size_t cluster_size = 0;
  const auto close = [&] {
    if (points.empty()) return;
    if (cluster_size <= max_size) {
      out.push_back({points.front().begin, static_cast<std::uint32_t>(cluster_size)});
    } else {
      out.insert(out.end(), points.begin(), points.end());
    }
    points.clear();
    cluster_size = 0;
  };
  std::int32_t previous = 0, state = 0;
  for (std::size_t at = 0; at < text.size();) {
    const Decoded d = decode(text, at);
    if (at == 0 || utf8proc_grapheme_break_stateful(previous, d.code, &state)) close();
    points.push_back({at, size_of(d.code, unit)});
    cluster_size += points.back().size;
    previous = d.code;
    at += d.bytes;
  }
  close();
  return out;
}

}  // namespace openclaw::render
