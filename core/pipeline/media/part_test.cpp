#include "core/pipeline/media/part.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/pipeline/media/sample_media.hpp"

namespace openclaw::pipeline {
namespace {

using nlohmann::json;
using namespace std::string_literals;

MediaPart part(const std::string& mime, const std::string& bytes, const std::string& name = {}) {
  return media_part({mime, name, "ref", 0}, {}, bytes);
}

TEST(MediaPart, APictureIsADataUrlOfWhatItsBytesSay) {
  const json j = json::parse(part("image/jpeg", kPng).json);
  EXPECT_EQ(j["type"], "image_url");
  EXPECT_EQ(j["image_url"]["url"], "data:image/png;base64,iVBORw0KGgouLi4=");
  for (const auto& [type, bytes] :
       std::vector<std::pair<std::string, std::string>>{{"image/jpeg", "\xff\xd8\xff\xe0"},
                                                        {"image/gif", "GIF89a;"},
                                                        {"image/webp", "RIFF\1\2\3\4WEBPVP8 "}}) {
    EXPECT_NE(part("application/octet-stream", bytes).json.find("data:" + type), std::string::npos);
  }
}

TEST(MediaPart, WhatOnlySaysThatItIsAPictureIsNone) {
  const MediaPart p = part("image/png", "<svg onload=x>");
  EXPECT_TRUE(p.json.empty());
  EXPECT_EQ(p.why_not, "not a kind of picture that models read");
  EXPECT_EQ(part("image/png", "").why_not, "it is empty");
}

TEST(MediaPart, SoundSaysItsFormat) {
  const auto format = [](const std::string& bytes) {
    const MediaPart p = part("audio/whatever", bytes);
    return p.json.empty() ? p.why_not
                          : json::parse(p.json)["input_audio"]["format"].get<std::string>();
  };
  EXPECT_EQ(format("OggS\0\2"s), "ogg");
  EXPECT_EQ(format("RIFF....WAVEfmt "), "wav");
  EXPECT_EQ(format("ID3\3"), "mp3");
  EXPECT_EQ(format("\xff\xfb\x90"), "mp3");
  EXPECT_EQ(format("\xff\xf1\x50"), "aac");
  EXPECT_EQ(format("fLaC\0"s), "flac");
  EXPECT_EQ(format("\0\0\0\x20"
                   "ftypM4A "s),
            "m4a");
  EXPECT_EQ(format("what?"), "not a kind of sound that models hear");
}

TEST(MediaPart, APdfIsAFileByItsName) {
  const json j = json::parse(part("application/pdf", "%PDF-1.7", "a \"b\".pdf").json);
  EXPECT_EQ(j["type"], "file");
  EXPECT_EQ(j["file"]["filename"], "a \"b\".pdf");
  EXPECT_EQ(j["file"]["file_data"], "data:application/pdf;base64,JVBERi0xLjc=");
  EXPECT_EQ(part("application/pdf", "MZ").why_not, "it is not a PDF");
}

TEST(MediaPart, TextIsGivenAsTextAndCutBetweenCharacters) {
  const json j = json::parse(part("text/csv; charset=utf-8", "a,b\n1,2", "t.csv").json);
  EXPECT_EQ(j, (json{{"type", "text"}, {"text", "Contents of t.csv:\na,b\n1,2"}}));
  EXPECT_EQ(part("text/plain", "\xff\xfe").why_not, "it is not text in UTF-8");
  EXPECT_EQ(part("text/plain", "a\0b"s).why_not, "it is not text in UTF-8");

  std::string umlauts = "x";
  while (umlauts.size() < 200'000) umlauts += "ä";
  const std::string text = json::parse(part("text/plain", umlauts).json)["text"];
  EXPECT_LT(text.size(), 132'000U);
  EXPECT_NE(text.find("left out]"), std::string::npos);
  EXPECT_EQ(text.find("\xef\xbf\xbd"), std::string::npos);
}

TEST(MediaPart, AnyBeginningOfAFileIsTakenAsItIs) {
  for (const std::string& whole : {kPng, "RIFF....WEBPVP8 "s, "RIFF....WAVEfmt "s,
                                   "\0\0\0\x20"
                                   "ftypM4A "s,
                                   "\xff\xfb\x90"s, "%PDF-1.7"s}) {
    for (std::size_t n = 0; n <= whole.size(); ++n) {
      for (const char* mime : {"image/png", "audio/mp4", "application/pdf", "text/plain", ""}) {
        const MediaPart p = part(mime, whole.substr(0, n));
        EXPECT_NE(p.json.empty(), p.why_not.empty());
      }
    }
  }
}

TEST(MediaPart, OnlyWhatCouldBecomeAPartIsFetched) {
  const auto worth = [](const std::string& mime, const std::string& name) {
    return worth_fetching({mime, name, "ref", 0});
  };
  EXPECT_TRUE(worth("Image/PNG", ""));
  EXPECT_TRUE(worth("audio/ogg; codecs=opus", ""));
  EXPECT_TRUE(worth("application/octet-stream", "notes.MD"));
  EXPECT_TRUE(worth("", "report.pdf"));
  EXPECT_TRUE(worth("application/json", ""));
  EXPECT_FALSE(worth("video/mp4", "a.mp4"));
  EXPECT_FALSE(worth("image/svg+xml", "a.svg"));
  EXPECT_FALSE(worth("application/zip", "a.txt"));
  EXPECT_FALSE(worth("", ""));
  EXPECT_EQ(part("application/zip", "PK\3\4").why_not, "not a kind of file that models read");
}

}  // namespace
}  // namespace openclaw::pipeline
