#include "parameters.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "link.hpp"
#include "test_server.hpp"

namespace openclaw::postgres {
namespace {

TEST(Parameters, ArraysComeBackAsTheyWent) {
  const std::vector<std::int64_t> numbers = {0, -1, 4711, std::numeric_limits<std::int64_t>::min(),
                                             std::numeric_limits<std::int64_t>::max()};
  Array array(kInt8);
  for (const auto number : numbers) array.add(number);
  EXPECT_EQ(read_numbers(array.binary()), numbers);
  EXPECT_TRUE(read_numbers(Array(kInt8).binary()).empty());
}

TEST(Parameters, WhatIsNoArrayOfNumbersIsRefused) {
  Array array(kInt8);
  array.add(std::int64_t{1});
  const std::string whole = array.binary();
  for (std::size_t n = 0; n < whole.size(); ++n) {
    EXPECT_THROW(read_numbers(whole.substr(0, n)), std::runtime_error) << n;
  }
  EXPECT_THROW(read_numbers(whole + "x"), std::runtime_error);
  Array texts(kBytea);
  texts.add("12345678");
  EXPECT_THROW(read_numbers(texts.binary()), std::runtime_error);
}

TEST(Parameters, TheServerReadsThem) {
  using namespace std::string_literals;
  Array numbers(kInt8), texts(kBytea);
  for (const std::int64_t n : {7, -8, 9}) numbers.add(n);
  for (const auto& text : {""s, "a\0b"s, "\xff\xfe"s}) texts.add(text);
  Link link(TestServer::shared().url());
  link.open(deadline_in(10'000));
  const Rows row =
      link.run("SELECT $1::int8[], cardinality($2::bytea[])::int8, ($2::bytea[])[2], $3::text, $4",
               Parameters().numbers(numbers).byte_strings(texts).text("grüße").number(-1),
               deadline_in(10'000));
  EXPECT_EQ(read_numbers(row.bytes(0, 0)), (std::vector<std::int64_t>{7, -8, 9}));
  EXPECT_EQ(row.number(0, 1), 3);
  EXPECT_EQ(row.bytes(0, 2), "a\0b"s);
  EXPECT_EQ(row.bytes(0, 3), "grüße");
  EXPECT_EQ(row.number(0, 4), -1);
}

}  // namespace
}  // namespace openclaw::postgres
