#include "netstring.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "error.hpp"

namespace openclaw::redis {
namespace {

using namespace std::string_literals;

TEST(Netstring, AnyBytesComeBack) {
  const std::vector<std::string> texts = {"", "hello", "3:foo,", "nul\0inside"s,
                                          std::string(70'000, 'x')};
  std::string all;
  for (const auto& text : texts) add_netstring(all, text);
  EXPECT_TRUE(all.starts_with("0:,5:hello,6:3:foo,,"));
  std::string_view rest = all;
  for (const auto& text : texts) EXPECT_EQ(take_netstring(rest), text);
  EXPECT_TRUE(rest.empty());
}

TEST(Netstring, WhatIsNoneIsRefused) {
  for (const auto& text : {""s, "5"s, "5:"s, "5:hello"s, "5:hell,"s, "x:a,"s, ":,"s, "-1:,"s,
                           "99999999999999999999:a,"s, "18446744073709551615:a,"s}) {
    std::string_view rest = text;
    EXPECT_THROW(take_netstring(rest), RedisError) << text;
  }
}

}  // namespace
}  // namespace openclaw::redis
