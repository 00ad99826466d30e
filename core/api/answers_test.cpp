// Both kinds of answer to POST /v1/chat/completions, with a scripted provider behind them.
#include <gmock/gmock.h>

#include "core/api/agent_answer.hpp"
#include "core/api/direct_answer.hpp"
#include "core/api/keep_alive.hpp"
#include "core/api/recording_responder.hpp"
#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::api {
namespace {

using pipeline::ChatEvent;
using pipeline::ChatEvents;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

const std::string kDone = "data: [DONE]\n\n";

/// A provider whose one call the test itself answers.
class HeldProvider final : public pipeline::ProviderPort {
 public:
  ChatEvents events;
  std::size_t cancelled = 0;
  [[nodiscard]] const std::string& name() const override { return name_; }
  [[nodiscard]] const std::string& default_model() const override { return name_; }
  pipeline::ChatId chat(const pipeline::ChatCall&, ChatEvents e) override {
    events = std::move(e);
    return 1;
  }
  void cancel(pipeline::ChatId) override { ++cancelled; }

 private:
  std::string name_ = "held";
};

class AnswersTest : public ::testing::Test {
 protected:
  AnswersTest() {
    world.start();
    gateway = std::make_unique<Gateway>(Gateway{
        world.config, world.log, metrics, world.loop, *world.pipeline, {}, runtime::Millis{2}});
  }
  void ask_directly(const std::string& body) {
    world.on([&] {
      const auto envelope = scan_chat_envelope(body);
      answer_directly(responder(body), *envelope, "m", held, *gateway);
    });
  }
  void ask_agent(const std::string& body) {
    world.on([&] {
      answer_with_agent(responder(body), *parse_chat_request(body), "main", "agent:main:s",
                        *gateway);
    });
  }
  http::ResponderPtr responder(const std::string& body) {
    return std::make_unique<RecordingResponder>(world.loop, body, received);
  }
  [[nodiscard]] std::size_t comments() const {
    return static_cast<std::size_t>(
        std::count_if(received->writes.begin(), received->writes.end(),
                      [](const std::string& bytes) { return bytes.ends_with(kKeepAliveComment); }));
  }

