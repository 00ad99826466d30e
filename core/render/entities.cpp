#include "core/render/entities.hpp"

#include <utf8proc.h>

#include <array>
#include <charconv>
#include <utility>

namespace openclaw::render {
namespace {

/// Those that models write; a list of all 2,231 would serve nobody.
constexpr std::array<std::pair<std::string_view, std::string_view>, 32> kNamed{
    {{"amp", "&"},       {"lt", "<"},     {"gt", ">"},    {"quot", "\""},  {"apos", "'"},
     {"nbsp", "\u00A0"}, {"copy", "©"},   {"reg", "®"},   {"trade", "™"},  {"hellip", "…"},
     {"mdash", "—"},     {"ndash", "–"},  {"lsquo", "‘"}, {"rsquo", "’"},  {"ldquo", "“"},
     {"rdquo", "”"},     {"laquo", "«"},  {"raquo", "»"}, {"bull", "•"},   {"middot", "·"},
     {"deg", "°"},       {"plusmn", "±"}, {"times", "×"}, {"divide", "÷"}, {"le", "≤"},
     {"ge", "≥"},        {"ne", "≠"},     {"larr", "←"},  {"rarr", "→"},   {"euro", "€"},
     {"pound", "£"},     {"sect", "§"}}};

std::string encoded(std::uint32_t code) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const bool valid = code != 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
  const auto size =
      utf8proc_encode_char(valid ? static_cast<utf8proc_int32_t>(code) : 0xFFFD, bytes.data());
  return {bytes.begin(), bytes.begin() + size};
}

}  // namespace

std::string decoded_entity(std::string_view entity) {
  if (entity.size() < 3) return std::string(entity);
  std::string_view name = entity.substr(1, entity.size() - 2);
  if (name.front() == '#') {
    name.remove_prefix(1);
    const bool hex = !name.empty() && (name.front() == 'x' || name.front() == 'X');
    if (hex) name.remove_prefix(1);
    std::uint32_t code = 0;
    const auto [end, error] =
        std::from_chars(name.data(), name.data() + name.size(), code, hex ? 16 : 10);
    return encoded(error == std::errc{} && end == name.data() + name.size() ? code : 0);
  }
  for (const auto& [known, text] : kNamed) {
    if (known == name) return std::string(text);
  }
  return std::string(entity);
}

}  // namespace openclaw::render
