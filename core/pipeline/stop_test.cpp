#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

TEST(Stop, StopEndsWhatRunsAndWhatWaitsAndTellsWhoListens) {
  World w;
  w.provider.scripts = {hangs({"half an"})};
  w.start();
  const auto running = w.ask("one");
  ASSERT_TRUE(w.until([&] { return running->heard == "half an"; }));
  const auto behind = w.ask("two");
  w.say("x", "u2");
  ASSERT_TRUE(w.shown(1));
  EXPECT_TRUE(running->ends.empty());
  // The API's session is its own; a chat's /stop is for the chat's.
  w.provider.scripts = {hangs()};
  w.say("long question");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 3; }));
  w.say("and another");
  w.say("/stop");
  ASSERT_TRUE(w.shown(2));
  EXPECT_EQ(w.channel.shown[1], "Stopped.");
  ASSERT_TRUE(w.until([&] { return w.pipeline->ledger().snapshot().silent == 2; }));
  EXPECT_EQ(w.on([&] { return w.provider.cancelled; }), 1U);
  EXPECT_EQ(counts(w.ledger()), "6 accepted, 2 answered, 2 silent, 0 dead, 2 queued");
  EXPECT_TRUE(behind->ends.empty());
}

TEST(Stop, AListenerWhoseTurnIsStoppedHearsThatItWasCancelled) {
  World w;
  w.config.session.dm_scope = "main";
  w.provider.scripts = {hangs({"half an"})};
  w.start();
  const auto running = w.ask("one", "agent:main:main");
  ASSERT_TRUE(w.until([&] { return running->heard == "half an"; }));
  const auto behind = w.ask("two", "agent:main:main");
  ASSERT_TRUE(w.until([&] { return w.pipeline->waiting() == 1; }));
  w.say("/stop");
  ASSERT_TRUE(w.settled());
  for (const auto& listener : {running, behind}) {
    ASSERT_EQ(listener->ends.size(), 1U);
    ASSERT_TRUE(listener->ends[0].has_error());
    EXPECT_EQ(listener->ends[0].error().code, Errc::cancelled);
  }
  for (const auto& entry : w.store.transcripts["agent:main:main"]) {
    EXPECT_EQ(entry.role, Role::user);
  }
  EXPECT_EQ(counts(w.ledger()), "3 accepted, 1 answered, 2 silent, 0 dead, 0 queued");
}

TEST(Stop, StopHoldsForATurnThatWaitsToBeRepeated) {
  World w;
  w.config.queue.debounce_ms = 1;  // else the claim comes with the message
  bool broken = true;
  w.store.fault = [&](const Write& write) -> std::optional<Error> {
    const auto* attempt = std::get_if<Attempt>(&write);
    if (attempt == nullptr || !broken) return std::nullopt;
    // As an engine whose answer was lost: the claim is there, the caller does not know.
    for (const auto id : attempt->ids) w.store.live[id].epoch = attempt->epoch;
    return kDiskFull;
  };
  w.start();
  w.say("one");
  ASSERT_TRUE(w.until([&] { return !w.turns.empty() && w.turns[0] == "retry"; }));
  std::promise<std::size_t> stopped;
  w.on([&] {
    broken = false;
    w.pipeline->stop_turns(World::message(""), [&](const auto& n) { stopped.set_value(*n); });
  });
  EXPECT_EQ(stopped.get_future().get(), 1U);
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.ledger().silent, 1U);
  EXPECT_TRUE(w.on([&] { return w.store.live.empty(); }));
  EXPECT_TRUE(w.channel.shown.empty());
}

}  // namespace
}  // namespace openclaw::pipeline
