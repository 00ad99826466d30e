#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

/// Its client waits, so it counts as under way.
TEST(Drain, AQuestionThatWasBeingStoredWhenTheDrainBeganIsAnswered) {
  World w;
  w.start();
  auto listener = std::make_shared<scripted::RecordingListener>();
  bool drained = false;
  w.on([&] {
    w.pipeline->ask({"main", "s", "hello", {}, {}, {}, listener});
    w.pipeline->drain([&] { drained = true; });
  });
  ASSERT_TRUE(w.until([&] { return drained; }));
  ASSERT_EQ(listener->ends.size(), 1U);
  EXPECT_TRUE(listener->ends[0].has_value());
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
}

/// Its client asks again, so that a later answer would be a second one.
TEST(Drain, AQuestionThatWaitsForItsTurnIsToldAndOver) {
  World w;
  w.provider.scripts = {hangs()};
  w.start();
  const auto running = w.ask("one");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  const auto waiting = w.ask("two");
  auto stored = std::make_shared<scripted::RecordingListener>();
  w.on([&] {
    w.pipeline->ask({"main", "s", "three", {}, {}, {}, stored});
    w.pipeline->drain([] {});
  });
  ASSERT_TRUE(w.until([&] { return waiting->ends.size() + stored->ends.size() == 2; }));
  for (const auto& told : {waiting, stored}) {
    EXPECT_EQ(told->ends[0].error().code, Errc::again);
    EXPECT_EQ(told->ends[0].error().retry_after_ms, 1000U);
  }
  EXPECT_TRUE(running->ends.empty()) << "its turn runs on";
  ASSERT_TRUE(w.until([&] { return w.store.live.size() == 1; }));
  w.kill();
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.calls.size(), 2U) << "the first one again";
}

TEST(Drain, AMessageBehindANewConversationThatIsBeingStoredUsesUpNoAttempt) {
  World w;
  w.config.queue.max_attempts = 1;
  w.config.queue.mode = "followup";  // claimed as they are stored
  bool holds = true, asked = false;
  w.store.hold = [&](const Write& write) {
    const bool is_reset = std::holds_alternative<ChangeSession>(write);
    asked = asked || is_reset;
    return is_reset && holds;
  };
  w.start();
  w.say("/new");
  ASSERT_TRUE(w.until([&] { return asked; }));
  w.say("hello");
  ASSERT_TRUE(w.until([&] { return w.store.live.size() == 2; }));
  bool drained = false;
  w.on([&] {
    w.pipeline->drain([&] { drained = true; });
    holds = false;
  });
  ASSERT_TRUE(w.until([&] { return drained; }));
  w.kill();
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "ok");
  EXPECT_EQ(w.ledger().dead, 0U);
}

TEST(Drain, AQuestionBehindANewConversationThatIsBeingStoredIsToldAndOver) {
  World w;
  bool holds = true, resets = false;
  w.store.hold = [&](const Write& write) {
    const bool is_reset = std::holds_alternative<ChangeSession>(write);
    resets = resets || is_reset;
    return is_reset && holds;
  };
  w.start();
  w.say("/new");
  ASSERT_TRUE(w.until([&] { return resets; }));
  const auto session = w.on([&] { return w.store.live.begin()->second.row.session; });
  const auto asked = w.ask("hello", session);
  ASSERT_TRUE(w.until([&] { return w.store.live.size() == 2; }));
  bool drained = false;
  w.on([&] {
    w.pipeline->drain([&] { drained = true; });
    holds = false;
  });
  ASSERT_TRUE(w.until([&] { return drained && asked->ends.size() == 1; }));
  EXPECT_EQ(asked->ends[0].error().code, Errc::again);
  EXPECT_TRUE(w.until([&] { return w.store.live.empty(); }));
}

TEST(Drain, AQuestionThatIsBeingStoredWhenTheTurnsAreAbandonedIsLetGoOf) {
  World w;
  bool holds = true;
  w.store.hold = [&](const Write& write) { return std::holds_alternative<Ingest>(write) && holds; };
  w.start();
  auto listener = std::make_shared<scripted::RecordingListener>();
  std::weak_ptr<scripted::RecordingListener> waiting = listener;
  bool drained = false;
  w.on([&] {
    w.pipeline->ask({"main", "s", "hello", {}, {}, {}, std::move(listener)});
    w.pipeline->drain([&] { drained = true; });
    w.pipeline->abandon();
    holds = false;
  });
  ASSERT_TRUE(w.until([&] { return drained; }));
  EXPECT_TRUE(waiting.expired());
  EXPECT_TRUE(w.provider.calls.empty());
  w.kill();
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.calls.size(), 1U);
}

TEST(Drain, AnOrderlyStopUsesUpNoAttemptHoweverOftenItCutsTheTurn) {
  World w;
  for (std::size_t stops = 1; stops <= 5; ++stops) {
    w.provider.scripts = {hangs()};
    w.start();
    if (stops == 1) w.say("a long story");
    ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == stops; })) << stops;
    w.on([&] {
      w.pipeline->drain([] {});
      w.pipeline->abandon();
    });
    ASSERT_TRUE(w.until([&] { return w.store.journal.back() == "value"; }));
    w.kill();
  }
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, std::vector<std::string>{"ok"});
}

