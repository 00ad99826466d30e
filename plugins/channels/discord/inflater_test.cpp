// The compressed stream's promises, with streams that zlib itself makes.
#include "inflater.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include "deflater_fixture.hpp"

namespace openclaw::discord {
namespace {

using Result = Inflater::Result;

TEST(Inflater, GivesEachMessageWholeOverOneContext) {
  Deflater deflater;
  Inflater inflater;
  for (const char* text : {R"({"op":10})", R"({"op":0,"s":1})", R"({"op":0,"s":2})"}) {
    ASSERT_EQ(inflater.push(deflater.message(text)), Result::message);
    EXPECT_EQ(inflater.text(), text);
  }
}

TEST(Inflater, TakesAMessageSplitAtEveryByte) {
  Deflater deflater;
  const std::string first = deflater.message("first"), second = deflater.message("second");
  Inflater inflater;
  for (const std::string& bytes : {first, second}) {
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
      ASSERT_EQ(inflater.push(bytes.substr(i, 1)), Result::more) << i;
    }
    ASSERT_EQ(inflater.push(bytes.substr(bytes.size() - 1)), Result::message);
  }
  EXPECT_EQ(inflater.text(), "second");
}

TEST(Inflater, ABombEndsAtTheBound) {
  Deflater deflater;
  const std::string bomb = deflater.message(std::string(Inflater::kMaxMessage + 1, 'a'));
  EXPECT_LT(bomb.size(), 100'000U);
  Inflater inflater;
  EXPECT_EQ(inflater.push(bomb), Result::too_big);
  EXPECT_LE(inflater.text().size(), Inflater::kMaxMessage);
  EXPECT_EQ(inflater.push(deflater.message("x")), Result::broken);
}

TEST(Inflater, TheLargestMessagePasses) {
  Deflater deflater;
  Inflater inflater;
  ASSERT_EQ(inflater.push(deflater.message(std::string(Inflater::kMaxMessage, 'a'))),
            Result::message);
  EXPECT_EQ(inflater.text().size(), Inflater::kMaxMessage);
}

TEST(Inflater, WhatIsNotZlibIsBrokenForGood) {
  Inflater inflater;
  EXPECT_EQ(inflater.push("{\"op\":10}"), Result::broken);
  Deflater deflater;
  EXPECT_EQ(inflater.push(deflater.message("x")), Result::broken);
}

TEST(Inflater, AnEmptyPieceChangesNothing) {
  Deflater deflater;
  Inflater inflater;
  EXPECT_EQ(inflater.push(""), Result::more);
  EXPECT_EQ(inflater.push(deflater.message("x")), Result::message);
}

}  // namespace
}  // namespace openclaw::discord
