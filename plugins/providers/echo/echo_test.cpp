#include <gtest/gtest.h>

#include "openclaw/testing/fake_host.hpp"
#include "openclaw/testing/usage_check.hpp"

namespace openclaw::testing {
namespace {

class EchoTest : public ::testing::Test {
 protected:
  void create(std::string_view config) {
    ASSERT_EQ(host.create(*oc_plugin_entry_1(0)->api, "echo", config), "");
  }
  FakeHost host;
  const std::string hello = R"({"messages":[{"role":"user","content":"a b c"}]})";
};

TEST_F(EchoTest, AnswersWithTheLastUserMessage) {
  create(R"({"prefix":"> "})");
  const oc_op op = host.chat(hello, 0, "echo");
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_FALSE(host.completion(op)->failure);
  EXPECT_EQ(host.text(op), "> a b c");
  EXPECT_EQ(host.emitted.back().data, "stop");
}

TEST_F(EchoTest, StreamsWordByWordAtTheConfiguredRate) {
  create(R"({"tokensPerSecond":10})");
  const oc_op op = host.chat(hello, OC_CHAT_STREAM, "echo");
  host.advance(100);
  EXPECT_EQ(host.text(op), "a ");
  host.advance(200);
  EXPECT_EQ(host.text(op), "a b c");
  EXPECT_EQ(host.completion(op), nullptr);
  host.advance(100);
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_FALSE(host.completion(op)->failure);
}

TEST_F(EchoTest, TellsTheTokensStreamedOrWhole) {
  create(R"({"tokensPerSecond":10})");
  for (const std::uint32_t stream : {OC_CHAT_STREAM, 0U}) {
    const oc_op op = host.chat(hello, stream, "echo");
    host.advance(10000);
    EXPECT_TRUE(tells_usage(host, op)) << "stream " << stream;
  }
}

TEST_F(EchoTest, ACancelledStreamCompletesOnceAsCancelled) {
  create(R"({"tokensPerSecond":10})");
  const oc_op op = host.chat(hello, OC_CHAT_STREAM, "echo");
  host.advance(100);
  host.cancel(op);
  host.advance(10000);
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_EQ(host.completion(op)->failure->code, OC_E_CANCELLED);
  EXPECT_EQ(host.text(op), "a ");
  EXPECT_EQ(host.wrong_completions(), 0);
}

TEST_F(EchoTest, ReadsContentGivenAsParts) {
  create("{}");
  const oc_op op = host.chat(
      R"({"messages":[{"role":"user","content":[{"type":"text","text":"x"},{"type":"image_url"}]}]})",
      0, "echo");
  EXPECT_EQ(host.text(op), "x");
}

TEST_F(EchoTest, RefusesABodyThatIsNotAnObject) {
  create("{}");
  const oc_op op = host.chat("[1]", 0, "echo");
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_EQ(host.completion(op)->failure->code, OC_E_INVAL);
}

TEST_F(EchoTest, RefusesASectionThatIsNotAMapping) {
  FakeHost other;
  EXPECT_NE(other.create(*oc_plugin_entry_1(0)->api, "echo", "[]"), "");
}

}  // namespace
}  // namespace openclaw::testing
