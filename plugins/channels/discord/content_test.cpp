#include "content.hpp"

#include <gtest/gtest.h>

namespace openclaw::discord {
namespace {

constexpr const char* kPictureUrl = "https://example.org/a";

TEST(Content, APictureStandsBelowItsCaption) {
  for (const char* mime : {"image/png", "image/jpeg", "image/gif", "image/webp"}) {
    const Content content = content_of(kPictureUrl, mime, "a picture");
    EXPECT_EQ(content.text, "a picture") << mime;
    EXPECT_EQ(content.image, kPictureUrl) << mime;
  }
}

TEST(Content, AnythingElseIsItsAddress) {
  for (const char* mime : {"image/svg+xml", "video/mp4", "audio/mpeg", "application/pdf", ""}) {
    const Content content = content_of(kPictureUrl, mime, "a file");
    EXPECT_EQ(content.text, std::string("a file\n") + kPictureUrl) << mime;
    EXPECT_EQ(content.image, "") << mime;
  }
  EXPECT_EQ(content_of(kPictureUrl, "", "").text, kPictureUrl);
  const std::string longest = "https://example.org/" + std::string(2048, 'x');
  EXPECT_EQ(content_of(longest, "image/png", "").text, longest);
}

TEST(Content, TheCaptionIsShownLetterByLetterWhereThatFits) {
  EXPECT_EQ(content_of(kPictureUrl, "image/png", "a_b_c *d* <@1> `e` [f](g)").text,
            R"(a\_b\_c \*d\* \<@1\> \`e\` \[f\](g))");
  const std::string stars(1500, '*');
  EXPECT_EQ(content_of(kPictureUrl, "image/png", stars).text, stars);
}

TEST(Content, ARefusedPictureIsItsAddress) {
  EXPECT_EQ(without_image({"a", kPictureUrl}).text, std::string("a\n") + kPictureUrl);
  EXPECT_EQ(without_image({"", kPictureUrl}).text, kPictureUrl);
  EXPECT_EQ(without_image({"a", kPictureUrl}).image, "");
  EXPECT_EQ(without_image({"a", ""}).text, "a");
}

}  // namespace
}  // namespace openclaw::discord
