#include "core/pipeline/pipeline.hpp"

#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using Outcome = Submitted::Outcome;

TEST(Pipeline, AMessageIsAcceptedAfterItsCommitAndAnswered) {
  World w;
  w.start();
  bool committed_first = false;
  std::promise<Result<Submitted>> done;
  w.on([&] {
    w.pipeline->submit(World::message("hello"), [&](Result<Submitted> r) {
      committed_first = w.store.journal == std::vector<std::string>{"ingest+attempt"};
      done.set_value(std::move(r));
    });
  });
  const auto submitted = done.get_future().get();
  ASSERT_TRUE(submitted.has_value());
  EXPECT_EQ(submitted->outcome, Outcome::accepted);
  EXPECT_EQ(submitted->session, "agent:main:chat:direct:u1");
  EXPECT_TRUE(committed_first);
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, std::vector<std::string>{"ok"});
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
  const auto& transcript = w.store.transcripts["agent:main:chat:direct:u1"];
  ASSERT_EQ(transcript.size(), 2U);
  EXPECT_EQ(transcript[0].text, "hello");
  EXPECT_EQ(transcript[1].role, Role::assistant);
}

TEST(Pipeline, AMessageThatCannotBeStoredIsNotAcceptedAndMayComeAgain) {
  World w;
  w.store.fault = [&](const Write&) { return kDiskFull; };
  w.start();
  const auto refused = w.say("hello", "u1", "e1");
  ASSERT_TRUE(refused.has_error());
  EXPECT_TRUE(refused.error().retryable);
  w.on([&] { w.store.fault = nullptr; });
  EXPECT_EQ(w.say("hello", "u1", "e1")->outcome, Outcome::accepted);
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.size(), 1U);
}

TEST(Pipeline, AQuestionForAFreeLaneIsAcceptedAndClaimedInOneWrite) {
  World w;
  w.start();
  const auto listener = w.ask("hello");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.store.journal, (std::vector<std::string>{"ingest+attempt", "finish"}));
  ASSERT_EQ(listener->ends.size(), 1U);
  EXPECT_EQ(listener->ends[0]->text, "ok");
  const auto second = w.ask("again");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(second->ends.size(), 1U);
}

TEST(Pipeline, ARedeliveredEventOnAFreeLaneLeavesItFree) {
  World w;
  w.config.queue.mode = "followup";
  w.start();
  w.say("hello", "u1", "e1");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.say("hello", "u1", "e1")->outcome, Outcome::duplicate);
  w.say("more", "u1", "e2");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.calls.size(), 2U);
}

TEST(Pipeline, ARedeliveredEventIsADuplicateAndMakesOneTurn) {
  World w;
  w.start();
  EXPECT_EQ(w.say("hello", "u1", "e1")->outcome, Outcome::accepted);
  EXPECT_EQ(w.say("hello", "u1", "e1")->outcome, Outcome::duplicate);
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.say("hello", "u1", "e1")->outcome, Outcome::duplicate);
  EXPECT_EQ(w.provider.calls.size(), 1U);
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
}

TEST(Pipeline, ABindingDecidesWhichAgentAnswers) {
  World w;
  w.config.agents.resize(2);
  w.config.agents[1].id = "ops";
  w.config.agents[1].instructions = "You are ops.";
  w.config.bindings = {{"ops", "chat", "", "", "", "", "g", "", {"admin"}}};
  w.start();
  EXPECT_EQ(w.say("hello")->session, "agent:main:chat:direct:u1");
  Inbound from_guild = World::message("hello");
  from_guild.extra_json = R"({"place":{"guild":"g","roles":["admin"]}})";
  EXPECT_EQ(w.submit(from_guild)->session, "agent:ops:chat:direct:u1");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.provider.calls.size(), 2U);
  EXPECT_EQ(w.provider.calls[0].body_json.find("You are ops."), std::string::npos);
  EXPECT_NE(w.provider.calls[1].body_json.find("You are ops."), std::string::npos);
}

TEST(Pipeline, BadInputAndUnknownChannelsAreRefused) {
  World w;
  w.start();
  EXPECT_EQ(w.say("").error().code, Errc::invalid);
  EXPECT_EQ(w.say("x", "").error().code, Errc::invalid);
  EXPECT_EQ(w.say("x", "u1", {}, "nowhere").error().code, Errc::invalid);
  EXPECT_EQ(w.ledger().accepted, 0U);
}

TEST(Pipeline, HistoryIsForThoseWhoMaySpeak) {
  World w;
  w.policy = {"allowlist", {"u1"}, "allowlist", {}, true};
  w.start();
  w.say("hello");
  ASSERT_TRUE(w.settled());
  std::promise<std::size_t> mine;
  std::promise<Errc> theirs;
  w.on([&] {
    w.pipeline->history(World::message(""), 10, [&](const auto& r) { mine.set_value(r->size()); });
    w.pipeline->history(World::message("", "u2"), 10,
                        [&](const auto& r) { theirs.set_value(r.error().code); });
  });
  EXPECT_EQ(mine.get_future().get(), 2U);
  EXPECT_EQ(theirs.get_future().get(), Errc::auth);
}

}  // namespace
}  // namespace openclaw::pipeline
