#include "core/pipeline/pipeline.hpp"

#include <gtest/gtest.h>

#include "core/pipeline/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using Outcome = Submitted::Outcome;
const Error kDiskFull{Errc::storage, "no space left"};

TEST(Pipeline, AMessageIsAcceptedAfterItsCommitAndAnswered) {
  World w;
  w.start();
  bool committed_first = false;
  std::promise<Result<Submitted>> done;
  w.on([&] {
    w.pipeline->submit(World::message("hello"), [&](Result<Submitted> r) {
      committed_first = w.store.journal == std::vector<std::string>{"ingest"};
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

TEST(Pipeline, ALaneTakenForAMessageThatCannotBeStoredIsFreeAgain) {
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

TEST(Pipeline, ATurnThatStoresItsAnswerHoldsUpNoOtherSession) {
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

TEST(Pipeline, WhatWasBeingStoredWhenTheDrainBeganWaitsForTheNextStart) {
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

TEST(Pipeline, AStrangerGetsThePairingCodeOnceAndSpeaksWhenApproved) {
  World w;
  w.policy = {"pairing", {}, "allowlist", {}, true};
  w.start();
  EXPECT_EQ(w.say("let me in")->outcome, Outcome::refused);
  ASSERT_TRUE(w.shown(1));
  EXPECT_EQ(w.on([&] { return w.store.journal; }), std::vector<std::string>{"value"});
  EXPECT_EQ(w.say("please")->outcome, Outcome::refused);
  const auto pending = w.on([&] { return w.pipeline->pairing().pending(w.unix_ms); });
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_NE(w.channel.shown[0].find("pairing approve chat " + pending[0].code), std::string::npos);

  std::promise<bool> approved;
  w.on([&] {
    w.pipeline->approve_pairing("chat", pending[0].code,
                                [&](const auto& r) { approved.set_value(r.has_value()); });
  });
  ASSERT_TRUE(approved.get_future().get());
  EXPECT_EQ(w.say("thanks")->outcome, Outcome::accepted);
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.size(), 2U);  // one code, one answer
  EXPECT_EQ(w.channel.shown[1], "ok");

  w.kill();
  w.start();
  EXPECT_EQ(w.say("still me")->outcome, Outcome::accepted);
}

TEST(Pipeline, APairingCodeThatWasNotStoredIsNotToldAndTheNextMessageGetsOne) {
  World w;
  w.policy = {"pairing", {}, "allowlist", {}, true};
  w.store.fault = [&](const Write&) { return kDiskFull; };
  w.start();
  EXPECT_EQ(w.say("let me in")->outcome, Outcome::refused);
  ASSERT_TRUE(w.until([&] { return w.pipeline->pairing().pending(w.unix_ms).empty(); }));
  EXPECT_TRUE(w.channel.sent.empty());
  w.on([&] { w.store.fault = nullptr; });
  EXPECT_EQ(w.say("let me in")->outcome, Outcome::refused);
  ASSERT_TRUE(w.shown(1));
}

TEST(Pipeline, CommandsAreAnsweredWithoutTheModel) {
  World w;
  w.start();
  for (const char* command : {"/help", "/whoami", "/status", "/model", "/new", "/stop"}) {
    EXPECT_EQ(w.say(command)->outcome, Outcome::accepted);
    ASSERT_TRUE(w.settled());
  }
  ASSERT_EQ(w.channel.shown.size(), 6U);
  EXPECT_NE(w.channel.shown[1].find("Your id: u1"), std::string::npos);
  EXPECT_NE(w.channel.shown[2].find("Model: first/first-model"), std::string::npos);
  EXPECT_EQ(w.channel.shown[5], "Nothing is running.");
  EXPECT_TRUE(w.provider.calls.empty());
  EXPECT_EQ(counts(w.ledger()), "6 accepted, 6 answered, 0 silent, 0 dead, 0 queued");
}

TEST(Pipeline, NewForgetsTheConversationAndModelChoosesAnother) {
  World w;
  w.start();
  w.say("my name is Ada");
  ASSERT_TRUE(w.settled());
  w.say("/new");
  ASSERT_TRUE(w.settled());
  w.say("/model big");
  ASSERT_TRUE(w.settled());
  w.say("who am I");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.provider.calls.size(), 2U);
  EXPECT_EQ(w.provider.calls[1].model, "big");
  EXPECT_EQ(w.provider.calls[1].body_json.find("Ada"), std::string::npos);
}

TEST(Pipeline, AModelThatWasChosenIsUsedAfterARestart) {
  World w;
  w.start();
  w.say("/model big");
  w.say("/model other", "u2");
  ASSERT_TRUE(w.settled());
  w.say("/model default", "u2");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "This conversation now uses its agent's model.");
  w.kill();
  w.start();
  w.say("hello");
  w.say("hello", "u2");
  ASSERT_TRUE(w.settled());
  std::vector<std::string> models;
  for (const auto& call : w.provider.calls) models.push_back(call.model);
  std::sort(models.begin(), models.end());
  EXPECT_EQ(models, (std::vector<std::string>{"big", "first-model"}));
}

TEST(Pipeline, AModelThatCouldNotBeStoredIsNotUsed) {
  World w;
  w.store.fault = [](const Write& write) -> std::optional<Error> {
    if (!std::holds_alternative<PutValue>(write)) return std::nullopt;
    return Error{Errc::storage, "disk full"};
  };
  w.start();
  w.say("/model big");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "The model could not be changed just now.");
  w.say("/new big");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "The model could not be changed just now.");
  w.say("/model two words");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back().find("That is no model's name"), 0U);
  w.say("hello");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.provider.calls.size(), 1U);
  EXPECT_EQ(w.provider.calls[0].model, "first-model");
}

TEST(Pipeline, ABrokenListOfModelsKeepsNobodyFromTalking) {
  World w;
  w.build();
  w.on([&] { w.store.write(PutValue{"core", "models", "{"}, [](const Result<Written>&) {}); });
  w.start();
  w.say("hello");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, std::vector<std::string>{"ok"});
}

