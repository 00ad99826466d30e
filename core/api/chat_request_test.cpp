#include "core/api/chat_request.hpp"

#include <gtest/gtest.h>

namespace openclaw::api {
namespace {

std::string nested(std::size_t depth) {
  return std::string(depth, '[') + std::string(depth, ']');
}

std::string body_with(const std::string& stop) {
  return R"({"model":"openclaw","messages":[{"role":"user","content":"[["}],"stop":)" + stop + "}";
}

TEST(ChatRequest, NestingThatWouldUseUpTheStackIsRefused) {
  for (const std::size_t depth : {200U, 100000U, 1000000U}) {
    const auto envelope = scan_chat_envelope(body_with(nested(depth)));
    ASSERT_TRUE(envelope.has_error());
    EXPECT_EQ(envelope.error().message, "the body is nested too deeply");
    EXPECT_TRUE(parse_chat_request(body_with(nested(depth))).has_error());
  }
}

TEST(ChatRequest, OrdinaryNestingIsTaken) {
  const auto envelope = scan_chat_envelope(body_with(nested(100)));
  ASSERT_TRUE(envelope.has_value());
  EXPECT_EQ(envelope->model, "openclaw");
  const auto request = parse_chat_request(body_with(nested(100)));
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->last_user_text, "[[");
}

TEST(ChatRequest, BracketsInTextAreNoNesting) {
  const std::string text(100000, '[');
  EXPECT_TRUE(scan_chat_envelope(R"({"model":"m","x":")" + text + R"("})").has_value());
}

}  // namespace
}  // namespace openclaw::api
