// Two gateways on one store: whose a message is, who goes on.
#include "core/pipeline/testing/several_gateways.hpp"

namespace openclaw::pipeline {
namespace {

TEST_F(Several, ALaneIsAnsweredByTheGatewayThatHasIt) {
  on([&] { a->provider.scripts = {hangs()}; });
  start_both();
  say(*a, "one");
  ASSERT_TRUE(until([&] { return a->provider.calls.size() == 1; }));
  EXPECT_EQ(say(*b, "two"), Submitted::Outcome::accepted);
  EXPECT_EQ(counted(*b), "1 accepted, 0 answered, 0 silent, 0 dead, 0 queued, 1 elsewhere");
  ASSERT_TRUE(until([&] { return a->pipeline->waiting() == 1; })) << "a has collected it";
  EXPECT_EQ(say(*b, "three", "u2"), Submitted::Outcome::accepted);
  ASSERT_TRUE(until([&] { return b->channel.shown.size() == 1; })) << "another lane is b's";
  on([&] { a->pipeline->stop_turns(World::message("", "u1"), [](const Result<std::size_t>&) {}); });
  ASSERT_TRUE(until([&] { return store.live.empty(); }));
}

TEST_F(Several, MessagesOfASessionStayInOrderWhereverTheyArrive) {
  start_both();
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(say(i % 2 == 0 ? *a : *b, "m" + std::to_string(i)), Submitted::Outcome::accepted);
  }
  ASSERT_TRUE(until([&] { return store.live.empty(); }));
  Texts asked;
  on([&] {
    for (const auto& [session, entries] : store.transcripts) {
      for (const auto& e : entries) {
        if (e.role == Role::user) asked.push_back(e.text);
      }
    }
  });
  ASSERT_EQ(asked.size(), 40U);
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(asked[static_cast<std::size_t>(i)], "m" + std::to_string(i));
}

TEST_F(Several, WhatIsCollectedWhileALaterMessageIsStoredIsAnsweredFirst) {
  config.queue.mode = "followup";  // so that storing it may begin its turn
  on([&] { a->provider.scripts = {hangs()}; });
  start_both();
  say(*a, "one");
  ASSERT_TRUE(until([&] { return a->provider.calls.size() == 1; }));
  std::promise<void> stored;
  on([&] {
    a->pipeline.reset();
    a->member.leave();
    store.hold = [this](const Write& write) {
      return std::holds_alternative<Ingest>(write) && store.live.begin()->second.member.empty();
    };
    b->pipeline->submit(World::message("two", "u1"),
                        [&](const Result<Submitted>&) { stored.set_value(); });
  });
  stored.get_future().wait();
  ASSERT_TRUE(until([&] { return store.live.empty(); }));
  Texts asked;
  on([&] {
    for (const auto& e : store.transcripts.begin()->second) {
      if (e.role == Role::user) asked.push_back(e.text);
    }
  });
  EXPECT_EQ(asked, (Texts{"one", "two"}));
}

TEST_F(Several, WhatADeadGatewayHadIsAnsweredByAnother) {
  on([&] { a->provider.scripts = {hangs()}; });
  start_both();
  say(*a, "one");
  ASSERT_TRUE(until([&] { return a->provider.calls.size() == 1; }));
  on([&] {
    a->pipeline.reset();
    a->member.leave();
  });
  ASSERT_TRUE(until([&] { return b->channel.shown == Texts{"ok"}; }));
  EXPECT_EQ(counted(*b), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued, 0 elsewhere");
}

TEST_F(Several, WhoHasEnoughLeavesMessagesToTheOthers) {
  config.queue.concurrency = 1;
  on([&] { a->provider.otherwise = [] { return hangs(); }; });
  start_both();
  for (int i = 0; i < 10; ++i) say(*a, "hi", "u" + std::to_string(i));
  // One runs, one waits: the other eight are anybody's.
  ASSERT_TRUE(until([&] { return b->channel.shown.size() == 8; }));
  EXPECT_EQ(on([&] { return a->pipeline->waiting(); }), 1U);
}

TEST_F(Several, OfABurstWhoHasEnoughKeepsNoMore) {
  config.queue.concurrency = 2;
  on([&] { a->provider.otherwise = [] { return hangs(); }; });
  start_both();
  int stored = 0;
  on([&] {
    // All at once, before the first of them is stored; two of the same person's.
    for (const char* who : {"u0", "u1", "u2", "u2", "u3", "u4", "u5", "u6", "u7"}) {
      a->pipeline->submit(World::message("hi", who),
                          [&](const Result<Submitted>& r) { stored += r.has_error() ? 0 : 1; });
    }
  });
  ASSERT_TRUE(until([&] { return stored == 9 && b->channel.shown.size() == 4; }));
  EXPECT_EQ(on([&] { return a->pipeline->waiting(); }), 3U) << "u2, u2 and u3";
}

TEST_F(Several, OneSessionsBacklogStopsNobodyElse) {
  config.queue.concurrency = 2;
  on([&] {
    a->provider.scripts = {hangs()};
    b->pipeline.reset();
    b->member.leave();
  });
  start(*a);
  say(*a, "slow", "u1");
  ASSERT_TRUE(until([&] { return a->provider.calls.size() == 1; }));
  for (int i = 0; i < 12; ++i) say(*a, "more", "u1");
  say(*a, "hello", "u2");
  ASSERT_TRUE(until([&] { return a->channel.shown == Texts{"ok"}; }));
  EXPECT_EQ(counted(*a), "14 accepted, 1 answered, 0 silent, 0 dead, 13 queued, 0 elsewhere");
}

TEST_F(Several, AMessageBehindNewIsAnsweredWithoutTheOldConversation) {
  start(*a);
  say(*a, "my secret is 42");
  ASSERT_TRUE(until([&] { return a->channel.shown.size() == 1; }));
  int tasks = 20;
  on([&] {
    store.hold = [&](const Write& w) {
      return std::holds_alternative<ChangeSession>(w) && tasks-- > 0;
    };
  });
  say(*a, "/new");
  say(*a, "hello");
  ASSERT_TRUE(until([&] { return a->provider.calls.size() == 2; }));
  on([&] {
    EXPECT_EQ(a->provider.calls.back().body_json.find("secret"), std::string::npos)
        << a->provider.calls.back().body_json;
    store.hold = nullptr;
  });
}

TEST_F(Several, AQuestionOverHttpIsAnsweredWhereItsClientIs) {
  on([&] { a->provider.scripts = {hangs()}; });
  start_both();
  auto first = std::make_shared<scripted::RecordingListener>();
  auto second = std::make_shared<scripted::RecordingListener>();
  on([&] { a->pipeline->ask({"main", "s", "one", {}, {}, {}, first}); });
  ASSERT_TRUE(until([&] { return a->provider.calls.size() == 1; }));
  on([&] { b->pipeline->ask({"main", "s", "two", {}, {}, {}, second}); });
  EXPECT_TRUE(on([&] { return store.live.size() == 1; })) << "it waits for the session";
  on([&] {
    a->pipeline.reset();
    a->member.leave();
  });
  ASSERT_TRUE(until([&] { return second->ends.size() == 1; }));
  EXPECT_EQ(second->ends.at(0)->text, "ok");
}

TEST_F(Several, ADeadLetterTriedAgainIsAnsweredOnce) {
  on([&] { a->provider.scripts = {fails(Errc::invalid)}; });
  start_both();
  say(*a, "one");
  ASSERT_TRUE(until([&] { return store.dead.size() == 1; }));
  const auto id = on([&] { return store.dead.begin()->first; });
  std::promise<bool> resolved;
  on([&] {
    b->pipeline->resolve_dead({{Queue::inbox, id}}, false,
                              [&](const Result<std::vector<DeadOutcome>>& r) {
                                resolved.set_value(!r.has_error() && !r->at(0).failed);
                              });
  });
  ASSERT_TRUE(resolved.get_future().get());
  ASSERT_TRUE(until([&] {
    return store.live.empty() && store.dead.empty() &&
           store.outbox_in(OutboxState::stored) + store.outbox_in(OutboxState::started) == 0;
  })) << on([&] {
    return std::to_string(store.live.size()) + " live, " + std::to_string(store.dead.size()) +
           " dead, " + (store.dead.empty() ? "" : store.dead.begin()->second.row.reason) +
           std::to_string(store.outbox_in(OutboxState::stored)) + " stored " +
           std::to_string(store.outbox_in(OutboxState::started)) + " started";
  });
  const auto said = on([&] {
    Texts all = a->channel.shown;
    all.insert(all.end(), b->channel.shown.begin(), b->channel.shown.end());
    return std::count(all.begin(), all.end(), "ok");
  });
  EXPECT_EQ(said, 1);
}

}  // namespace
}  // namespace openclaw::pipeline