TEST(Pipeline, UsageCountsThisConversationOnly) {
  World w;
  w.start();
  w.say("hello");
  ASSERT_TRUE(w.settled());
  w.say("a longer message", "u2");
  ASSERT_TRUE(w.settled());
  w.say("/usage");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back().find("Messages: 1 asked, 1 answered, 7 bytes\n"), 0U)
      << w.channel.shown.back();
  EXPECT_EQ(w.provider.calls.size(), 2U);
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

TEST(Pipeline, ACommandWhoseStoreFailsIsAnsweredWhenItWorksAgain) {
  World w;
  int failures = 0;
  w.store.fault = [&](const Write& write) -> std::optional<Error> {
    if (std::holds_alternative<Ingest>(write) || ++failures > 7) return std::nullopt;
    return kDiskFull;
  };
  w.start();
  w.say("/whoami");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.size(), 1U);
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
}

TEST(Pipeline, MessagesThatArriveDuringATurnAreAnsweredTogether) {
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

TEST(Pipeline, StopEndsWhatRunsAndWhatWaitsAndTellsWhoListens) {
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

TEST(Pipeline, AListenerWhoseTurnIsStoppedHearsThatItWasCancelled) {
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

TEST(Pipeline, StopHoldsForATurnThatWaitsToBeRepeated) {
  World w;
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

TEST(Pipeline, InterruptEndsTheRunningTurnAndAnswersTheNewMessage) {
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

TEST(Pipeline, AFullQueueRefusesBeforeTheCommitAndDeadLettersAfterIt) {
  World w;
  w.config.queue.drop = "new";
  w.config.queue.cap = 1;
  w.provider.scripts = {hangs()};
  w.start();
  w.say("one");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
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

TEST(Pipeline, DropOldDeadLettersTheOldestAndSaysSoOnce) {
  World w;
  w.config.queue.drop = "old";
  w.config.queue.cap = 2;
  w.provider.scripts = {hangs()};
  w.start();
  w.say("one");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  for (const char* text : {"two", "three", "four", "five"}) w.say(text);
  ASSERT_TRUE(w.until([&] { return w.pipeline->ledger().snapshot().dead == 2; }));
  EXPECT_EQ(counts(w.ledger()), "5 accepted, 0 answered, 0 silent, 2 dead, 3 queued");
  ASSERT_TRUE(w.shown(1));
  EXPECT_EQ(w.channel.sent.size(), 1U);
}

TEST(Pipeline, DrainLetsTurnsAndTheirRepliesFinishAndTakesNothingNew) {
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

TEST(Pipeline, WhatWaitsWhenItDrainsIsAnsweredAfterTheNextStart) {
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
