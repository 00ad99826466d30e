#include "core/pipeline/delivery/delivery.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using Texts = std::vector<std::string>;

/// As a channel answers that cannot send now.
Error come_back(std::uint32_t ms) {
  return {Errc::again, "not yet", ms, true, false};
}

bool to(const Outbound& m, const char* chat) {
  return m.chat_id == chat;
}

/// Notes what is committed when a send begins.
void note_journal(World& w, Texts& at_send) {
  w.on([&] {
    w.channel.hold = [&](const Outbound&) {
      at_send = w.store.journal;
      return false;
    };
  });
}

TEST(Delivery, StartedIsDurableBeforeTheSend) {
  World w;
  w.start();
  Texts journal_at_send;
  note_journal(w, journal_at_send);
  w.say("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(journal_at_send, (Texts{"ingest+attempt", "finish+started"}));
  EXPECT_EQ(w.deliveries, Texts{"sent"});
}

TEST(Delivery, ThePlatformsIdIsKeptWithTheOutcome) {
  World w;
  Texts ids;
  w.store.fault = [&](const Write& write) -> std::optional<Error> {
    const auto* mark = std::get_if<MarkOutbox>(&write);
    if (mark != nullptr && mark->state == OutboxState::sent) ids.push_back(mark->message_id);
    return std::nullopt;
  };
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(ids, Texts{"m1"}) << "as the channel gave it";
}

TEST(Delivery, AReplyThatWaitsIsStoredAsThatAndStartedByAWriteOfItsOwn) {
  World w;
  w.channel.up = false;
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.until([&] { return w.store.outbox_in(OutboxState::stored) == 1; }));
  Texts journal_at_send;
  note_journal(w, journal_at_send);
  w.on([&] {
    w.channel.up = true;
    w.pipeline->channel_can_deliver("chat");
  });
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(journal_at_send, (Texts{"ingest+attempt", "finish", "started"}));
}

/// Of a store that does not begin it, as another gateway's reply comes first.
TEST(Delivery, AReplyThatItsWriteDidNotBeginIsStartedByTheNext) {
  World w;
  w.store.begins_sends = false;
  Texts journal_at_send;
  note_journal(w, journal_at_send);
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(journal_at_send, (Texts{"ingest+attempt", "finish", "started"}));
  EXPECT_EQ(w.channel.sent.size(), 1U);
}

/// What kept its place must not stay: neither in the chat nor in the channel's window.
TEST(Delivery, ATurnThatIsStoredLateKeepsNoPlaceTwice) {
  World w;
  int left = 100;
  w.store.fault = [&](const Write& write) -> std::optional<Error> {
    if (!std::holds_alternative<Finish>(write) || left-- <= 0) return std::nullopt;
    return Error{Errc::storage, "no space left"};
  };
  w.start();
  for (int i = 0; i < 5; ++i) w.say("hi", "u" + std::to_string(i));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.sent.size(), 5U);
  EXPECT_LE(left, 0);
  w.say("again");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.store.journal.at(w.store.journal.size() - 2), "finish+started") << "there is room";
}

TEST(Delivery, AReplyThatExpiresWhileItIsStoredIsNotSent) {
  for (const bool at_once : {false, true}) {  // else it expires between two tries
    World w;
    int tries = 0;
    w.store.fault = [&](const Write& write) -> std::optional<Error> {
      if (!std::holds_alternative<Finish>(write)) return std::nullopt;
      w.unix_ms += 25LL * 3600 * 1000;  // more than queue.replyTtlSeconds
      if (at_once || ++tries > 1) return std::nullopt;
      return Error{Errc::storage, "no space left"};
    };
    w.start();
    w.say("hi");
    ASSERT_TRUE(w.settled());
    EXPECT_TRUE(w.channel.sent.empty());
    EXPECT_EQ(w.deliveries, Texts{"dead"});
    EXPECT_EQ(w.store.outbox_in(OutboxState::dead), 1U);
  }
}