  pipeline::World world;
  metrics::Metrics metrics{"test"};
  HeldProvider held;
  std::unique_ptr<Gateway> gateway;
  std::shared_ptr<Received> received = std::make_shared<Received>();  // with the responder
};

constexpr char kStreamed[] =
    R"({"model":"held/m","stream":true,"messages":[{"role":"user","content":"hi"}]})";

TEST_F(AnswersTest, ADirectStreamIsKeptOpenWhileTheModelIsSilent) {
  ask_directly(kStreamed);
  ASSERT_TRUE(world.until([&] { return comments() >= 2; }));
  world.on([&] {
    EXPECT_EQ(received->status, 200U);
    held.events.event(ChatEvent::text, "Hello");
    held.events.event(ChatEvent::finish, "stop");
    held.events.done(std::nullopt);
    EXPECT_TRUE(received->ended);
    EXPECT_THAT(received->text(), HasSubstr(R"("role":"assistant")"));
    EXPECT_THAT(received->text(), HasSubstr("Hello"));
    EXPECT_THAT(received->text(), EndsWith(kDone));
  });
  const auto writes = world.on([&] { return received->writes.size(); });
  bool later = false;  // the timer that was pending has passed
  world.on([&] { world.loop.after(runtime::Millis{10}, [&] { later = true; }); });
  ASSERT_TRUE(world.until([&] { return later; }));
  EXPECT_EQ(received->writes.size(), writes);
}

TEST_F(AnswersTest, AFailureAfterACommentIsToldInsideTheStream) {
  ask_directly(kStreamed);
  ASSERT_TRUE(world.until([&] { return comments() >= 1; }));
  world.on([&] { held.events.done(pipeline::ChatFailure{{Errc::rate, "too many requests"}}); });
  EXPECT_TRUE(received->ended);
  EXPECT_THAT(received->writes.back(), HasSubstr("too many requests"));
  EXPECT_THAT(received->text(), Not(HasSubstr("[DONE]")));
}

TEST_F(AnswersTest, AnAnswerThatIsNotStreamedGetsNoComments) {
  ask_directly(R"({"model":"held/m","messages":[{"role":"user","content":"hi"}]})");
  bool later = false;
  world.on([&] { world.loop.after(runtime::Millis{10}, [&] { later = true; }); });
  ASSERT_TRUE(world.until([&] { return later; }));
  EXPECT_EQ(received->status, 0U);
  world.on([&] {
    held.events.event(ChatEvent::text, "Hello");
    held.events.event(ChatEvent::finish, "stop");
    held.events.done(std::nullopt);
  });
  EXPECT_EQ(received->status, 200U);
  EXPECT_THAT(received->body, HasSubstr(R"("content":"Hello")"));
}

TEST_F(AnswersTest, FragmentsOfAToolCallAreGatheredAndMalformedOnesAddNothing) {
  ask_directly(R"({"model":"held/m","messages":[{"role":"user","content":"hi"}]})");
  world.on([&] {
    for (const char* fragment :
         {R"({"index":0,"id":"c","name":"f","arguments":"{\"a\""})",
          R"({"index":0,"arguments":{}})", R"({"index":"x","arguments":null})", "nonsense",
          R"({"index":0,"arguments":":1}"})"}) {
      EXPECT_TRUE(held.events.event(ChatEvent::tool_call, fragment)) << fragment;
    }
    held.events.event(ChatEvent::finish, "tool_calls");
    held.events.done(std::nullopt);
  });
  EXPECT_EQ(received->status, 200U);
  EXPECT_THAT(received->body, HasSubstr(R"("tool_calls":[{)"));
  EXPECT_THAT(received->body, HasSubstr(R"("arguments":"{\"a\":1}")"));
}

TEST_F(AnswersTest, AnAnswerThatIsTooLargeIsCalledThat) {
  for (const auto kind : {ChatEvent::text, ChatEvent::tool_call}) {
    ask_directly(R"({"model":"held/m","messages":[{"role":"user","content":"hi"}]})");
    world.on([&] {
      const std::string piece = kind == ChatEvent::text ? std::string(1U << 20U, 'x')
                                                        : R"({"index":0,"arguments":")" +
                                                              std::string(1U << 20U, 'x') + R"("})";
      int taken = 0;
      while (taken < 40 && held.events.event(kind, piece)) ++taken;
      EXPECT_LE(taken, 32);
      held.events.done(pipeline::ChatFailure{{Errc::cancelled, "cancelled"}});
    });
    EXPECT_EQ(received->status, 502U);
    EXPECT_THAT(received->body, HasSubstr("over 32 MiB"));
  }
}

TEST_F(AnswersTest, AClientThatGoesAwayCancelsADirectCall) {
  ask_directly(kStreamed);
  world.on([&] { received->gone(); });
  EXPECT_EQ(held.cancelled, 1U);
  world.on([&] { EXPECT_FALSE(held.events.event(ChatEvent::text, "late")); });
  EXPECT_THAT(received->text(), Not(HasSubstr("late")));
}

TEST_F(AnswersTest, AnAgentsStreamIsKeptOpenWhileItsTurnWaits) {
  world.on([&] { world.provider.scripts = {pipeline::hangs()}; });
  ask_agent(kStreamed);
  ASSERT_TRUE(world.until([&] { return comments() >= 1; }));
  world.on([&] {
    EXPECT_EQ(received->status, 200U);
    EXPECT_THAT(received->writes.front(), HasSubstr(R"("role":"assistant")"));
    EXPECT_FALSE(received->ended);
  });
}

TEST_F(AnswersTest, AnAgentsAnswerComesWithItsSession) {
  ask_agent(R"({"model":"openclaw/main","messages":[{"role":"user","content":"hi"}]})");
  ASSERT_TRUE(world.until([&] { return received->ended; }));
  EXPECT_EQ(received->status, 200U);
  EXPECT_THAT(received->headers,
              ::testing::Contains(http::Header{"x-openclaw-session-key", "agent:main:s"}));
  EXPECT_THAT(received->body, HasSubstr(R"("content":"ok")"));
}

TEST_F(AnswersTest, AnAgentOfAGatewayThatStopsSaysWhenToAskAgain) {
  world.on([&] { world.pipeline->drain([] {}); });
  ask_agent(R"({"model":"openclaw/main","messages":[{"role":"user","content":"hi"}]})");
  ASSERT_TRUE(world.until([&] { return received->ended; }));
  EXPECT_EQ(received->status, 503U);
  EXPECT_THAT(received->headers, ::testing::Contains(http::Header{"Retry-After", "1"}));
  EXPECT_THAT(received->body, HasSubstr("the gateway is stopping"));
}

}  // namespace
}  // namespace openclaw::api
