#include "core/http/strict_request.hpp"

#include <gtest/gtest.h>

#include "core/http/smuggling_corpus.hpp"

namespace openclaw::http {
namespace {

/// As the connection does it: scan, then parse what was found.
std::optional<Rejection> judge(std::string_view bytes, RequestHead& head) {
  HeadScanner scanner;
  switch (scanner.scan(bytes)) {
    case HeadScanner::Found::malformed:
      return Rejection{400, "malformed line end"};
    case HeadScanner::Found::incomplete:
      return Rejection{0, "incomplete"};
    case HeadScanner::Found::complete:
      break;
  }
  return parse_head(bytes.substr(0, scanner.size()), head);
}

TEST(StrictRequest, RefusesEverySmugglingPayload) {
  ASSERT_GE(testing::smuggling_heads().size(), 100U);
  for (const std::string& payload : testing::smuggling_heads()) {
    RequestHead head;
    const auto rejection = judge(payload, head);
    ASSERT_TRUE(rejection.has_value()) << ::testing::PrintToString(payload);
    EXPECT_EQ(rejection->status, 400U) << ::testing::PrintToString(payload);
  }
}

TEST(StrictRequest, AcceptsWellFormedHeads) {
  for (const std::string& payload : testing::well_formed_heads()) {
    RequestHead head;
    const auto rejection = judge(payload, head);
    EXPECT_FALSE(rejection.has_value())
        << ::testing::PrintToString(payload) << (rejection ? rejection->reason : "");
  }
}

TEST(StrictRequest, ReadsTheParts) {
  RequestHead head;
  const std::string bytes =
      "POST /a/b?c=d%20e HTTP/1.1\r\nhost: Example.org:3000\r\nContent-Length: 0042\r\n"
      "X-Blank:  \t v w \t \r\nExpect: 100-Continue\r\n\r\n";
  ASSERT_FALSE(judge(bytes, head));
  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.path, "/a/b");
  EXPECT_EQ(head.query, "c=d%20e");
  EXPECT_EQ(head.host, "Example.org:3000");
  EXPECT_EQ(head.content_length, 42U);
  EXPECT_EQ(head.header("x-BLANK"), "v w");
  EXPECT_EQ(head.header("absent"), "");
  EXPECT_TRUE(head.expect_continue);
  EXPECT_TRUE(head.keep_alive);
  EXPECT_FALSE(head.chunked);
}

TEST(StrictRequest, KnowsWhenTheConnectionEnds) {
  RequestHead head;
  ASSERT_FALSE(judge("GET / HTTP/1.1\r\nHost: a\r\nConnection: Close\r\n\r\n", head));
  EXPECT_FALSE(head.keep_alive);
  ASSERT_FALSE(judge("GET / HTTP/1.0\r\n\r\n", head));
  EXPECT_FALSE(head.keep_alive);
  ASSERT_FALSE(judge("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", head));
  EXPECT_TRUE(head.keep_alive);
  ASSERT_FALSE(
      judge("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Upgrade\r\nUpgrade: "
            "WebSocket\r\n\r\n",
            head));
  EXPECT_TRUE(head.wants_websocket);
}

TEST(StrictRequest, LimitsTheNumberOfHeaders) {
  std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 100; ++i) bytes += "X: y\r\n";
  RequestHead head;
  const auto rejection = judge(bytes + "\r\n", head);
  ASSERT_TRUE(rejection);
  EXPECT_EQ(rejection->status, 431U);
}

TEST(StrictRequest, ForgetsTheFormerRequest) {
  RequestHead head;
  ASSERT_FALSE(judge("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", head));
  EXPECT_TRUE(head.chunked);
  ASSERT_FALSE(judge("GET / HTTP/1.1\r\nHost: a\r\n\r\n", head));
  EXPECT_FALSE(head.has_body());
}

TEST(HeadScanner, FindsTheEndHoweverTheBytesArrive) {
  const std::string bytes = "GET / HTTP/1.1\r\nHost: a\r\n\r\nrest";
  HeadScanner scanner;
  for (std::size_t size = 0; size < bytes.size() - 4; ++size) {
    ASSERT_EQ(scanner.scan(std::string_view(bytes).substr(0, size)),
              HeadScanner::Found::incomplete);
  }
  ASSERT_EQ(scanner.scan(bytes), HeadScanner::Found::complete);
  EXPECT_EQ(scanner.size(), bytes.size() - 4);
}

}  // namespace
}  // namespace openclaw::http
