#include "core/http/chunked_body.hpp"

#include <gtest/gtest.h>

namespace openclaw::http {
namespace {

using State = ChunkedBody::State;

State decode(std::string_view bytes, std::string& out, std::string* rest = nullptr,
             std::size_t max = 100) {
  ChunkedBody body;
  body.reset(max);
  const State state = body.feed(bytes, out);
  if (rest != nullptr) *rest = bytes;
  return state;
}

TEST(ChunkedBody, DecodesAndLeavesWhatFollows) {
  std::string out;
  std::string rest;
  EXPECT_EQ(decode("3\r\nabc\r\nA;x=\"y\"\r\n0123456789\r\n0\r\nX: y\r\n\r\nGET /", out, &rest),
            State::done);
  EXPECT_EQ(out, "abc0123456789");
  EXPECT_EQ(rest, "GET /");
}

TEST(ChunkedBody, DecodesTheSameByteByByte) {
  const std::string bytes = "3\r\nabc\r\n0a\r\n0123456789\r\n0\r\nX: y\r\n\r\n";
  ChunkedBody body;
  body.reset(100);
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string_view piece(&bytes[i], 1);
    ASSERT_EQ(body.feed(piece, out), i + 1 == bytes.size() ? State::done : State::more);
  }
  EXPECT_EQ(out, "abc0123456789");
}

TEST(ChunkedBody, RefusesWhatParsersReadDifferently) {
  for (const char* bytes :
       {"\r\nabc",       "g\r\n",          "0x3\r\nabc\r\n", "+3\r\nabc\r\n",  "-1\r\n",
        " 3\r\nabc\r\n", "3 \r\nabc\r\n",  "3\nabc\n",       "3\rabc",         "3\r\nabcd\r\n",
        "3\r\nabc\n",    "3\r\nabc0\r\n",  "3\r\nabc\r0",    "123456789\r\n",  "0\r\n\n",
        "0\r\nX y\r\n",  "0\r\n X: y\r\n", "0\r\nX : y\r\n", "0\r\n: y\r\n",   "0\r\nX: y\n",
        "3;\nabc",       "3;a\x01\r\n",    "0\r\nX: \x01",   "3\t\r\nabc\r\n", "0\r\r\n"}) {
    std::string out;
    EXPECT_EQ(decode(bytes, out), State::malformed) << ::testing::PrintToString(bytes);
  }
}

TEST(ChunkedBody, StopsAtTheCapBeforeTheData) {
  std::string out;
  EXPECT_EQ(decode("64\r\n", out), State::more);
  EXPECT_EQ(decode("65\r\n", out), State::too_large);
  EXPECT_EQ(decode("ffffffff\r\n", out), State::too_large);
  EXPECT_EQ(decode("3\r\nabc\r\n62\r\n", out), State::too_large);
}

TEST(ChunkedBody, BoundsExtensionsAndTrailers) {
  std::string out;
  EXPECT_EQ(decode("3;" + std::string(10000, 'x'), out), State::malformed);
  EXPECT_EQ(decode("0\r\nX: " + std::string(10000, 'x'), out), State::malformed);
}

}  // namespace
}  // namespace openclaw::http
