#include "core/pipeline/turn/turn.hpp"

#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using Texts = std::vector<std::string>;

/// Fails the first `times` writes of one kind.
template <class Kind>
auto failing(int times, Error error = kDiskFull) {
  return [times, error](const Write& w) mutable -> std::optional<Error> {
    if (!std::holds_alternative<Kind>(w) || times == 0) return std::nullopt;
    --times;
    return error;
  };
}

TEST(Turn, TheListenerGetsTheTextAndOneEndAfterTheCommit) {
  World w;
  w.provider.scripts = {says({"Hel", "lo"})};
  w.start();
  const auto listener = w.ask("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(listener->heard, "Hello");
  ASSERT_EQ(listener->ends.size(), 1U);
  EXPECT_EQ(listener->ends[0]->text, "Hello");
  EXPECT_EQ(listener->ends[0]->finish_reason, "stop");
  EXPECT_EQ(listener->ends[0]->model, "first-model");
  EXPECT_EQ(w.store.transcripts["s"].size(), 2U);
  EXPECT_TRUE(w.channel.sent.empty());
}

TEST(Turn, PartialsBeginAndEndAroundTheText) {
  World w;
  w.provider.scripts = {says({"Hel", "lo"})};
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.partials, (Texts{"begin", "text:Hel", "text:lo", "end"}));
  EXPECT_EQ(w.channel.typing_now, 0);
}

TEST(Turn, AnotherProviderAnswersWhenTheFirstFailsBeforeAnyText) {
  World w;
  w.provider.scripts = {fails(Errc::auth)};
  w.second.scripts = {says({"from the second"})};
  w.start();
  const auto listener = w.ask("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(listener->heard, "from the second");
  EXPECT_EQ(listener->ends[0]->model, "second-model");
}

TEST(Turn, AnEmptyAnswerIsNoAnswerAndIsAskedForAgain) {
  World w;
  w.provider.scripts = {says({" \n"}), says({"now with words"})};
  w.start();
  const auto listener = w.ask("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(listener->heard, "now with words");
  EXPECT_EQ(w.provider.calls.size(), 2U);
}

TEST(Turn, WhatMayBecomeNoReplyIsNotVisibleSoFailoverIsStillAllowed) {
  World w;
  w.provider.scripts = {fails(Errc::auth, {"NO_RE"})};
  w.second.scripts = {says({"Sure"})};
  w.start();
  const auto listener = w.ask("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(listener->heard, "Sure");
}

TEST(Turn, ACutAfterVisibleTextIsNeverStoredAsCompleteNorAnsweredTwice) {
  for (const Errc code : {Errc::network, Errc::auth, Errc::again, Errc::deadline}) {
    World w;
    w.provider.scripts = {fails(code, {"The answer is 4"})};
    w.start();
    w.say("6 x 7?");
    ASSERT_TRUE(w.settled());
    EXPECT_TRUE(w.second.calls.empty());
    EXPECT_TRUE(w.store.transcripts["agent:main:chat:direct:u1"].empty());
    EXPECT_EQ(w.channel.shown, Texts{"The answer was cut off; please ask again."});
    EXPECT_EQ(w.ledger().dead, 1U);
    EXPECT_TRUE(w.ledger().balanced());
    ASSERT_EQ(w.store.dead.size(), 1U);
    EXPECT_FALSE(w.store.dead.begin()->second.row.reason.empty());
  }
}

TEST(Turn, AllProvidersFailingGivesOneMessageAndADeadLetter) {
  World w;
  w.provider.scripts = {fails(Errc::auth)};
  w.second.scripts = {fails(Errc::auth)};
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.channel.shown.size(), 1U);
  EXPECT_NE(w.channel.shown[0].find("operator"), std::string::npos);
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 1 dead, 0 queued");
  EXPECT_EQ(w.turns, Texts{"dead"});
}

TEST(Turn, AListenerIsToldOfAFailureOnce) {
  World w;
  w.provider.scripts = {fails(Errc::network, {"par"})};
  w.start();
  const auto listener = w.ask("hi");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(listener->ends.size(), 1U);
  EXPECT_TRUE(listener->ends[0].has_error());
}

TEST(Turn, NoReplyIsSilentAndNothingIsShown) {
  for (const auto& texts : {Texts{"NO_REPLY"}, Texts{"no", "_re", "ply"}, Texts{" NO_REPLY\n"}}) {
    World w;
    w.provider.scripts = {says(texts)};
    w.start();
    w.say("hi");
    ASSERT_TRUE(w.settled());
    EXPECT_TRUE(w.channel.sent.empty());
    EXPECT_EQ(w.channel.partials, (Texts{"begin", "end"}));
    EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 1 silent, 0 dead, 0 queued");
    EXPECT_EQ(w.store.transcripts["agent:main:chat:direct:u1"].size(), 1U);
  }
}

TEST(Turn, TextThatOnlyBeginsLikeNoReplyIsShownWhole) {
  World w;
  w.provider.scripts = {says({"NO", " problem"})};
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.partials, (Texts{"begin", "text:NO problem", "end"}));
  EXPECT_EQ(w.channel.shown, Texts{"NO problem"});
}

TEST(Turn, AHangingProviderIsCutAtTheAgentsTimeout) {
  World w;
  w.config.agents.front().timeout_seconds = 1;
  w.provider.scripts = {hangs()};
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.cancelled, 1U);
  EXPECT_EQ(w.channel.shown.size(), 1U);
  EXPECT_NE(w.store.dead.at(1).row.reason.find("timeoutSeconds"), std::string::npos);
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 1 dead, 0 queued");
  w.say("again");  // the lane is free
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "ok");
}

