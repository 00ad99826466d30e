#include "status_book.hpp"

#include <gtest/gtest.h>

namespace openclaw::whatsapp {
namespace {

TEST(StatusBook, AMessageGoesForwardsOnly) {
  StatusBook book;
  EXPECT_TRUE(book.advance("a", "delivered"));
  EXPECT_FALSE(book.advance("a", "sent"));
  EXPECT_TRUE(book.advance("a", "read"));
  EXPECT_FALSE(book.advance("a", "delivered"));
  EXPECT_FALSE(book.advance("a", "read"));
}

TEST(StatusBook, AFailureIsToldOnceAndNotAfterADelivery) {
  StatusBook book;
  EXPECT_TRUE(book.advance("a", "sent"));
  EXPECT_TRUE(book.advance("a", "failed"));
  EXPECT_FALSE(book.advance("a", "failed"));
  EXPECT_TRUE(book.advance("b", "read"));
  EXPECT_FALSE(book.advance("b", "failed"));
}

TEST(StatusBook, KnowsItsBoundsAndItsWords) {
  StatusBook book(3);
  EXPECT_FALSE(book.advance("a", "unheard of"));
  for (const char* id : {"a", "b", "c", "d"}) EXPECT_TRUE(book.advance(id, "sent"));
  EXPECT_EQ(book.size(), 3U);
  EXPECT_TRUE(book.advance("a", "sent")) << "forgotten, so it is news again";
}

}  // namespace
}  // namespace openclaw::whatsapp
