// Where clusters end, against the Unicode library asked about each pair of code points.
#include "core/render/graphemes.hpp"

#include <gtest/gtest.h>
#include <utf8proc.h>

#include <array>
#include <random>
#include <string>

namespace openclaw::render {
namespace {

struct CodePoints {
  std::string bytes;
  std::vector<std::int32_t> codes;
};

CodePoints random_code_points(std::mt19937& random) {
  // Two of each: ASCII, line ends, accents, joiner, emoji, modifier, flags, prepended mark, Hangul.
  constexpr std::array<std::int32_t, 18> kCodes = {
      'a',     ' ',     '\r',   '\n',    0x301,   0x308, 0x200D, 0x200D, 0x1F468,
      0x1F469, 0x1F3FB, 0xFE0F, 0x1F1E9, 0x1F1EA, 0x600, 0x600,  0x1100, 0x1161};
  CodePoints text;
  for (std::size_t left = random() % 24; left > 0; --left) {
    const std::int32_t code = kCodes[random() % kCodes.size()];
    utf8proc_uint8_t encoded[4];
    const auto bytes = utf8proc_encode_char(code, encoded);
    text.bytes.append(reinterpret_cast<const char*>(encoded), static_cast<std::size_t>(bytes));
    text.codes.push_back(code);
  }
  return text;
}

std::vector<std::size_t> library_clusters(const CodePoints& text) {
  std::vector<std::size_t> begins;
  std::int32_t state = 0;
  std::size_t at = 0;
  for (std::size_t i = 0; i < text.codes.size(); ++i) {
    if (i == 0 || utf8proc_grapheme_break_stateful(text.codes[i - 1], text.codes[i], &state)) {
      begins.push_back(at);
    }
    utf8proc_uint8_t encoded[4];
    at += static_cast<std::size_t>(utf8proc_encode_char(text.codes[i], encoded));
  }
  return begins;
}

TEST(Graphemes, AreThoseOfTheUnicodeLibrary) {
  const auto seed = std::random_device{}();
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random(seed);
  for (int round = 0; round < 20'000; ++round) {
    const CodePoints text = random_code_points(random);
    std::vector<std::size_t> begins;
    for (const Grapheme& one : graphemes(text.bytes, Unit::bytes, SIZE_MAX)) {
      begins.push_back(one.begin);
    }
    ASSERT_EQ(begins, library_clusters(text)) << "seed " << seed << ", round " << round;
  }
}

TEST(Graphemes, AReturnAndItsNewlineAreOneAndOtherAsciiIsEachItsOwn) {
  std::vector<std::size_t> begins;
  for (const Grapheme& one : graphemes("ab\r\n\n\rc", Unit::utf16, 32)) begins.push_back(one.begin);
  EXPECT_EQ(begins, (std::vector<std::size_t>{0, 1, 2, 4, 5, 6}));
}

TEST(ValidUtf8, ReplacesWhatIsNoneAndKeepsTheRest) {
  EXPECT_EQ(valid_utf8("a\xFF"
                       "b\xE2\x82"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(valid_utf8("\x80"), "\xEF\xBF\xBD");
  EXPECT_EQ(valid_utf8("gr\xC3\xBC\xC3\x9F"), "gr\xC3\xBC\xC3\x9F");
  EXPECT_EQ(valid_utf8(""), "");
}

}  // namespace
}  // namespace openclaw::render
