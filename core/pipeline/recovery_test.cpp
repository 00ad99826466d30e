// What a start does with the rows that an earlier run left.
#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using Texts = std::vector<std::string>;

/// Leaves one message in the inbox that was tried `attempts` times.
void leave_message(World& w, std::uint32_t attempts) {
  w.provider.otherwise = [] { return hangs(); };
  w.start();
  w.say("left behind");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  w.kill();
  w.on([&] {
    w.provider.otherwise = nullptr;
    w.store.live.begin()->second.row.attempts = attempts;
  });
}

/// Leaves one reply in the outbox, in `state`.
void leave_reply(World& w, const char* instance, OutboxState state) {
  w.channel.up = w.plain.up = false;
  w.start();
  w.say("hi", "u1", {}, instance);
  ASSERT_TRUE(w.until([&] { return w.store.outbox_in(OutboxState::stored) == 1; }));
  w.kill();
  w.on([&] {
    w.channel.up = w.plain.up = true;
    w.store.outbox_rows.begin()->second.state = state;
  });
}

TEST(Recovery, AMessageBelowMaxAttemptsIsAnswered) {
  World w;
  leave_message(w, 2);
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, Texts{"ok"});
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
}

TEST(Recovery, WhatTheGatewayDiedWithTwiceIsTriedOneByOneTheLastTime) {
  World w;
  w.provider.otherwise = [] { return hangs(); };
  w.start();
  for (const char* who : {"u1", "u2", "u3"}) w.say("left behind", who);
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 3; }));
  w.kill();
  w.on([&] {
    for (auto& [id, message] : w.store.live) message.row.attempts = 2;
  });
  w.start();
  w.say("another", "u4");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 3 + 2; }));
  w.on([&] { w.provider.otherwise = nullptr; });
  EXPECT_EQ(w.pipeline->running(), 2U) << "one last try, and whatever is not one";
  w.kill();
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.ledger().dead, 1U) << "only the one that ran at the third death";
  EXPECT_EQ(w.ledger().answered, 3U);
}

TEST(Recovery, AMessageAtMaxAttemptsIsDeadLetteredAndItsSenderTold) {
  World w;
  leave_message(w, 3);
  w.start();
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.channel.shown.size(), 1U);
  EXPECT_NE(w.channel.shown[0].find("send it again"), std::string::npos);
  EXPECT_EQ(w.channel.sent.size(), 1U);
  EXPECT_EQ(w.provider.calls.size(), 1U);
  EXPECT_NE(w.store.dead.at(1).row.reason.find("queue.maxAttempts"), std::string::npos);
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 0 answered, 0 silent, 1 dead, 0 queued");
}

TEST(Recovery, ARowThatCannotBeReadIsDeadLetteredAndTheOthersGoOn) {
  World w;
  leave_message(w, 0);
  w.on([&] { w.store.live[7] = {{7, 0, "s", "main", "{broken", {}, 1}, 0}; });
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, Texts{"ok"});
  EXPECT_EQ(counts(w.ledger()), "2 accepted, 1 answered, 0 silent, 1 dead, 0 queued");
}

TEST(Recovery, ACommandIsAnsweredOnce) {
  World w;
  w.store.fault = [](const Write& write) -> std::optional<Error> {
    if (std::holds_alternative<Ingest>(write)) return std::nullopt;
    return Error{Errc::storage, "no space left"};
  };
  w.start();
  for (int i = 0; i < 20; ++i) w.say("/whoami", "u" + std::to_string(i));
  w.kill(false);
  w.on([&] { w.store.fault = nullptr; });
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.size(), 20U);
  EXPECT_EQ(w.channel.sent.size(), 20U);
  EXPECT_EQ(counts(w.ledger()), "20 accepted, 20 answered, 0 silent, 0 dead, 0 queued");
}

TEST(Recovery, AStoredReplyIsSentOnAnyChannel) {
  for (const char* instance : {"chat", "plain"}) {
    World w;
    leave_reply(w, instance, OutboxState::stored);
    w.start();
    ASSERT_TRUE(w.settled());
    EXPECT_EQ(w.channel.shown.size() + w.plain.shown.size(), 1U);
    EXPECT_EQ(w.deliveries, Texts{"sent"});
  }
}

TEST(Recovery, AStartedReplyIsSentAgainWhereTheKeyMakesItOne) {
  World w;
  leave_reply(w, "chat", OutboxState::started);
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.sent.size(), 1U);
  EXPECT_EQ(w.deliveries, Texts{"sent"});
}

