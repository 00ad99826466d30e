// Who is closed, refused or slowed down at the socket.
#include "webchat_fixture.hpp"

namespace openclaw::webchat {
namespace {

class WebChatSocket : public WebChatFixture {};

TEST_F(WebChatSocket, AnswersAPing) {
  const oc_op ws = join();
  host.ws_message(ws, R"({"type":"ping"})");
  EXPECT_EQ(got(ws, "pong").size(), 1U);
}

TEST_F(WebChatSocket, ClosesWhoeverDoesNotSayHelloFirst) {
  const oc_op ws = open();
  say(ws, "message-1");
  EXPECT_EQ(got(ws, "error").at(0)["code"], "hello_required");
  EXPECT_EQ(closed(ws), 1008U);
  EXPECT_TRUE(host.submitted.empty());
}

TEST_F(WebChatSocket, ClosesOnAnUnknownTypeOrALargeFrameBeforeTheHelloOnly) {
  const oc_op unknown = open();
  host.ws_message(unknown, R"({"type":"later"})");
  EXPECT_EQ(closed(unknown), 1008U);
  const oc_op large = open();
  host.ws_message(large, json{{"type", "ping"}, {"more", std::string(5000, 'x')}}.dump());
  EXPECT_EQ(closed(large), 1009U);
  const oc_op greeted = join();
  host.ws_message(greeted, R"({"type":"later"})");
  host.ws_message(greeted, json{{"type", "ping"}, {"more", std::string(5000, 'x')}}.dump());
  EXPECT_EQ(closed(greeted), 0U);
  EXPECT_EQ(got(greeted, "pong").size(), 1U);
}

TEST_F(WebChatSocket, ClosesWhoeverSaysNothingForTenSeconds) {
  const oc_op silent = open();
  host.advance(5000);
  const oc_op later = open();
  const oc_op greeted = join();
  host.advance(4999);
  EXPECT_EQ(closed(silent), 0U);
  host.advance(1);
  EXPECT_EQ(closed(silent), 1008U);
  EXPECT_EQ(closed(later), 0U);
  host.advance(5000);
  EXPECT_EQ(closed(later), 1008U);
  EXPECT_EQ(closed(greeted), 0U);
  host.advance(200'000);
  EXPECT_EQ(closed(greeted), 1001U) << "no ping for three minutes";
}

TEST_F(WebChatSocket, AFloodOfConnectionsIsToldOnceAMinute) {
  const auto told = [this] {
    return std::count_if(host.logs.begin(), host.logs.end(), [](const auto& line) {
      return line.event == "webchat.too_many_connections";
    });
  };
  for (int i = 0; i < 64; ++i) open();
  EXPECT_EQ(told(), 0);
  for (int i = 0; i < 100; ++i) open();
  EXPECT_EQ(told(), 1);
  host.advance(60'000);  // those that never said hello are gone
  for (int i = 0; i < 64; ++i) open();
  EXPECT_EQ(told(), 1);
  open();
  EXPECT_EQ(told(), 2);
  EXPECT_EQ(json::parse(host.logs.back().fields)["refused"], 100);
}

TEST_F(WebChatSocket, RefusesBinaryBrokenAndOversizeFrames) {
  const oc_op binary = open();
  host.ws_message(binary, R"({"type":"ping"})", true);
  EXPECT_EQ(closed(binary), 1003U);
  const oc_op unannounced = join();
  host.ws_message(unannounced, "bytes", true);
  EXPECT_EQ(got(unannounced, "error").at(0)["code"], "unexpected_bytes");
  EXPECT_EQ(closed(unannounced), 0U);
  for (int i = 0; i < 100; ++i) host.ws_message(unannounced, "bytes", true);
  EXPECT_EQ(closed(unannounced), 1008U);
  const oc_op broken = join();
  host.ws_message(broken, "{");
  EXPECT_EQ(closed(broken), 1008U);
  const oc_op large = join();
  host.ws_message(large, std::string(300'000, ' '));
  EXPECT_EQ(closed(large), 1009U);
}

TEST_F(WebChatSocket, RefusesAWeakTokenAndASecondHello) {
  const oc_op weak = join({}, "short");
  EXPECT_EQ(closed(weak), 1008U);
  EXPECT_EQ(got(weak, "error").at(0)["code"], "invalid_token");
  const oc_op twice = join();
  host.ws_message(twice, json{{"type", "hello"}, {"protocol", 1}, {"token", kToken}}.dump());
  EXPECT_EQ(closed(twice), 1008U);
}

TEST_F(WebChatSocket, LimitsTheTabsOfOnePerson) {
  for (int i = 0; i < 8; ++i) EXPECT_EQ(closed(join()), 0U);
  const oc_op ninth = join();
  EXPECT_EQ(got(ninth, "error").at(0)["code"], "too_many_tabs");
  EXPECT_EQ(closed(ninth), 1013U);
}

TEST_F(WebChatSocket, LimitsTheConnectionsOfOneAddress) {
  for (int i = 0; i < 64; ++i) EXPECT_EQ(closed(open()), 0U);
  EXPECT_EQ(closed(open()), 1013U);
}

TEST_F(WebChatSocket, LimitsTheRateOfMessages) {
  const oc_op ws = join();
  for (int i = 0; i < 11; ++i) say(ws, "message-" + std::to_string(i));
  EXPECT_EQ(host.submitted.size(), 10U);
  const auto errors = got(ws, "error");
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0]["code"], "rate_limited");
  EXPECT_EQ(errors[0]["id"], "message-10");
  host.advance(errors[0]["retryAfterMs"].get<std::uint64_t>());
  say(ws, "message-10");
  EXPECT_EQ(host.submitted.size(), 11U);
  for (int i = 0; i < 100; ++i) host.ws_message(ws, R"({"type":"ping"})");
  EXPECT_EQ(closed(ws), 1008U);
}

}  // namespace
}  // namespace openclaw::webchat
