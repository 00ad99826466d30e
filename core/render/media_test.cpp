#include "core/render/media.hpp"

#include <gtest/gtest.h>

#include "core/render/messages.hpp"
#include "core/render/sample_dialects.hpp"

namespace openclaw::render {
namespace {

Format taking(std::vector<std::string> kinds, std::size_t caption_limit = 20) {
  Format format = samples::format(samples::html(), 4000);
  format.media = MediaFormat{std::move(kinds), caption_limit};
  return format;
}

/// "text" or "<mime name url|caption>", joined by " / ".
std::string told(std::string_view markdown, const Format& format) {
  std::string out;
  for (const Message& m : markdown_messages(markdown, format)) {
    if (!out.empty()) out += " / ";
    out += m.media
               ? "<" + m.media->mime + " " + m.media->name + " " + m.media->url + "|" + m.text + ">"
               : m.text;
  }
  return out;
}

TEST(Media, APictureThatStandsAloneIsAMessageAtItsPlace) {
  EXPECT_EQ(told("Look:\n\n![a *cat*](https://x.org/cat.png?s=1)\n\nNice, **isn't** it?",
                 taking({"image"})),
            "Look: / <image/png cat.png https://x.org/cat.png?s=1|a cat> / Nice, <b>isn't</b> it?");
  EXPECT_EQ(told("![a](https://x/1.jpg)\n![](https://x/2)", taking({"image"})),
            "<image/jpeg 1.jpg https://x/1.jpg|a> / <image/* 2 https://x/2|>");
}

TEST(Media, WithoutAPlaceForThemPicturesAreLinks) {
  const std::string link = "<a href=\"https://x/1.jpg\">a</a>";
  EXPECT_EQ(told("![a](https://x/1.jpg)", samples::format(samples::html(), 4000)), link);
  EXPECT_EQ(told("![a](https://x/1.jpg)", taking({"audio"})), link);
  EXPECT_EQ(told("[a](https://x/1.jpg)", taking({"image"})), link) << "a link is one";
  EXPECT_EQ(told("see ![a](https://x/1.jpg)", taking({"image"})), "see " + link);
}

TEST(Media, AnAnswerOfPicturesAloneIsNoFlood) {
  std::string many, row;
  for (int i = 0; i < 1'000; ++i) {
    const std::string one = "![](https://x/" + std::to_string(i) + ".png)";
    many += one + "\n\n";
    row += one + " ";
  }
  std::size_t media = 0;
  for (const Message& m : markdown_messages(many, taking({"image"}))) media += m.media ? 1 : 0;
  EXPECT_EQ(media, 10U);
  EXPECT_NE(told(many, taking({"image"})).find("https://x/999.png"), std::string::npos);
  for (const Message& m : markdown_messages(row, taking({"image"}))) EXPECT_FALSE(m.media);
}

TEST(Media, InListsAndQuotesTheyAreLinks) {
  for (const char* text : {"- ![a](https://x/1.jpg)", "> ![a](https://x/1.jpg)"}) {
    for (const Message& m : markdown_messages(text, taking({"image"}))) EXPECT_FALSE(m.media);
  }
}

TEST(Media, OtherKindsAreKnownByTheirNames) {
  const Format format = taking({"image", "audio", "video", "document"});
  EXPECT_EQ(told("![](https://x/a.MP3)", format), "<audio/mpeg a.MP3 https://x/a.MP3|>");
  EXPECT_EQ(told("![](https://x/a.mp4#t)", format), "<video/mp4 a.mp4 https://x/a.mp4#t|>");
  EXPECT_EQ(told("![](https://x/a.pdf)", format), "<application/pdf a.pdf https://x/a.pdf|>");
}

TEST(Media, OnlyWhatAnotherMachineCanFetch) {
  for (const char* url :
       {"data:image/png;base64,AAAA", "file:///etc/passwd", "/a.png", "ftp://x/a.png"}) {
    for (const Message& m :
         markdown_messages(std::string("![a](") + url + ")", taking({"image"}))) {
      EXPECT_FALSE(m.media) << url;
    }
  }
  const std::string longer = "https://x/" + std::string(2048, 'a');
  for (const Message& m : markdown_messages("![a](" + longer + ")", taking({"image"}))) {
    EXPECT_FALSE(m.media);
  }
}

TEST(Media, ACaptionThatIsTooLongStaysText) {
  const auto messages =
      markdown_messages("![a caption that is too long](https://x/1.jpg)", taking({"image"}));
  ASSERT_EQ(messages.size(), 1U);
  EXPECT_FALSE(messages[0].media);
}

}  // namespace
}  // namespace openclaw::render