TEST(Recovery, AStartedReplyIsUnknownElsewhereAndHeld) {
  World w;
  leave_reply(w, "plain", OutboxState::started);
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_TRUE(w.plain.sent.empty());
  EXPECT_EQ(w.deliveries, Texts{"unknown"});
  w.kill();
  w.deliveries.clear();
  w.start();
  EXPECT_TRUE(w.deliveries.empty());  // an operator's now
}

TEST(Recovery, AStartedReplyIsSentAgainWhenTheOperatorSaysSo) {
  World w;
  w.config.queue.resend_unknown = "resend";
  leave_reply(w, "plain", OutboxState::started);
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.plain.sent.size(), 1U);
}

TEST(Recovery, AReplyWhoseChannelIsNotConfiguredWaitsForItAndThenExpires) {
  World w;
  leave_reply(w, "plain", OutboxState::stored);
  w.with_plain = false;
  w.start();
  EXPECT_EQ(w.store.outbox_in(OutboxState::stored), 1U);
  w.on([&] { w.pipeline->add_channel(w.plain, w.policy); });
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.plain.shown, Texts{"ok"});

  World late;
  leave_reply(late, "plain", OutboxState::stored);
  late.with_plain = false;
  late.unix_ms += std::int64_t{late.config.queue.reply_ttl_seconds} * 1000;
  late.start();
  ASSERT_TRUE(late.settled());
  EXPECT_EQ(late.store.outbox_in(OutboxState::dead), 1U);
  EXPECT_EQ(late.deliveries, Texts{"dead"});
}

TEST(Recovery, AMessageWhoseChannelIsNotConfiguredKeepsItsAnswerForIt) {
  World w;
  w.provider.otherwise = [] { return hangs(); };
  w.start();
  w.say("hi", "u1", {}, "plain");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  w.kill();
  w.on([&] { w.provider.otherwise = nullptr; });
  w.with_plain = false;
  w.start();
  ASSERT_TRUE(w.until([&] { return w.pipeline->ledger().snapshot().answered == 1; }));
  EXPECT_EQ(w.on([&] { return w.store.outbox_in(OutboxState::stored); }), 1U);
  w.kill();
  w.with_plain = true;
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.plain.shown, Texts{"ok"});
}

TEST(Recovery, AReplyThatCannotBeReadIsDeadNotForgotten) {
  World w;
  leave_reply(w, "chat", OutboxState::stored);
  w.on([&] { w.store.outbox_rows.begin()->second.entry.payload_json = "{broken"; });
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.store.outbox_in(OutboxState::dead), 1U);
}

TEST(Recovery, MoreThanAPageOfMessagesIsRecoveredInOrder) {
  World w;
  w.config.queue.mode = "followup";
  leave_message(w, 0);
  w.on([&] {
    const auto row = w.store.live.begin()->second;
    w.store.live.clear();
    for (std::uint64_t id = 10; id < 1210; ++id) {
      w.store.live[id] = row;
      w.store.live[id].row.id = id;
      w.store.live[id].row.session = "s" + std::to_string(id % 7);
    }
  });
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(counts(w.ledger()), "1200 accepted, 1200 answered, 0 silent, 0 dead, 0 queued");
}

TEST(Recovery, APipelineThatIsDestroyedMeanwhileIsNotTouchedAgain) {
  World w;
  leave_message(w, 0);
  for (int tasks = 0; tasks < 8; ++tasks) {
    w.build();
    w.on([&] { w.pipeline->recover([](const Result<void>&) {}); });
    for (int i = 0; i < tasks; ++i) w.on([] {});
    w.on([&] { w.pipeline.reset(); });  // without the store's knowledge: its callbacks still come
  }
  w.start();
  ASSERT_TRUE(w.settled());
}

TEST(Recovery, AStoreThatCannotBeReadStopsTheStart) {
  World w;
  w.build();
  w.on([&] {
    w.store.write(PutValue{"core", "pairing", "{broken"}, [](const Result<Written>&) {});
  });
  std::promise<bool> failed;
  w.on([&] {
    w.pipeline->recover([&](const Result<void>& r) { failed.set_value(r.has_error()); });
  });
  EXPECT_TRUE(failed.get_future().get());
}

}  // namespace
}  // namespace openclaw::pipeline
