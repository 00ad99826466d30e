#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using Outcome = Submitted::Outcome;

/// A first message is being answered for ever; `cap` more fit into the queue.
void keep_busy(World& w, const char* drop, std::uint32_t cap) {
  w.config.queue.drop = drop;
  w.config.queue.cap = cap;
  w.provider.scripts = {hangs()};
  w.start();
  w.say("one");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
}

TEST(Queue, MessagesThatArriveDuringATurnAreAnsweredTogether) {
  World w;
  w.provider.scripts = {hangs({"thinking"})};
  w.start();
  w.say("one");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  w.say("two");
  w.say("three");
  w.on([&] { EXPECT_EQ(w.pipeline->waiting(), 2U); });
  w.say("other person", "u2");
  ASSERT_TRUE(w.shown(1));  // not held up
  std::promise<std::size_t> stopped;
  w.on([&] {
    w.pipeline->stop_turns(World::message("", "nobody"),
                           [&](const auto& n) { stopped.set_value(*n); });
  });
  EXPECT_EQ(stopped.get_future().get(), 0U);
  w.kill();
  w.start();
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.provider.calls.size(), 3U);
  const std::string& body = w.provider.calls[2].body_json;
  EXPECT_LT(body.find("\"one\""), body.find("\"two\""));
  EXPECT_LT(body.find("\"two\""), body.find("\"three\""));
  EXPECT_EQ(counts(w.ledger()), "3 accepted, 3 answered, 0 silent, 0 dead, 0 queued");
}

TEST(Queue, InterruptEndsTheRunningTurnAndAnswersTheNewMessage) {
  World w;
  w.config.queue.mode = "interrupt";
  w.provider.scripts = {hangs({"about cats"})};
  w.start();
  w.say("tell me about cats");
  ASSERT_TRUE(w.until([&] { return w.channel.partials.size() == 2; }));
  w.say("no, about dogs");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, std::vector<std::string>{"ok"});
  ASSERT_EQ(w.provider.calls.size(), 2U);
  const std::string& body = w.provider.calls[1].body_json;
  EXPECT_NE(body.find("about cats"), std::string::npos);
  EXPECT_LT(body.find("about cats"), body.find("about dogs"));
  EXPECT_EQ(counts(w.ledger()), "2 accepted, 1 answered, 1 silent, 0 dead, 0 queued");
}

TEST(Queue, AFullQueueRefusesBeforeTheCommitAndDeadLettersAfterIt) {
  World w;
  ASSERT_NO_FATAL_FAILURE(keep_busy(w, "new", 1));
  // Two at once: both pass the first look, one finds the queue full once it is stored.
  std::promise<void> both;
  int left = 2;
  w.on([&] {
    for (const char* text : {"two", "three"}) {
      w.pipeline->submit(World::message(text), [&](const Result<Submitted>& r) {
        EXPECT_EQ(r->outcome, Outcome::accepted);
        if (--left == 0) both.set_value();
      });
    }
  });
  both.get_future().get();
  ASSERT_TRUE(w.shown(1));
  EXPECT_NE(w.channel.shown[0].find("send it again"), std::string::npos);
  EXPECT_EQ(counts(w.ledger()), "3 accepted, 0 answered, 0 silent, 1 dead, 2 queued");
  EXPECT_EQ(w.say("four")->outcome, Outcome::refused);
  ASSERT_TRUE(w.shown(2));
  const auto full = w.ask("five", "agent:main:chat:direct:u1");
  ASSERT_EQ(full->ends.size(), 1U);
  EXPECT_EQ(full->ends[0].error().code, Errc::again);
  EXPECT_EQ(w.ledger().accepted, 3U);
}

TEST(Queue, DropOldDeadLettersTheOldestAndSaysSoOnce) {
  World w;
  ASSERT_NO_FATAL_FAILURE(keep_busy(w, "old", 2));
  for (const char* text : {"two", "three", "four", "five"}) w.say(text);
  ASSERT_TRUE(w.until([&] { return w.pipeline->ledger().snapshot().dead == 2; }));
  EXPECT_EQ(counts(w.ledger()), "5 accepted, 0 answered, 0 silent, 2 dead, 3 queued");
  ASSERT_TRUE(w.shown(1));
  EXPECT_EQ(w.channel.sent.size(), 1U);
}

TEST(Queue, ATurnThatStoresItsAnswerHoldsUpNoOtherSession) {
  World w;
  w.config.queue.concurrency = 1;
  bool down = true;
  w.store.fault = [&](const Write& write) -> std::optional<Error> {
    const auto* finish = std::get_if<Finish>(&write);
    if (finish != nullptr && finish->session == "s1" && down) return kDiskFull;
    return std::nullopt;
  };
  w.start();
  const auto stuck = w.ask("one", "s1");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  const auto other = w.ask("two", "s2");
  ASSERT_TRUE(w.until([&] { return other->ends.size() == 1; }));
  EXPECT_TRUE(stuck->ends.empty());
  w.on([&] { down = false; });
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(stuck->ends.size(), 1U);
}

TEST(Queue, ALaneTakenForAMessageThatCannotBeStoredIsFreeAgain) {
  World w;
  w.config.queue.concurrency = 1;
  w.store.fault = [](const Write&) { return kDiskFull; };
  w.start();
  EXPECT_TRUE(w.ask("hello")->ends.at(0).has_error());
  w.on([&] { w.store.fault = nullptr; });
  const auto listener = w.ask("hello");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(listener->ends.size(), 1U);
  EXPECT_FALSE(listener->ends[0].has_error());
}

}  // namespace
}  // namespace openclaw::pipeline
