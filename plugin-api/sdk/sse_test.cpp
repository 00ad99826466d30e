#include "openclaw/cpp/sse.hpp"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace openclaw::sdk {
namespace {

using Events = std::vector<std::pair<std::string, std::string>>;

void read(SseDecoder& decoder, std::string_view chunk, Events& into) {
  // A copy of its own, so that a view kept past its chunk is seen by AddressSanitizer.
  const std::string own(chunk);
  decoder.feed(own);
  while (const auto e = decoder.next()) into.emplace_back(e->name, e->data);
}

Events decode(std::string_view text) {
  SseDecoder decoder;
  Events events;
  read(decoder, text, events);
  return events;
}

TEST(Sse, ReadsNameAndData) {
  EXPECT_EQ(decode("event: ping\ndata: {}\n\ndata: x\n\n"), (Events{{"ping", "{}"}, {"", "x"}}));
}

TEST(Sse, JoinsDataLinesWithNewlines) {
  EXPECT_EQ(decode("data: a\ndata:b\ndata\ndata: c\n\n"), (Events{{"", "a\nb\n\nc"}}));
}

TEST(Sse, TakesEveryKindOfLineEnd) {
  const Events expected{{"e", "1"}, {"", "2\n3"}};
  EXPECT_EQ(decode("event:e\ndata:1\n\ndata:2\ndata:3\n\n"), expected);
  EXPECT_EQ(decode("event:e\r\ndata:1\r\n\r\ndata:2\r\ndata:3\r\n\r\n"), expected);
  EXPECT_EQ(decode("event:e\rdata:1\r\rdata:2\rdata:3\r\r"), expected);
}

TEST(Sse, IgnoresCommentsUnknownFieldsAndEventsWithoutData) {
  EXPECT_EQ(decode(": keep-alive\n\nid: 7\nretry: 9\nevent: lost\n\ndata: x\n\n"),
            (Events{{"", "x"}}));
}

TEST(Sse, StripsOneSpaceAndAByteOrderMark) {
  EXPECT_EQ(decode("\xEF\xBB\xBF"
                   "data:  x \n\n"),
            (Events{{"", " x "}}));
}

TEST(Sse, GivesTheLastEventThatLacksItsBlankLine) {
  SseDecoder decoder;
  Events events;
  read(decoder, "data: [DO", events);
  read(decoder, "NE]", events);
  EXPECT_TRUE(events.empty());
  EXPECT_TRUE(decoder.mid_event());
  const auto last = decoder.last();
  ASSERT_TRUE(last);
  EXPECT_EQ(last->data, "[DONE]");
}

TEST(Sse, KnowsWhetherItStandsBetweenEvents) {
  SseDecoder decoder;
  Events events;
  read(decoder, "data: x\n\n: comment\n", events);
  EXPECT_FALSE(decoder.mid_event());
  EXPECT_FALSE(decoder.last());
  read(decoder, "data: y\n", events);
  EXPECT_TRUE(decoder.mid_event());
}

TEST(Sse, RefusesAnEventOverTheLimit) {
  const std::string piece = "data: " + std::string(SseDecoder::kMaxEvent / 4, 'x') + "\n";
  SseDecoder decoder;
  Events events;
  for (int i = 0; i < 3; ++i) read(decoder, piece, events);
  EXPECT_FALSE(decoder.too_big());
  for (int i = 0; i < 2; ++i) read(decoder, piece, events);
  EXPECT_TRUE(decoder.too_big());
  read(decoder, "\n\ndata: x\n\n", events);
  EXPECT_TRUE(events.empty());
}

TEST(Sse, RefusesALineOverTheLimitWithoutKeepingIt) {
  SseDecoder decoder;
  Events events;
  for (std::size_t n = 0; n <= SseDecoder::kMaxEvent; n += 64 * 1024) {
    read(decoder, std::string(64 * 1024, ':'), events);
  }
  EXPECT_TRUE(decoder.too_big());
}

TEST(Sse, GivesTheSameEventsHoweverTheBytesArrive) {
  const std::string text =
      ": hi\r\nevent: a\r\ndata: 1\r\ndata: 2\r\n\r\ndata: 3\n\nevent:b\rdata:4\r\rdata: 5\n\n";
  const Events expected = decode(text);
  ASSERT_EQ(expected.size(), 4U);
  for (std::size_t first = 0; first <= text.size(); ++first) {
    for (std::size_t second = first; second <= text.size(); ++second) {
      SseDecoder decoder;
      Events events;
      read(decoder, text.substr(0, first), events);
      read(decoder, text.substr(first, second - first), events);
      read(decoder, text.substr(second), events);
      ASSERT_EQ(events, expected) << "cut at " << first << " and " << second;
    }
  }
}

TEST(Sse, GivesTheSameEventsForRandomChunksOfRandomText) {
  const auto seed = std::random_device{}();
  RecordProperty("seed", static_cast<int>(seed));
  std::mt19937 random(seed);
  const std::vector<std::string> words = {"data",  ":", " ", "\n", "\r", "\r\n", "\n\n",
                                          "event", "x", "é", "",   "id", "::"};
  for (int round = 0; round < 500; ++round) {
    std::string text;
    for (int i = 0; i < 60; ++i) text += words[random() % words.size()];
    const Events expected = decode(text);
    SseDecoder decoder;
    Events events;
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t n = 1 + random() % 5;
      read(decoder, std::string_view(text).substr(at, n), events);
      at += n;
    }
    ASSERT_EQ(events, expected) << "seed " << seed << ", round " << round;
  }
}

}  // namespace
}  // namespace openclaw::sdk
