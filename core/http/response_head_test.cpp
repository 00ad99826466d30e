#include "core/http/response_head.hpp"

#include <gmock/gmock.h>

namespace openclaw::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string head(unsigned status, const Headers& headers, const Framing& framing) {
  std::string out;
  append_head(out, status, headers, framing, "now", "", false);
  return out;
}

TEST(DateHeader, HasTheFormOfTheStandard) {
  DateHeader date;
  EXPECT_EQ(date.at(784111777), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(date.at(784111778), "Sun, 06 Nov 1994 08:49:38 GMT");
}

TEST(ResponseHead, AValueCannotStartAnotherHeader) {
  const std::string out =
      head(200, {{"X", "a\r\nSet-Cookie: b"}, {"bad name", "c"}, {"Y:", "d"}}, {});
  EXPECT_THAT(out, HasSubstr("X: a  Set-Cookie: b\r\n"));
  EXPECT_THAT(out, Not(HasSubstr("\nSet-Cookie")));
  EXPECT_THAT(out, Not(HasSubstr("bad name")));
  EXPECT_THAT(out, Not(HasSubstr("Y:")));
}

TEST(ResponseHead, APageThatMayReadMayReadTheSessionToo) {
  std::string out;
  append_head(out, 200, {}, {}, "now", "*", false);
  EXPECT_THAT(out, HasSubstr("Access-Control-Expose-Headers: x-openclaw-session-key, Retry-After"));
  EXPECT_THAT(head(200, {}, {}), Not(HasSubstr("Access-Control")));
}

TEST(ResponseHead, HandlersDoNotDecideTheFraming) {
  Framing framing;
  framing.content_length = 5;
  const std::string out =
      head(200, {{"content-length", "7"}, {"Transfer-Encoding", "chunked"}, {"Connection", "x"}},
           framing);
  EXPECT_THAT(out, HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(out, Not(HasSubstr("chunked")));
  EXPECT_THAT(out, Not(HasSubstr("Connection")));
}

TEST(ResponseHead, HandlersMayDecideTheCaching) {
  const std::string out = head(200, {{"cache-control", "max-age=60"}}, {});
  EXPECT_THAT(out, HasSubstr("cache-control: max-age=60"));
  EXPECT_THAT(out, Not(HasSubstr("no-store")));
}

TEST(ResponseHead, NobodySniffsAndItIsSaidOnce) {
  const std::string out = head(200, {{"x-content-type-options", "nosniff"}}, {});
  EXPECT_THAT(out, HasSubstr("\r\nX-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(out, Not(HasSubstr("x-content-type-options")));
}

TEST(ResponseHead, NoContentHasNoLength) {
  Framing framing;
  framing.content_length = 0;
  EXPECT_THAT(head(204, {}, framing), Not(HasSubstr("Content-Length")));
}

}  // namespace
}  // namespace openclaw::http
