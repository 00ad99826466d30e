// Dead letters as the operator sees them, and what becomes of those that are tried again or
// dropped.
#include "core/pipeline/dead_letters/dead_letters.hpp"

#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using Texts = std::vector<std::string>;

TEST(DeadId, IsReadAsItIsWritten) {
  for (const char* text : {"m12", "r7", "m0", "r18446744073709551615"}) {
    const auto id = dead_id_from(text);
    ASSERT_FALSE(id.has_error()) << text;
    EXPECT_EQ(to_string(*id), text);
  }
  EXPECT_NE(*dead_id_from("m7"), *dead_id_from("r7"));
}

TEST(DeadId, RefusesWhatIsNone) {
  for (const char* text :
       {"", "m", "7", "x7", "m-7", "m+7", "m 7", "m7 ", "m7x", "M7", "r18446744073709551616"}) {
    EXPECT_TRUE(dead_id_from(text).has_error()) << text;
  }
}

TEST(DeadItem, ShowsARowThatCannotBeRead) {
  InboxRow row;
  row.id = 3;
  row.payload_json = "{broken";
  row.reason = "why";
  EXPECT_EQ(dead_item(row).reason, "why");
  EXPECT_EQ(dead_item(row).channel, "http");
  EXPECT_EQ(dead_item(row).chat, "");
}

/// A world in which `n` messages of different people have died.
class DeadLetters : public ::testing::Test {
 protected:
  void bury(int n) {
    w.provider.otherwise = w.second.otherwise = [] { return fails(Errc::invalid); };
    w.start();
    for (int i = 0; i < n; ++i) w.say("q" + std::to_string(i), "u" + std::to_string(i));
    ASSERT_TRUE(w.settled());
    ASSERT_EQ(w.store.dead.size(), static_cast<std::size_t>(n));
    w.on([&] { w.channel.shown.clear(); });
  }
  /// The providers answer again, and cool down no more.
  void mend() {
    w.on([&] { w.provider.otherwise = w.second.otherwise = nullptr; });
  }
  void restart() {
    w.kill();
    w.start();
  }
  /// One reply that the channel has refused for good, or whose fate is unknown.
  void hold(bool unknown) {
    w.plain.answer = [unknown](const Outbound&) -> Result<std::string> {
      return Error{unknown ? Errc::network : Errc::permanent, "as the test wants it", 0, false,
                   unknown};
    };
    w.start();
    w.say("hi", "u1", {}, "plain");
    ASSERT_TRUE(w.settled());
    w.on([&] {
      w.plain.answer = nullptr;
      w.plain.shown.clear();
    });
  }
  DeadPage page(const char* after, std::uint32_t limit) {
    std::promise<Result<DeadPage>> said;
    w.on([&] {
      w.pipeline->list_dead(*dead_id_from(after), limit,
                            [&](Result<DeadPage> p) { said.set_value(std::move(p)); });
    });
    return *said.get_future().get();
  }
  std::vector<DeadOutcome> resolve(const Texts& ids, bool drop = false) {
    std::vector<DeadId> parsed;
    for (const auto& id : ids) parsed.push_back(*dead_id_from(id));
    std::promise<Result<std::vector<DeadOutcome>>> said;
    w.on([&] {
      w.pipeline->resolve_dead(
          parsed, drop, [&](Result<std::vector<DeadOutcome>> r) { said.set_value(std::move(r)); });
    });
    return *said.get_future().get();
  }
  static Texts ids(const DeadPage& p) {
    Texts out;
    for (const auto& item : p.items) out.push_back(to_string(item.id));
    return out;
  }

  World w;
};

TEST_F(DeadLetters, AreListedWithWhatAnOperatorNeeds) {
  bury(1);
  const auto all = page("m0", 10);
  ASSERT_EQ(all.items.size(), 1U);
  EXPECT_FALSE(all.next);
  const DeadItem& item = all.items[0];
  EXPECT_EQ(to_string(item.id), "m1");
  EXPECT_EQ(item.channel, "chat");
  EXPECT_EQ(item.chat, "c-u0");
  EXPECT_EQ(item.text, "q0");
  EXPECT_EQ(item.since_ms, w.unix_ms);
  EXPECT_EQ(item.attempts, 1U);
  EXPECT_FALSE(item.session.empty());
  EXPECT_FALSE(item.reason.empty());
}

