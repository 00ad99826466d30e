// When people see that their message is being answered.
#include "core/pipeline/progress/typing.hpp"

#include <gmock/gmock.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
constexpr std::uint32_t kLong = 600'000;
using Texts = std::vector<std::string>;

Texts typed(World& w) {
  return w.on([&] { return w.channel.typed; });
}

std::size_t stop(World& w, const char* who) {
  std::promise<std::size_t> stopped;
  w.on([&] {
    w.pipeline->stop_turns(World::message("", who), [&](const auto& n) { stopped.set_value(*n); });
  });
  return stopped.get_future().get();
}

TEST(Typing, BeginsWhenAMessageIsAcceptedNotWhenItsTurnBegins) {
  World w;
  w.config.queue.debounce_ms = kLong;
  w.start();
  w.say("hi");
  EXPECT_THAT(typed(w), ElementsAre("+c-u1"));
  EXPECT_THAT(w.provider.calls, IsEmpty());
}

TEST(Typing, IsHandedOverToTheTurnAndEndsWithIt) {
  World w;
  w.config.queue.debounce_ms = 5;
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_THAT(typed(w), ElementsAre("+c-u1", "-c-u1"));
}

TEST(Typing, ASecondMessageOfABurstDoesNotEndIt) {
  World w;
  w.config.queue.debounce_ms = kLong;
  w.start();
  w.say("hi");
  w.say("there");
  EXPECT_THAT(typed(w), ElementsAre("+c-u1")) << "and is no signal of its own";
}

TEST(Typing, GoesOnForWhatWaitsWhenATurnEnds) {
  World w;
  w.config.queue.mode = "followup";
  w.provider.scripts = {says({"one"}), hangs()};
  w.start();
  std::promise<void> both;
  int left = 2;
  w.on([&] {
    for (const char* text : {"first", "second"}) {
      w.pipeline->submit(World::message(text), [&](const Result<Submitted>&) {
        if (--left == 0) both.set_value();
      });
    }
  });
  both.get_future().get();
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 2; }));
  EXPECT_EQ(typed(w).back(), "+c-u1");
}

TEST(Typing, OfOneSessionInTwoChatsTheLastIsShown) {
  World w;
  w.config.queue.debounce_ms = kLong;
  w.config.session.dm_scope = "main";
  w.start();
  w.say("hi", "u1");
  w.say("hi", "u2");
  EXPECT_THAT(typed(w), ElementsAre("+c-u1", "-c-u1", "+c-u2"));
}

TEST(Typing, IsShownToWhoWaitsForAPlace) {
  World w;
  w.config.queue.concurrency = 1;
  w.provider.scripts = {hangs()};
  w.start();
  w.say("hi", "u1");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  w.say("hi", "u2");
  EXPECT_THAT(typed(w), ElementsAre("+c-u1", "+c-u2"));
}

TEST(Typing, EndsWhenWhatWaitsIsStopped) {
  World w;
  w.config.queue.debounce_ms = kLong;
  w.start();
  w.say("hi");
  EXPECT_EQ(stop(w, "u1"), 1U);
  EXPECT_THAT(typed(w), ElementsAre("+c-u1", "-c-u1"));
}

TEST(Typing, EndsWhenTheGatewayIsStopped) {
  World w;
  w.config.queue.debounce_ms = kLong;
  w.start();
  w.say("hi");
  w.on([&] { w.pipeline->drain([] {}); });
  EXPECT_THAT(typed(w), ElementsAre("+c-u1", "-c-u1"));
}

TEST(Typing, ACommandIsSeenToo) {
  World w;
  w.start();
  w.say("/whoami");
  ASSERT_TRUE(w.settled());
  EXPECT_THAT(typed(w), ElementsAre("+c-u1", "-c-u1"));
}

TEST(Typing, IsNotShownInAGroupThatDidNotSpeakToTheBot) {
  World w;
  w.config.queue.debounce_ms = kLong;
  w.start();
  Inbound m = World::message("hi");
  m.from.kind = ChatKind::group;
  w.submit(m);
  EXPECT_THAT(typed(w), IsEmpty());
}

TEST(Typing, AnOnslaughtIsShownUpToItsBound) {
  World w;
  w.config.queue.debounce_ms = kLong;
  w.start();
  for (std::size_t i = 0; i < WaitingIndicators::kMost + 5; ++i) w.say("hi", std::to_string(i));
  EXPECT_EQ(typed(w).size(), WaitingIndicators::kMost);
  EXPECT_EQ(stop(w, "7"), 1U);
  w.say("hi", "late");
  EXPECT_EQ(typed(w).back(), "+c-late") << "one left, there is room again";
}

}  // namespace
}  // namespace openclaw::pipeline