TEST(Delivery, NothingIsSentWhileStartedCannotBeStored) {
  World w;
  bool broken = true;
  int refused = 0;
  w.store.fault = [&](const Write& write) -> std::optional<Error> {
    const auto* turn = std::get_if<Finish>(&write);
    const bool begins = turn != nullptr && turn->outbox.at(0).start;
    if (!broken || !(begins || std::holds_alternative<MarkOutbox>(write))) return std::nullopt;
    ++refused;
    return Error{Errc::storage, "no space left"};
  };
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.until([&] { return refused >= 3; }));
  EXPECT_TRUE(w.on([&] { return w.channel.sent.empty(); }));
  w.on([&] { broken = false; });
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.sent.size(), 1U);
}

TEST(Delivery, AReceiptThatCannotBeStoredIsStoredLaterAndNotSentAgain) {
  World w;
  int marks = 0;
  w.store.fault = [&](const Write& write) -> std::optional<Error> {
    const auto* mark = std::get_if<MarkOutbox>(&write);
    if (mark == nullptr || mark->state != OutboxState::sent || ++marks > 3) return std::nullopt;
    return Error{Errc::again, "queue full"};
  };
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(marks, 4);
  EXPECT_EQ(w.channel.sent.size(), 1U);
}

TEST(Delivery, OneAtATimeInAChatAndOtherChatsAreNotHeldUp) {
  World w;
  w.start();
  w.on([&] { w.channel.hold = [](const Outbound& m) { return to(m, "c-u1"); }; });
  w.say("one");
  w.say("/whoami");
  w.say("two", "u2");
  ASSERT_TRUE(w.shown(1));
  ASSERT_TRUE(w.until([&] { return w.store.outbox_rows.size() == 3; }));
  EXPECT_EQ(w.on([&] {
    return std::count_if(w.channel.sent.begin(), w.channel.sent.end(),
                         [](const Outbound& m) { return to(m, "c-u1"); });
  }),
            1);
  w.on([&] {
    w.channel.hold = nullptr;
    w.channel.held[0](std::string("m"));
  });
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.sent.size(), 3U);
}

TEST(Delivery, ARetryCarriesTheSameKey) {
  World w;
  int failures = 2;
  w.channel.answer = [&](const Outbound&) -> Result<std::string> {
    if (failures-- > 0) return Error{Errc::network, "reset", 0, true, true};
    return std::string("m");
  };
  w.start();
  w.say("hi");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.channel.sent.size(), 3U);
  EXPECT_EQ(w.channel.sent[0].idem_key, w.channel.sent[2].idem_key);
  EXPECT_EQ(w.channel.shown, Texts{"ok"});
  EXPECT_EQ(w.deliveries, Texts{"sent"});
}

TEST(Delivery, WhatMayHaveArrivedIsUnknownWithoutAKeyAndNotSentAgain) {
  World w;
  w.plain.answer = [](const Outbound&) -> Result<std::string> {
    return Error{Errc::network, "cut", 0, true, true};
  };
  w.start();
  w.say("hi", "u1", {}, "plain");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.plain.sent.size(), 1U);
  EXPECT_EQ(w.deliveries, Texts{"unknown"});
  EXPECT_EQ(w.store.outbox_in(OutboxState::unknown), 1U);
  EXPECT_FALSE(w.store.outbox_rows.begin()->second.reason.empty());
  EXPECT_EQ(w.ledger().answered, 1U);
}

TEST(Delivery, ARefusalForGoodIsDeadAtOnceAndTheChatGoesOn) {
  World w;
  bool blocked = true;
  w.channel.answer = [&](const Outbound&) -> Result<std::string> {
    if (std::exchange(blocked, false)) return Error{Errc::permanent, "blocked by the user"};
    return std::string("m");
  };
  w.start();
  w.say("one");
  ASSERT_TRUE(w.settled());
  w.say("two");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.deliveries, (Texts{"dead", "sent"}));
  EXPECT_EQ(w.channel.sent.size(), 2U);
}

