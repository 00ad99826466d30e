#include "openclaw/cpp/provider/redact.hpp"

#include <gtest/gtest.h>

namespace openclaw::sdk {
namespace {

TEST(Redact, HidesWhateverLooksLikeAKey) {
  EXPECT_EQ(redact("Incorrect API key provided: sk-proj-abcDEF_123. See x"),
            "Incorrect API key provided: [redacted] See x");
  EXPECT_EQ(redact("key 'sk-ant-api03-abc' is bad"), "key '[redacted]' is bad");
  EXPECT_EQ(redact("Incorrect API key provided: foo12."), "Incorrect API key provided: [redacted]");
  EXPECT_EQ(redact("Authorization: bearer abc.def"), "Authorization: bearer [redacted]");
  EXPECT_EQ(redact("x-api-key: hunter2!"), "x-api-key: [redacted]!");
  EXPECT_EQ(redact("AIzaSyA123456 gsk_12345678 xai-12345678 hf_abcdefgh"),
            "[redacted] [redacted] [redacted] [redacted]");
  EXPECT_EQ(redact("token " + std::string(20, 'a') + std::string(20, '7')), "token [redacted]");
}

TEST(Redact, LeavesOrdinaryWordsAlone) {
  const std::string text =
      "The model `claude-sonnet-4-20250514` (req_011CSHoEeqs5C35K2UUqR7Fy) is task-specific: sk-";
  EXPECT_EQ(redact(text), text);
}

TEST(Redact, MakesOneLineOfValidText) {
  EXPECT_EQ(redact("a\r\nb\tc\x7f\xff\xc3"), "a  b c???");
  EXPECT_EQ(redact("\xed\xa0\x80"), "???") << "a surrogate";
  EXPECT_EQ(redact("Grüße"), "Grüße");
}

TEST(Redact, CutsAtACharacter) {
  std::string text;
  for (int i = 0; i < 200; ++i) text += "ü ";
  const std::string cut = redact(text);
  EXPECT_LE(cut.size(), 300U);
  EXPECT_GT(cut.size(), 290U);
  EXPECT_EQ(redact(cut.substr(0, cut.size() - 3)), cut.substr(0, cut.size() - 3));
  EXPECT_EQ(cut.substr(cut.size() - 3), "...");
}

TEST(Redact, NeverShowsAKeyAtTheCut) {
  for (std::size_t n = 250; n < 320; ++n) {
    std::string text;
    while (text.size() < n) text += "a ";
    text += "sk-secretsecretsecret";
    EXPECT_EQ(redact(text).find("sk-s"), std::string::npos) << n;
  }
}

}  // namespace
}  // namespace openclaw::sdk