TEST(Drain, AMessageThatWasBeingStoredIsNotTried) {
  World w;
  w.config.queue.max_attempts = 1;
  w.config.queue.mode = "followup";  // claimed as they are stored
  w.start();
  std::promise<void> drained;
  w.on([&] {
    w.pipeline->submit(World::message("hello"), [](const auto&) {});
    w.pipeline->drain([&] { drained.set_value(); });
  });
  drained.get_future().get();
  EXPECT_EQ(w.on([&] { return w.store.live.begin()->second.row.attempts; }), 1U) << "its claim";
  w.kill();
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, std::vector<std::string>{"ok"});
}

TEST(Drain, ASummaryThatIsBeingWrittenIsNotTried) {
  World w;
  w.config.queue.max_attempts = 1;
  w.config.agents[0].history_messages = 16;
  w.start();
  for (const char* text : {"one", "two", "three", "four", "five"}) {
    w.say(text);
    ASSERT_TRUE(w.settled());
  }
  w.on([&] { w.provider.scripts = {hangs()}; });
  const std::size_t calls = w.on([&] { return w.provider.calls.size(); });
  w.say("/compact");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == calls + 1; }));
  std::promise<void> drained;
  w.on([&] { w.pipeline->drain([&] { drained.set_value(); }); });
  drained.get_future().get();
  w.kill();
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(),
            "2 earlier messages are now a summary; the newest stay as they are.");
  EXPECT_EQ(w.ledger().dead, 0U);
}

TEST(Drain, WhatCouldNotBeKeptOfCutsIsKeptWhenTheTurnsAreAbandoned) {
  World w;
  w.config.queue.max_attempts = 1;
  w.config.queue.mode = "followup";  // claimed as they are stored
  bool broken = true;
  w.store.fault = [&](const Write& write) -> std::optional<Error> {
    if (!std::holds_alternative<PutValue>(write) || !std::exchange(broken, false)) {
      return std::nullopt;
    }
    return Error{Errc::storage, "no space left"};
  };
  w.start();
  w.on([&] {
    w.pipeline->submit(World::message("hello"), [](const auto&) {});
    w.pipeline->drain([] {});
  });
  ASSERT_TRUE(w.until([&] { return !broken; }));
  for (int i = 0; i < 10; ++i) w.on([] {});  // its failure has been heard
  w.on([&] { w.pipeline->abandon(); });
  w.kill();
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, std::vector<std::string>{"ok"});
}

/// It may be stored as started, and one that was never asked for would be in doubt.
TEST(Drain, AReplyThatIsBeingStoredWhenTheTurnsAreAbandonedIsSent) {
  World w;
  bool holds = true, asked = false;
  w.store.hold = [&](const Write& write) {
    const bool is_end = std::holds_alternative<Finish>(write);
    asked = asked || is_end;
    return is_end && holds;
  };
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.until([&] { return asked; }));
  bool drained = false;
  w.on([&] {
    w.pipeline->drain([&] { drained = true; });
    w.pipeline->abandon();
    holds = false;
  });
  ASSERT_TRUE(w.until([&] { return drained; }));
  EXPECT_EQ(w.channel.shown, std::vector<std::string>{"ok"});
  EXPECT_EQ(w.deliveries, std::vector<std::string>{"sent"});
}

TEST(Drain, DrainLetsTurnsAndTheirRepliesFinishAndTakesNothingNew) {
  World w;
  w.start();
  w.on([&] { w.channel.hold = [](const Outbound&) { return true; }; });
  w.say("one");
  std::promise<void> drained;
  w.on([&] { w.pipeline->drain([&] { drained.set_value(); }); });
  ASSERT_TRUE(w.until([&] { return w.channel.held.size() == 1; }));
  EXPECT_EQ(w.say("two").error().code, Errc::again);
  const auto late = w.ask("three");
  ASSERT_EQ(late->ends.size(), 1U);
  auto future = drained.get_future();
  EXPECT_EQ(future.wait_for(std::chrono::seconds(0)), std::future_status::timeout);
  w.on([&] { w.channel.held[0](std::string("m1")); });
  future.get();
  EXPECT_EQ(w.on([&] { return w.store.outbox_in(OutboxState::sent); }), 1U);
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
}

TEST(Drain, WhatWaitsWhenItDrainsIsAnsweredAfterTheNextStart) {
  World w;
  w.provider.scripts = {hangs()};
  w.start();
  w.say("one");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  w.say("two");
  std::promise<void> drained;
  w.on([&] {
    w.pipeline->drain([&] { drained.set_value(); });
    w.pipeline->stop_turns(World::message("", "u9"), [](const auto&) {});
  });
  w.kill();
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.size(), 1U);
  EXPECT_EQ(w.on([&] { return w.store.ended.size(); }), 2U);
}

}  // namespace
}  // namespace openclaw::pipeline