TEST_F(DeadLetters, ArePagedThroughMessagesAndReplies) {
  bury(3);
  w.on([&] {
    for (std::uint64_t id = 50; id < 53; ++id) {
      w.store.outbox_rows[id] = {id,
                                 id == 51 ? OutboxState::unknown : OutboxState::dead,
                                 "refused",
                                 {"s", "plain", "default", "k" + std::to_string(id), "{}", 1, 2},
                                 7};
    }
  });
  EXPECT_EQ(ids(page("m0", 10)), (Texts{"m1", "m2", "m3", "r50", "r51", "r52"}));
  EXPECT_FALSE(page("m0", 6).next);
  Texts seen;
  std::optional<DeadId> after = DeadId{};
  for (int pages = 0; after && pages < 10; ++pages) {
    const auto one = page(to_string(*after).c_str(), 2);
    EXPECT_LE(one.items.size(), 2U);
    for (const auto& id : ids(one)) seen.push_back(id);
    after = one.next;
  }
  EXPECT_EQ(seen, (Texts{"m1", "m2", "m3", "r50", "r51", "r52"}));
  EXPECT_EQ(ids(page("m3", 1)), Texts{"r50"});
  EXPECT_TRUE(page("r50", 1).items[0].unknown);
  EXPECT_EQ(page("r50", 1).items[0].since_ms, 7);
  EXPECT_TRUE(page("r52", 5).items.empty());
}

TEST_F(DeadLetters, AMessageThatIsTriedAgainIsAnswered) {
  bury(1);
  mend();
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 1 dead, 0 queued");
  const auto outcome = resolve({"m1"});
  ASSERT_EQ(outcome.size(), 1U);
  EXPECT_FALSE(outcome[0].failed);
  EXPECT_EQ(to_string(*outcome[0].now), "m2");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, Texts{"ok"});
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
  EXPECT_TRUE(w.store.dead.empty());
}

TEST_F(DeadLetters, WhatIsTriedAgainWaitsForNoCooldown) {
  w.provider.otherwise = w.second.otherwise = [] { return fails(Errc::auth); };
  w.start();
  w.say("q", "u1");
  ASSERT_TRUE(w.settled());
  mend();
  resolve({"m1"});
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "ok");
}

TEST_F(DeadLetters, AnEarlierRunsMessageIsAcceptedIntoThisRunsLedger) {
  bury(2);
  mend();
  restart();
  EXPECT_EQ(counts(w.ledger()), "0 accepted, 0 answered, 0 silent, 0 dead, 0 queued");
  resolve({"m1"});
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
  EXPECT_EQ(w.channel.shown, Texts{"ok"});
}

TEST_F(DeadLetters, AMessageThatDiesAgainIsADeadLetterAgain) {
  bury(1);
  resolve({"m1"});
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(ids(page("m0", 10)), Texts{"m2"});
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 1 dead, 0 queued");
  restart();
  resolve({"m2"});
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 1 dead, 0 queued");
}

TEST_F(DeadLetters, AMessageWhoseAttemptsAreUsedUpHasThemAllAgain) {
  bury(1);
  mend();
  w.on([&] { w.store.dead.at(1).row.attempts = w.config.queue.max_attempts; });
  resolve({"m1"});
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, Texts{"ok"});
}

TEST_F(DeadLetters, AKillAtAnyMomentOfARetryLosesNothingAndRepeatsNothing) {
  w.start();
  for (int tasks = 0; tasks < 10; ++tasks) {
    w.on([&] { w.provider.otherwise = w.second.otherwise = [] { return fails(Errc::invalid); }; });
    w.say("q", "u" + std::to_string(tasks));
    ASSERT_TRUE(w.settled());
    const Texts died = ids(page("m0", 10));
    ASSERT_EQ(died.size(), 1U);
    mend();
    w.on([&] {
      w.pipeline->resolve_dead({*dead_id_from(died[0])}, false,
                               [](const Result<std::vector<DeadOutcome>>&) {});
    });
    for (int i = 0; i < tasks; ++i) w.on([] {});
    restart();  // what was asked for is applied, nobody heard of it
    const Texts left = ids(page("m0", 10));
    if (!left.empty()) resolve(left);
    ASSERT_TRUE(w.settled());
    EXPECT_EQ(std::count(w.channel.shown.begin(), w.channel.shown.end(), "ok"), tasks + 1) << tasks;
  }
}

TEST_F(DeadLetters, AreTriedAgainInTheOrderThatWasAskedFor) {
  bury(3);
  mend();
  const auto outcome = resolve({"m3", "m1", "m2"});
  EXPECT_EQ(to_string(*outcome[0].now), "m4");
  EXPECT_EQ(to_string(*outcome[1].now), "m5");
  EXPECT_EQ(to_string(*outcome[2].now), "m6");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.size(), 3U);
}