TEST(Delivery, AttemptsAreUsedUpThenItIsDead) {
  World w;
  w.channel.answer = [](const Outbound&) -> Result<std::string> {
    return Error{Errc::network, "refused", 0, true, false};
  };
  w.start();
  w.say("one");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.sent.size(), 3U);
  EXPECT_EQ(w.deliveries, Texts{"dead"});
}

TEST(Delivery, AReplyWaitsForItsChannelAndExpires) {
  World w;
  w.channel.up = false;
  w.start();
  w.say("one");
  ASSERT_TRUE(w.until([&] { return w.store.outbox_in(OutboxState::stored) == 1; }));
  w.say("two");
  ASSERT_TRUE(w.until([&] { return w.store.outbox_in(OutboxState::stored) == 2; }));
  w.on([&] {
    w.store.outbox_rows.begin()->second.state = OutboxState::stored;
    w.unix_ms += std::int64_t{w.config.queue.reply_ttl_seconds} * 1000 + 1;
    w.channel.up = true;
    w.pipeline->channel_can_deliver("chat");
  });
  ASSERT_TRUE(w.settled());
  EXPECT_TRUE(w.channel.sent.empty());
  EXPECT_EQ(w.deliveries, (Texts{"dead", "dead"}));
  EXPECT_NE(w.store.outbox_rows.at(1).reason.find("replyTtlSeconds"), std::string::npos);
}

TEST(Delivery, AReplyThatWaitedIsSentWhenTheChannelConnects) {
  World w;
  w.channel.up = false;
  w.start();
  w.say("one");
  ASSERT_TRUE(w.until([&] { return w.store.outbox_in(OutboxState::stored) == 1; }));
  w.on([&] {
    w.channel.up = true;
    w.pipeline->channel_can_deliver("chat");
  });
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, Texts{"ok"});
}

TEST(Delivery, NoticesAreBounded) {
  World w;
  w.config.queue.drop = "new";
  w.config.queue.cap = 1;
  w.provider.scripts = {hangs()};
  w.channel.up = false;
  w.start();
  w.say("one");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  w.say("two");
  ASSERT_TRUE(w.until([&] { return w.pipeline->waiting() == 1; }));
  for (int i = 0; i < 150; ++i) EXPECT_EQ(w.say("more")->outcome, Submitted::Outcome::refused);
  w.on([&] {
    w.channel.up = true;
    w.pipeline->channel_can_deliver("chat");
  });
  ASSERT_TRUE(w.until([&] { return w.channel.shown.size() == 100; }));
  EXPECT_EQ(w.say("more")->outcome, Submitted::Outcome::refused);
  EXPECT_TRUE(w.shown(101));  // there is room again
}

TEST(Delivery, WhatTheChannelHandsBackIsStoredUntilItsTimeAndThenSent) {
  World w;
  int handed_back = 0;
  w.plain.answer = [&](const Outbound&) -> Result<std::string> {
    if (++handed_back <= 5) return come_back(1);
    return std::string("m");
  };
  w.start();
  w.say("hi", "u1", {}, "plain");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.plain.sent.size(), 6U) << "no attempt was used up";
  EXPECT_EQ(w.deliveries, Texts{"sent"});
  EXPECT_EQ(std::count(w.store.journal.begin(), w.store.journal.end(), "finish+started"), 1);
  EXPECT_EQ(std::count(w.store.journal.begin(), w.store.journal.end(), "started"), 5);
  EXPECT_EQ(std::count(w.store.journal.begin(), w.store.journal.end(), "marked"), 5 + 1);
}

