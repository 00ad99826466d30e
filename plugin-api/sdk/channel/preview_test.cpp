#include "openclaw/cpp/channel/preview.hpp"

#include <gtest/gtest.h>

#include <random>

namespace openclaw::sdk {
namespace {

using Act = Preview::Act;
constexpr Preview::Timing kTiming{1'500, 1'000, 5'000};

Preview preview() {
  return {kTiming, 100};
}

TEST(Preview, AShortAnswerHasNone) {
  Preview p = preview();
  EXPECT_EQ(p.next(0).act, Act::none);
  p.add("hello", 100);
  EXPECT_EQ(p.next(100).wait_ms, 1'500);
  EXPECT_EQ(p.next(1'599).act, Act::none);
  p.end(1'600);
  EXPECT_EQ(p.next(1'600).act, Act::over);
}

TEST(Preview, IsPostedThenEditedAsItGrowsThenRemovedForTheAnswer) {
  Preview p = preview();
  p.add("hello", 0);
  ASSERT_EQ(p.next(1'500).act, Act::post);
  EXPECT_EQ(p.text(), "hello");
  p.begin(Act::post);
  p.add(" world", 1'600);
  EXPECT_EQ(p.next(9'000).wait_ms, -1) << "one request at a time";
  p.posted("m1", 1'700);
  EXPECT_EQ(p.next(1'700).wait_ms, 1'000);
  ASSERT_EQ(p.next(2'700).act, Act::edit);
  p.begin(Act::edit);
  p.done(2'800);
  EXPECT_EQ(p.next(9'000).wait_ms, -1) << "nothing is new";
  p.end(9'000);
  EXPECT_EQ(p.next(9'000).wait_ms, 5'000) << "the answer follows";
  p.answered();
  ASSERT_EQ(p.next(9'100).act, Act::remove);
  p.begin(Act::remove);
  p.done(9'200);
  EXPECT_EQ(p.next(9'200).act, Act::over);
}

TEST(Preview, WhatAPersonDeletedIsNotPutBack) {
  Preview p = preview();
  p.add("hello", 0);
  p.begin(Act::post);
  p.posted("m1", 0);
  p.add(" world", 1'000);
  p.begin(Act::edit);
  p.failed(true, 0, 2'000);
  ASSERT_EQ(p.next(9'000).act, Act::remove);
  p.begin(Act::remove);
  p.done(9'000);
  p.add(" again", 9'500);
  EXPECT_EQ(p.next(60'000).act, Act::none);
  p.end(60'000);
  EXPECT_EQ(p.next(60'000).act, Act::over);
}

TEST(Preview, GoesByItselfWhenNoAnswerFollows) {
  Preview p = preview();
  p.add("hello", 0);
  p.begin(Act::post);
  p.end(1'000);
  p.posted("m1", 1'100);
  EXPECT_EQ(p.next(1'100).act, Act::none);
  EXPECT_EQ(p.next(6'100).act, Act::remove);
}

TEST(Preview, AnAnswerThatComesFirstTakesItAwayAtOnce) {
  Preview p = preview();
  p.add("hello", 0);
  p.begin(Act::post);
  p.answered();
  EXPECT_EQ(p.next(5'000).act, Act::none) << "what its id is will be known soon";
  p.posted("m1", 5'000);
  EXPECT_EQ(p.next(6'000).act, Act::remove);
}

TEST(Preview, AnotherProvidersTextTakesThePlaceOfTheFirst) {
  Preview p = preview();
  p.add("one", 0);
  p.begin(Act::post);
  p.posted("m1", 0);
  p.reset();
  EXPECT_EQ(p.next(9'000).act, Act::none) << "an empty message is none";
  p.add(" \n", 9'000);
  EXPECT_EQ(p.next(9'000).act, Act::none) << "nor is a blank one";
  p.reset();
  p.add("two", 9'000);
  ASSERT_EQ(p.next(9'000).act, Act::edit);
  EXPECT_EQ(p.text(), "two");
}

TEST(Preview, ARefusalEndsItAndALimitPutsItOff) {
  Preview p = preview();
  p.add("hello", 0);
  p.begin(Act::post);
  p.failed(false, 7'000, 2'000);
  EXPECT_EQ(p.next(2'000).wait_ms, 7'000);
  ASSERT_EQ(p.next(9'000).act, Act::post);
  p.begin(Act::post);
  p.failed(true, 0, 9'000);
  p.add(" again", 19'000);
  EXPECT_EQ(p.next(20'000).act, Act::none) << "nothing more is shown of this turn";
  p.end(21'000);
  EXPECT_EQ(p.next(21'000).act, Act::over);
}

TEST(Preview, RemovingItIsTriedThreeTimes) {
  Preview p = preview();
  p.posted("m1", 0);
  p.give_up();
  p.end(0);
  for (int i = 1; i <= 3; ++i) {
    ASSERT_EQ(p.next(i * 10'000).act, Act::remove);
    p.begin(Act::remove);
    p.failed(false, 0, i * 10'000);
  }
  EXPECT_EQ(p.next(40'000).act, Act::over);
}

TEST(Preview, ShowsTheEndOfALongTextInWholeCharacters) {
  Preview p(kTiming, 16);
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "ä";
  p.add(text + "z", 0);
  const std::string shown = p.text();
  EXPECT_EQ(shown, "…ääääääääääääääz");
  Preview broken(kTiming, 16);
  broken.add(std::string(50, '\x80'), 0);
  EXPECT_LE(broken.text().size(), 60U);
}

/// Whatever happens in whatever order: one request at a time, changes no faster than allowed, and
/// in the end nothing stands that could have been removed.
TEST(Preview, AnyOrderOfEventsEndsWithNothingLeft) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  for (int run = 0; run < 500; ++run) {
    Preview p = preview();
    std::int64_t now = 0, changed = -10'000;
    bool standing = false, ended = false;
    int kept = 0;
    Act under_way = Act::none;
    for (int step = 0; step < 400; ++step) {
      now += random() % 900;
      const auto dice = random() % 12;
      if (dice < 4 && !ended) p.add("x", now);
      if (dice == 4 && !ended) p.reset();
      if (dice == 5 && step > 60) {
        p.end(now);
        ended = true;
      }
      if (dice == 6 && ended) p.answered();
      if (dice > 6 && under_way != Act::none) {
        const bool fails = random() % 4 == 0 && step < 200;
        if (fails) {
          kept += under_way == Act::remove ? 1 : 0;
          p.failed(random() % 3 == 0 && under_way != Act::remove, 0, now);
        } else if (under_way == Act::post) {
          p.posted("m", now);
          standing = true;
        } else {
          p.done(now);
          if (under_way == Act::remove) standing = false;
        }
        under_way = Act::none;
      }
      const auto next = p.next(now);
      ASSERT_TRUE(under_way == Act::none || next.act == Act::none);
      ASSERT_TRUE(next.act != Act::post || !standing);
      ASSERT_TRUE((next.act != Act::edit && next.act != Act::remove) || standing);
      ASSERT_TRUE(next.act != Act::edit || now - changed >= kTiming.between_ms);
      if (next.act == Act::over) break;
      if (next.act != Act::none) {
        p.begin(next.act);
        under_way = next.act;
        changed = now;
      }
    }
    p.end(now);
    // Settled: every request is answered.
    for (int step = 0; step < 10 && p.next(now).act != Act::over; ++step) {
      now += 10'000;
      if (under_way == Act::post) {
        p.posted("m", now);
        standing = true;
      } else if (under_way != Act::none) {
        p.done(now);
        if (under_way == Act::remove) standing = false;
      }
      under_way = p.next(now).act;
      if (under_way == Act::over) under_way = Act::none;
      if (under_way != Act::none) p.begin(under_way);
    }
    ASSERT_EQ(p.next(now).act, Act::over);
    ASSERT_EQ(standing, kept == 3) << "it stands only where removing it failed three times";
  }
}

TEST(EndOfText, BeginsWithALineOrElseWithACharacter) {
  EXPECT_EQ(end_of_text("abc", 3), "abc");
  EXPECT_EQ(end_of_text("one\ntwo\nsix", 8), "two\nsix") << "exactly from a line on";
  EXPECT_EQ(end_of_text("one\ntwo\nsix", 6), "six");
  EXPECT_EQ(end_of_text("one line", 4), "line");
  EXPECT_EQ(end_of_text("ääää", 5), "ää");
  EXPECT_EQ(end_of_text("one line\n", 5), "line\n") << "an end without a line behind it";
  EXPECT_EQ(end_of_text("abc", 0), "");
}

}  // namespace
}  // namespace openclaw::sdk
