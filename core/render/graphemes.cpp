#include "core/render/graphemes.hpp"

#include <utf8proc.h>

#include <algorithm>
#include <string>

namespace openclaw::render {
namespace {

constexpr std::int32_t kReplacement = 0xFFFD;

const utf8proc_uint8_t* bytes_of(std::string_view text) {
  return reinterpret_cast<const utf8proc_uint8_t*>(text.data());
}

struct Decoded {
  std::int32_t code = kReplacement;
  std::size_t bytes = 1;
  bool valid = false;
};

/// How many bytes at the front of `text` are the beginning of a code point that is cut short there:
/// as many as some continuation completes, and at least one.
std::size_t cut_short(std::string_view text) {
  for (std::size_t bytes = std::min<std::size_t>(text.size(), 3); bytes > 1; --bytes) {
    for (const char continuation : {'\x80', '\xBF'}) {  // the ends of what any byte may be
      std::string whole(4, continuation);
      whole.replace(0, bytes, text.substr(0, bytes));
      std::int32_t code = 0;
      if (utf8proc_iterate(bytes_of(whole), 4, &code) > 0) return bytes;
    }
  }
  return 1;
}

bool is_ascii(std::int32_t code) {
  return code >= 0 && code < 0x80;
}

/// The code point at `at`, or the longest beginning of one that is cut short there (which counts
/// as one U+FFFD, as the Unicode standard recommends).
Decoded decode(std::string_view text, std::size_t at) {
  const auto first = static_cast<unsigned char>(text[at]);
  if (is_ascii(first)) return {first, 1, true};
  const std::string_view rest = text.substr(at);
  Decoded out;
  const auto bytes =
      utf8proc_iterate(bytes_of(rest), static_cast<utf8proc_ssize_t>(rest.size()), &out.code);
  out.valid = bytes > 0;
  if (!out.valid) out.code = kReplacement;
  out.bytes = out.valid ? static_cast<std::size_t>(bytes) : cut_short(rest);
  return out;
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

/// Between two code points; `state` belongs to utf8proc, 0 says that `before` begins a cluster.
bool parted(std::int32_t before, std::int32_t code, std::int32_t& state) {
  if (is_ascii(before) && is_ascii(code)) {
    state = 0;
    return before != '\r' || code != '\n';  // of ASCII nothing else is joined (GB3)
  }
  return utf8proc_grapheme_break_stateful(before, code, &state);
}

}  // namespace

std::string valid_utf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  std::size_t sound = 0;  // what lies between here and `at` has no fault
  for (std::size_t at = 0; at < text.size();) {
    const Decoded d = decode(text, at);
    if (!d.valid) {
      out += text.substr(sound, at - sound);
      out += "\xEF\xBF\xBD";
      sound = at + d.bytes;
    }
    at += d.bytes;
  }
  out += text.substr(sound);
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
  out.reserve(text.size());
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
    if (at == 0 || parted(previous, d.code, state)) close();
    points.push_back({at, size_of(d.code, unit)});
    cluster_size += points.back().size;
    previous = d.code;
    at += d.bytes;
  }
  close();
  return out;
}

}  // namespace openclaw::render
