#include "utf16.hpp"

#include <gtest/gtest.h>

namespace openclaw::telegram {
namespace {

TEST(Utf16, CountsASurrogatePairAsTwo) {
  EXPECT_EQ(utf16_length("aé€😀"), 5U);
}

TEST(Utf16, SlicesByUnits) {
  EXPECT_EQ(utf16_slice("aé€😀b", 1, 2), "é€");
  EXPECT_EQ(utf16_slice("aé€😀b", 3, 2), "😀");
  EXPECT_EQ(utf16_slice("aé€😀b", 5, 9), "b");
  EXPECT_EQ(utf16_slice("abc", 9, 9), "");
}

TEST(Utf16, NeverCutsACharacterInTwo) {
  EXPECT_EQ(utf16_slice("😀b", 0, 1), "");
  EXPECT_EQ(utf16_tail("a😀", 1), "");
  EXPECT_EQ(utf16_tail("a😀", 2), "😀");
  EXPECT_EQ(utf16_tail("a😀", 9), "a😀");
}

}  // namespace
}  // namespace openclaw::telegram
