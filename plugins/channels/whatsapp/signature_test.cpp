#include "signature.hpp"

#include "whatsapp_fixture.hpp"

namespace openclaw::whatsapp {
namespace {

Digest digest() {
  Digest out{};
  for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::uint8_t>(i * 8 + 3);
  return out;
}
constexpr const char* kRight =
    "sha256=030b131b232b333b434b535b636b737b838b939ba3abb3bbc3cbd3dbe3ebf3fb";

TEST(Signature, TakesLowerCaseHexOfTheDigest) {
  EXPECT_TRUE(signature_matches(kRight, digest()));
}

TEST(Signature, RefusesEveryOtherForm) {
  const std::string right = kRight;
  std::string upper = right;
  upper[8] = 'B';
  for (const std::string& header :
       {std::string{}, std::string("sha256="), right.substr(7), "sha1=" + right.substr(7), upper,
        right + "0", right.substr(0, right.size() - 1), " " + right}) {
    EXPECT_FALSE(signature_matches(header, digest())) << header;
  }
}

TEST(Signature, OneWrongDigitAnywhereIsSeen) {
  for (std::size_t i = 7; i < std::string_view(kRight).size(); ++i) {
    std::string header = kRight;
    header[i] = header[i] == '0' ? '1' : '0';
    EXPECT_FALSE(signature_matches(header, digest())) << i;
  }
}

}  // namespace
}  // namespace openclaw::whatsapp