TEST(Delivery, AKillWhileRepliesWaitForTheirTimeLeavesNoneInDoubt) {
  World w;
  w.plain.answer = [](const Outbound&) -> Result<std::string> { return come_back(60'000); };
  w.start();
  for (int i = 0; i < 40; ++i) w.say("hi", "u" + std::to_string(i), {}, "plain");
  ASSERT_TRUE(w.until(
      [&] { return w.plain.sent.size() == 40 && w.store.outbox_in(OutboxState::stored) == 40; }));
  w.kill();
  w.on([&] { w.plain.answer = nullptr; });
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.plain.shown.size(), 40U);
  EXPECT_EQ(w.deliveries, Texts(40, "sent"));
}

TEST(Delivery, WhileAChannelHandsBackFewRepliesAreStarted) {
  World w;
  std::size_t handed_back = 0, most_started = 0;
  w.plain.answer = [&](const Outbound&) -> Result<std::string> {
    if (++handed_back > 8) {
      most_started = std::max(most_started, w.store.outbox_in(OutboxState::started));
    }
    return come_back(60'000);
  };
  w.plain.up = false;
  w.start();
  for (int i = 0; i < 40; ++i) w.say("hi", "u" + std::to_string(i), {}, "plain");
  ASSERT_TRUE(w.until([&] { return w.store.outbox_in(OutboxState::stored) == 40; }));
  w.on([&] {
    w.plain.up = true;
    w.pipeline->channel_can_deliver("plain");
  });
  ASSERT_TRUE(w.until([&] { return handed_back == 40; }));
  EXPECT_LE(w.on([&] { return most_started; }), 1U);
}

TEST(Delivery, AHandBackWhoseCommitIsUnclearIsMarkedAgainBeforeItIsSent) {
  for (const bool applied : {false, true}) {
    World w;
    const auto fails = [](const Write& write) -> std::optional<Error> {
      const auto* mark = std::get_if<MarkOutbox>(&write);
      if (mark == nullptr || mark->state != OutboxState::stored) return std::nullopt;
      return Error{Errc::storage, "the commit's sync failed"};
    };
    (applied ? w.store.unclear : w.store.fault) = fails;
    std::vector<OutboxState> stood;
    w.plain.answer = [&](const Outbound&) -> Result<std::string> {
      stood.push_back(w.store.outbox_rows.at(1).state);
      if (stood.size() == 1) return come_back(1);
      return std::string("m");
    };
    w.start();
    w.say("hi", "u1", {}, "plain");
    ASSERT_TRUE(w.settled());
    EXPECT_EQ(w.deliveries, Texts{"sent"});
    EXPECT_EQ(stood, std::vector(2, OutboxState::started)) << "applied: " << applied;
  }
}

TEST(Delivery, ASendThatHangsDoesNotKeepOthersFromBeingTried) {
  World w;
  w.start();
  w.on([&] { w.plain.hold = [](const Outbound& m) { return m.chat_id != "c-last"; }; });
  for (int i = 0; i < 10; ++i) w.say("hi", "u" + std::to_string(i), {}, "plain");
  w.say("hi", "last", {}, "plain");
  EXPECT_TRUE(w.until([&] { return w.plain.shown.size() == 1; }));
}

TEST(Delivery, IsDestroyedWhileItWaitsToSendAgain) {
  World w;
  w.channel.answer = [](const Outbound&) -> Result<std::string> {
    return Error{Errc::rate, "slow down", 20, true, false};
  };
  w.start();
  w.say("one");
  ASSERT_TRUE(w.until([&] { return !w.channel.sent.empty(); }));
  w.kill();
  const std::size_t sent = w.on([&] { return w.channel.sent.size(); });
  std::promise<void> later;
  w.on([&] { w.loop.after(runtime::Millis{40}, [&] { later.set_value(); }); });
  later.get_future().get();
  EXPECT_EQ(w.on([&] { return w.channel.sent.size(); }), sent);
}

}  // namespace
}  // namespace openclaw::pipeline
