#include "signature.hpp"

namespace openclaw::whatsapp {

namespace {
constexpr std::string_view kPrefix = "sha256=";
constexpr std::string_view kHex = "0123456789abcdef";
}  // namespace

bool signature_matches(std::string_view header, const Digest& expected) {
  if (header.substr(0, kPrefix.size()) != kPrefix) return false;
  header.remove_prefix(kPrefix.size());
  if (header.size() != 2 * expected.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const char high = kHex[expected[i] >> 4U];
    const char low = kHex[expected[i] & 15U];
    difference |= static_cast<unsigned char>(header[2 * i] ^ high);
    difference |= static_cast<unsigned char>(header[2 * i + 1] ^ low);
  }
  return difference == 0;
}

}  // namespace openclaw::whatsapp