TEST(Turn, AStoreThatFailsAtTheAttemptIsAskedAgainLaterAndTheModelNotYet) {
  World w;
  w.config.queue.debounce_ms = 1;  // else the claim comes with the message
  w.store.fault = failing<Attempt>(2);
  w.start();
  w.say("one");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.turns, (Texts{"retry", "retry", "answered"}));
  EXPECT_EQ(w.provider.calls.size(), 1U);
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
}

TEST(Turn, AStoreThatFailsAtTheFinishIsAskedUntilItWorksWithTheSameAnswer) {
  World w;
  w.store.fault = failing<Finish>(5, {Errc::again, "queue full"});
  w.provider.scripts = {says({"the one answer"})};
  w.start();
  w.say("one");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.calls.size(), 1U);
  EXPECT_EQ(w.channel.shown, Texts{"the one answer"});
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
}

TEST(Turn, AFencedFinishStoresNothingAndSendsNothing) {
  World w;
  w.store.fault = failing<Finish>(1, {Errc::conflict, "fenced out"});
  w.start();
  w.say("one");
  ASSERT_TRUE(w.until([&] { return !w.turns.empty(); }));
  EXPECT_EQ(w.turns, Texts{"fenced"});
  EXPECT_TRUE(w.on([&] { return w.store.outbox_rows.empty(); }));
  EXPECT_TRUE(w.channel.sent.empty());
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 0 dead, 0 queued, 1 fenced");
  w.say("two");
  ASSERT_TRUE(w.shown(1));
}

TEST(Turn, AHistoryThatCannotBeReadJustNowIsReadAgain) {
  World w;
  int failures = 3;
  w.store.history_fault = [&]() -> std::optional<Error> {
    if (failures-- > 0) return kDiskFull;
    return std::nullopt;
  };
  w.start();
  w.say("one");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, Texts{"ok"});
}

TEST(Turn, AStoreThatIsAwayIsWaitedForHoweverLong) {
  World w;
  int failures = 30;
  w.store.history_fault = [&]() -> std::optional<Error> {
    if (failures-- > 0) return Error{Errc::again, "it cannot be reached"};
    return std::nullopt;
  };
  w.start();
  w.say("one");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, Texts{"ok"});
}

