#include "core/render/portions.hpp"

#include <gtest/gtest.h>

#include <string>

namespace openclaw::render {
namespace {

using Portions = std::vector<std::string_view>;

TEST(Portions, AShortTextIsOne) {
  EXPECT_EQ(portions("", 10), Portions{""});
  EXPECT_EQ(portions("0123456789", 10), Portions{"0123456789"});
}

TEST(Portions, DivideAtAnEmptyLineElseAtANewlineElseAnywhere) {
  EXPECT_EQ(portions("aa\n\nbb\ncc\ndd", 9), (Portions{"aa\n\n", "bb\ncc\ndd"}));
  EXPECT_EQ(portions("aa\nbb\ncc\ndd", 9), (Portions{"aa\nbb\ncc\n", "dd"}));
  EXPECT_EQ(portions("ééééé", 5), (Portions{"éé", "éé", "é"}));
}

TEST(Portions, LeaveACodeBlockWhole) {
  EXPECT_EQ(portions("a\n\n```\nb\n\nc\n```\n\nd", 16),
            (Portions{"a\n\n", "```\nb\n\nc\n```\n\nd"}));
}

}  // namespace
}  // namespace openclaw::render
