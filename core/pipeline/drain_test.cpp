#include <gtest/gtest.h>

#include "core/pipeline/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

TEST(Drain, WhatWasBeingStoredWhenTheDrainBeganWaitsForTheNextStart) {
  World w;
  w.start();
  auto listener = std::make_shared<scripted::RecordingListener>();
  bool drained = false;
  w.on([&] {
    w.pipeline->ask({"main", "s", "hello", {}, {}, {}, listener});
    w.pipeline->drain([&] { drained = true; });
  });
  ASSERT_TRUE(w.until([&] { return drained && w.store.live.size() == 1; }));
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