TEST(Turn, AHistoryThatStaysUnreadableEndsInADeadLetterNotInAStuckLane) {
  World w;
  w.store.history_fault = [] { return kDiskFull; };
  w.start();
  w.say("one");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.size(), 1U);
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 1 dead, 0 queued");
}

TEST(Turn, WhoAsksOverHttpIsToldThatItIsTheStoresFailure) {
  World w;
  w.store.history_fault = [] { return kDiskFull; };
  w.start();
  const auto asked = w.ask("one");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(asked->ends.size(), 1U);
  EXPECT_EQ(asked->ends[0].error().code, Errc::storage);
}

TEST(Turn, StopBeforeTheAttemptIsStoredEndsTheMessageForGood) {
  World w;
  w.config.queue.debounce_ms = 1;  // else the claim comes with the message
  w.start();
  std::promise<std::size_t> stopped;
  bool once = false;
  w.on([&] {
    w.store.fault = [&](const Write& write) -> std::optional<Error> {
      if (!std::holds_alternative<Attempt>(write) || once) return std::nullopt;
      once = true;
      w.pipeline->stop_turns(World::message(""), [&](const auto& n) { stopped.set_value(*n); });
      return kDiskFull;
    };
  });
  w.say("one");
  EXPECT_EQ(stopped.get_future().get(), 1U);
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 1 silent, 0 dead, 0 queued");
  EXPECT_TRUE(w.on([&] { return w.store.live.empty(); }));
}

TEST(Turn, TheSecondQuestionsPromptHoldsTheFirstAndItsAnswer) {
  World w;
  w.config.agents.front().instructions = "Be brief.";
  w.start();
  w.say("my name is Ada");
  ASSERT_TRUE(w.settled());
  w.say("who am I");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.provider.calls.size(), 2U);
  EXPECT_NE(w.provider.calls[1].body_json.find(
                R"("messages":[{"role":"system","content":"Be brief."},)"
                R"({"role":"user","content":"my name is Ada"},{"role":"assistant","content":"ok"},)"
                R"({"role":"user","content":"who am I"}])"),
            std::string::npos)
      << w.provider.calls[1].body_json;
}

TEST(Turn, ALongAnswerIsSentInPartsWithKeysOfTheirOwn) {
  World w;
  w.provider.scripts = {says({std::string(9000, 'x')})};
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.channel.sent.size(), 3U);
  EXPECT_NE(w.channel.sent[0].idem_key, w.channel.sent[1].idem_key);
  EXPECT_EQ(w.channel.shown[0].size() + w.channel.shown[1].size() + w.channel.shown[2].size(),
            9000U);
}

TEST(Turn, TypesWhereAnAnswerIsExpected) {
  for (const bool mentioned : {false, true}) {
    World w;
    w.provider.scripts = {hangs({"half"})};
    w.start();
    Inbound m = World::message("hi");
    m.from.kind = ChatKind::group;
    m.mentioned = mentioned;
    w.submit(m);
    ASSERT_TRUE(w.until([&] { return w.channel.partials.size() == 2; }));
    EXPECT_EQ(w.on([&] { return w.channel.typing_now; }), mentioned ? 1 : 0);
    w.on([&] { w.pipeline.reset(); });
    EXPECT_EQ(w.channel.typing_now, 0);
  }
}

TEST(Turn, ATurnThatIsDestroyedCancelsItsCallAndEndsItsShow) {
  World w;
  w.provider.scripts = {hangs({"half"})};
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.until([&] { return w.channel.partials.size() == 2; }));
  w.on([&] { w.pipeline.reset(); });
  EXPECT_EQ(w.provider.cancelled, 1U);
  EXPECT_EQ(w.channel.partials.back(), "end");
  EXPECT_EQ(w.channel.typing_now, 0);
}

}  // namespace
}  // namespace openclaw::pipeline