TEST_F(DeadLetters, ADroppedMessageStaysDeadInTheLedger) {
  bury(2);
  mend();
  const auto outcome = resolve({"m1"}, true);
  EXPECT_FALSE(outcome[0].failed);
  EXPECT_FALSE(outcome[0].now);
  EXPECT_EQ(ids(page("m0", 10)), Texts{"m2"});
  EXPECT_EQ(counts(w.ledger()), "2 accepted, 0 answered, 0 silent, 2 dead, 0 queued");
  EXPECT_TRUE(w.channel.shown.empty());
}

TEST_F(DeadLetters, WhatIsGoneOrTwiceIsSaidAndTheOthersGoOn) {
  bury(1);
  mend();
  const auto outcome = resolve({"m9", "m1", "m1", "r9"});
  EXPECT_EQ(outcome[0].failed->code, Errc::not_found);
  EXPECT_FALSE(outcome[1].failed);
  EXPECT_EQ(outcome[2].failed->code, Errc::not_found);
  EXPECT_EQ(outcome[3].failed->code, Errc::not_found);
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
}

TEST_F(DeadLetters, AStoreThatFailsLeavesThemWhereTheyAre) {
  bury(1);
  w.on([&] {
    w.store.fault = [](const Write& write) -> std::optional<Error> {
      if (!std::holds_alternative<Resolve>(write)) return std::nullopt;
      return Error{Errc::storage, "no space left"};
    };
  });
  EXPECT_EQ(resolve({"m1"})[0].failed->code, Errc::storage);
  EXPECT_EQ(ids(page("m0", 10)), Texts{"m1"});
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 1 dead, 0 queued");
}

TEST_F(DeadLetters, AMessageThatNobodyWouldReadTheAnswerOfIsNotTriedAgain) {
  bury(0);
  auto listener = std::make_shared<scripted::RecordingListener>();
  w.on([&] {
    w.pipeline->ask({"main", "s", "q", R"([{"role":"user","content":"q"}])", {}, {}, listener});
  });
  ASSERT_TRUE(w.until([&] { return !listener->ends.empty(); }));
  ASSERT_TRUE(w.settled());
  mend();
  const auto outcome = resolve({"m1"});
  EXPECT_EQ(outcome[0].failed->code, Errc::invalid);
  EXPECT_EQ(ids(page("m0", 10)), Texts{"m1"});
  EXPECT_FALSE(resolve({"m1"}, true)[0].failed) << "but it can be dropped";
}

TEST_F(DeadLetters, ARowThatCannotBeReadIsNotTriedAgain) {
  bury(1);
  w.on([&] { w.store.dead.at(1).row.payload_json = "{broken"; });
  EXPECT_EQ(resolve({"m1"})[0].failed->code, Errc::invalid);
  EXPECT_EQ(w.store.dead.size(), 1U);
}

TEST_F(DeadLetters, AReplyThatWasRefusedIsSentAgain) {
  hold(false);
  const auto before = page("m0", 10);
  ASSERT_EQ(ids(before), Texts{"r1"});
  EXPECT_FALSE(before.items[0].unknown);
  EXPECT_EQ(before.items[0].text, "ok");
  EXPECT_EQ(to_string(*resolve({"r1"})[0].now), "r2");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.plain.shown, Texts{"ok"});
  EXPECT_EQ(w.store.outbox_in(OutboxState::sent), 1U);
}

TEST_F(DeadLetters, AnUnknownReplyIsSentAgainBecauseTheOperatorSaysSo) {
  hold(true);
  ASSERT_TRUE(page("m0", 10).items.at(0).unknown);
  w.on([&] { w.unix_ms += std::int64_t{2} * w.config.queue.reply_ttl_seconds * 1000; });
  EXPECT_FALSE(resolve({"r1"})[0].failed);
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.plain.shown, Texts{"ok"}) << "its time to live begins anew";
}

TEST_F(DeadLetters, ADroppedReplyIsNeverSent) {
  hold(true);
  EXPECT_FALSE(resolve({"r1"}, true)[0].failed);
  restart();
  ASSERT_TRUE(w.settled());
  EXPECT_TRUE(w.plain.shown.empty());
  EXPECT_TRUE(page("m0", 10).items.empty());
}

TEST_F(DeadLetters, AGatewayThatStopsTakesNothingBack) {
  bury(1);
  w.on([&] { w.pipeline->drain([] {}); });
  std::promise<Errc> said;
  w.on([&] {
    w.pipeline->resolve_dead(
        {*dead_id_from("m1")}, false,
        [&](const Result<std::vector<DeadOutcome>>& r) { said.set_value(r.error().code); });
  });
  EXPECT_EQ(said.get_future().get(), Errc::again);
  EXPECT_EQ(w.store.dead.size(), 1U);
}

}  // namespace
}  // namespace openclaw::pipeline
