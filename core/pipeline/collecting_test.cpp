// Two gateways on one store: whose a message is, what they tell each other, who goes on.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <type_traits>

#include "core/pipeline/pipeline.hpp"
#include "core/pipeline/testing/memory_cluster.hpp"
#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using Texts = std::vector<std::string>;

/// One gateway of several: its own channel and provider, a view of the common store.
struct GatewayOfMany {
  GatewayOfMany(runtime::Loop& loop, scripted::MemoryStore& store, const std::string& name)
      : member(loop, store, name), provider(loop, "first"), channel(loop, "chat", true) {}
  scripted::MemoryMember member;
  scripted::ScriptedProvider provider;
  scripted::RecordingChannel channel;
  std::vector<Notice> noticed;
  std::unique_ptr<Pipeline> pipeline;
};

class Several : public ::testing::Test {
 protected:
  Several() {
    config.queue.debounce_ms = 0;
    config.queue.sender_per_minute = 0;
    loop.start();
    on([this] {
      a = std::make_unique<GatewayOfMany>(loop, store, "a");
      b = std::make_unique<GatewayOfMany>(loop, store, "b");
    });
  }
  ~Several() override {
    on([this] {
      a.reset();
      b.reset();
    });
    loop.stop();
    loop.join();
  }

  template <class F>
  std::invoke_result_t<F> on(F task) {
    std::packaged_task<std::invoke_result_t<F>()> packaged(std::move(task));
    auto future = packaged.get_future();
    loop.post([p = std::move(packaged)]() mutable { p(); });
    return future.get();
  }
  [[nodiscard]] bool until(std::function<bool()> holds) {
    const auto end = runtime::SteadyClock::now() + std::chrono::seconds(10);
    while (runtime::SteadyClock::now() < end) {
      if (on(holds)) return true;
      std::this_thread::yield();
    }
    return false;
  }
  void start(GatewayOfMany& g) {
    std::promise<bool> recovered;
    on([&] {
      Pipeline::Environment environment{
          loop,
          g.member,
          log,
          [this] { return (random = random * 1664525U + 1013904223U) >> 8U; },
          [] { return std::int64_t{1'700'000'000'000}; },
          {}};
      environment.store_retry = environment.send_retry = runtime::Millis{5};
      environment.look_at_replies = runtime::Millis{5};
      environment.noticed = [&g](const Notice& notice) { g.noticed.push_back(notice); };
      g.pipeline = std::make_unique<Pipeline>(config, std::move(environment), store.max_epoch + 1);
      g.pipeline->add_channel(g.channel, policy);
      g.pipeline->add_provider(g.provider);
      g.pipeline->recover([&](const Result<void>& r) { recovered.set_value(!r.has_error()); });
    });
    ASSERT_TRUE(recovered.get_future().get());
    on([&] { g.pipeline->begin_turns(); });
  }
  void start_both() {
    start(*a);
    start(*b);
  }
  Submitted::Outcome say(GatewayOfMany& g, std::string text, std::string who = "u1") {
    std::promise<Result<Submitted>> done;
    on([&] {
      g.pipeline->submit(World::message(std::move(text), std::move(who)),
                         [&](Result<Submitted> r) { done.set_value(std::move(r)); });
    });
    return done.get_future().get()->outcome;
  }
  std::string counted(GatewayOfMany& g) {
    const auto s = on([&] { return g.pipeline->ledger().snapshot(); });
    return counts(s) + ", " + std::to_string(s.elsewhere) + " elsewhere";
  }

  config::Config config;
  AccessPolicy policy{"open", {"*"}, "open", {"*"}, false};
  runtime::Loop loop{"test"};
  log::Log log{static_cast<log::Level>(5), false};  // quiet
  scripted::MemoryStore store{loop};
  std::unique_ptr<GatewayOfMany> a, b;
  std::uint32_t random = 1;
};

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

TEST_F(Several, RepliesOfADeadGatewayAreSentByAnother) {
  start_both();
  on([&] { a->channel.up = false; });
  say(*a, "one");
  ASSERT_TRUE(until([&] { return store.outbox_in(OutboxState::stored) == 1; }));
  on([&] {
    a->pipeline.reset();
    a->member.leave();
  });
  ASSERT_TRUE(until([&] { return b->channel.shown == Texts{"ok"}; }));
}

TEST_F(Several, AReplyIsSentWhereTheConnectionIs) {
  start_both();
  on([&] { a->channel.up = a->channel.outlet = false; });
  say(*a, "one");
  ASSERT_TRUE(until([&] { return b->channel.shown == Texts{"ok"}; }));
  EXPECT_TRUE(on([&] { return a->channel.sent.empty(); }));
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

TEST_F(Several, WhatCannotBeSentHereAnyMoreGoesToWhoCan) {
  start_both();
  on([&] { a->channel.hold = [](const Outbound&) { return true; }; });
  say(*a, "one");
  ASSERT_TRUE(until([&] { return a->channel.sent.size() == 1; }));
  on([&] {
    EXPECT_EQ(store.reply_members.size(), 1U) << "it is a's";
    a->channel.up = a->channel.outlet = false;
    for (auto& done : a->channel.held) done(Error{Errc::again, "not now", 1, true});
    a->channel.held.clear();
  });
  ASSERT_TRUE(until([&] { return b->channel.shown == Texts{"ok"}; }));
}

TEST_F(Several, WhoseLeaseMayBeOverSendsNothing) {
  start(*a);
  int put_back = 0;
  on([&] {
    // The store's answer comes late: the lease that it extends is over when it is read.
    store.unclear = [&](const Write& write) -> std::optional<Error> {
      const auto* mark = std::get_if<MarkOutbox>(&write);
      if (mark == nullptr) return std::nullopt;
      if (mark->state == OutboxState::started) a->member.lease = runtime::SteadyClock::now();
      if (mark->state == OutboxState::stored) ++put_back;
      return std::nullopt;
    };
  });
  say(*a, "one");
  ASSERT_TRUE(until([&] { return put_back >= 2; }));
  EXPECT_TRUE(on([&] { return a->channel.sent.empty(); }));
  on([&] {
    store.unclear = nullptr;
    a->member.lease = runtime::TimePoint::max();
  });
  ASSERT_TRUE(until([&] { return a->channel.shown == Texts{"ok"}; }));
  EXPECT_EQ(on([&] { return a->channel.sent.size(); }), 1U);
}

TEST_F(Several, AReplyInDoubtWaitsForTheLeaseToBeExtended) {
  bool cut = false;
  on([&] {
    a->channel.knows_keys_for(60'000);
    a->channel.answer = [&](const Outbound&) -> Result<std::string> {
      if (std::exchange(cut, true)) return std::string("m1");
      a->member.lease = runtime::SteadyClock::now();
      return Error{Errc::network, "cut", 0, true, true};
    };
  });
  start(*a);
  say(*a, "one");
  ASSERT_TRUE(until([&] { return cut; }));
  std::promise<void> later;
  on([&] { loop.after(runtime::Millis{300}, [&] { later.set_value(); }); });
  later.get_future().get();
  EXPECT_EQ(on([&] { return a->channel.sent.size(); }), 1U);
  on([&] { a->member.lease = runtime::TimePoint::max(); });
  ASSERT_TRUE(until([&] { return a->channel.sent.size() == 2; }));
  ASSERT_TRUE(until([&] { return store.outbox_in(OutboxState::started) == 0; }));
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

TEST_F(Several, ARevocationIsNotUndoneByAReadThatCameBefore) {
  policy.dm_policy = "pairing";
  policy.allow_from = {};
  start_both();
  say(*a, "hello", "u1");
  ASSERT_TRUE(until([&] { return b->pipeline->pairing().pending(0).size() == 1; }));
  const auto code = on([&] { return a->pipeline->pairing().pending(0).at(0).code; });
  on([&] { a->pipeline->approve_pairing("chat", code, [](const auto&) {}); });
  ASSERT_TRUE(until([&] { return b->pipeline->pairing().approved("chat", "u1"); }));
  bool over = false;
  on([&] {
    // The revocation is written late, and notices make everybody read meanwhile.
    int tasks = 30;
    store.hold = [tasks](const Write& w) mutable {
      return std::holds_alternative<PutValue>(w) && tasks-- > 0;
    };
    a->pipeline->revoke_pairing("chat", "u1", [&](const auto&) { over = true; });
    for (int i = 0; i < 5; ++i) {
      b->member.write(SendNotice{"a", "changed", "pairing"}, [](const auto&) {});
    }
  });
  ASSERT_TRUE(until([&] { return over; }));
  on([&] { store.hold = nullptr; });
  EXPECT_FALSE(on([&] { return a->pipeline->pairing().approved("chat", "u1"); }));
  ASSERT_TRUE(until([&] { return !b->pipeline->pairing().approved("chat", "u1"); }));
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

TEST_F(Several, StopReachesTheGatewayThatAnswers) {
  on([&] { a->provider.scripts = {hangs()}; });
  start_both();
  say(*a, "one");
  ASSERT_TRUE(until([&] { return a->provider.calls.size() == 1; }));
  on([&] { b->pipeline->stop_turns(World::message("", "u1"), [](const Result<std::size_t>&) {}); });
  ASSERT_TRUE(until([&] { return store.live.empty(); }));
  EXPECT_EQ(on([&] { return a->provider.cancelled; }), 1U);
}

TEST_F(Several, WhoIsLetInByOneIsLetInByAll) {
  policy.dm_policy = "pairing";
  policy.allow_from = {};
  start_both();
  EXPECT_EQ(say(*a, "hello"), Submitted::Outcome::refused);
  ASSERT_TRUE(until([&] { return a->channel.shown.size() == 1; }));
  const auto code = on([&] { return a->pipeline->pairing().pending(0).at(0).code; });
  std::promise<bool> approved;
  on([&] {
    b->pipeline->approve_pairing("chat", code, [&](const Result<Pairing::Pending>& p) {
      approved.set_value(!p.has_error());
    });
  });
  ASSERT_TRUE(approved.get_future().get()) << "the code that a gave out";
  ASSERT_TRUE(until([&] { return a->pipeline->pairing().approved("chat", "u1"); }));
  std::promise<bool> revoked;
  on([&] {
    a->pipeline->revoke_pairing("chat", "u1", [&](const Result<Pairing::Revoked>& r) {
      revoked.set_value(!r.has_error());
    });
  });
  ASSERT_TRUE(revoked.get_future().get());
  ASSERT_TRUE(until([&] { return !b->pipeline->pairing().approved("chat", "u1"); }));
}

TEST_F(Several, ApprovalsAtOnceAreBothKept) {
  policy.dm_policy = "pairing";
  policy.allow_from = {};
  start_both();
  say(*a, "hello", "u1");
  ASSERT_TRUE(until([&] { return b->pipeline->pairing().pending(0).size() == 1; }));
  say(*b, "hello", "u2");
  ASSERT_TRUE(until([&] { return a->pipeline->pairing().pending(0).size() == 2; }));
  std::map<std::string, std::string> codes;
  on([&] {
    for (const auto& p : a->pipeline->pairing().pending(0)) codes[p.peer] = p.code;
  });
  int done = 0;
  on([&] {
    const auto count = [&](const Result<Pairing::Pending>& p) { done += p.has_error() ? 100 : 1; };
    a->pipeline->approve_pairing("chat", codes["u1"], count);
    b->pipeline->approve_pairing("chat", codes["u2"], count);
  });
  ASSERT_TRUE(until([&] { return done == 2; })) << on([&] { return done; });
  for (auto* g : {a.get(), b.get()}) {
    ASSERT_TRUE(until([&] { return g->pipeline->pairing().approved_list().size() == 2; }));
  }
}

TEST_F(Several, AnOrderlyStopCostsNoAttempt) {
  config.queue.max_attempts = 1;
  on([&] { a->provider.scripts = {hangs()}; });
  start_both();
  say(*a, "one");
  ASSERT_TRUE(until([&] { return a->provider.calls.size() == 1; }));
  on([&] {
    a->pipeline->drain([] {});
    a->pipeline->abandon();
  });
  ASSERT_TRUE(until([&] { return store.mailboxes["b"].empty() && b->member.rounds > 0; }));
  on([&] {
    a->pipeline.reset();
    a->member.leave();
  });
  ASSERT_TRUE(until([&] { return b->channel.shown == Texts{"ok"}; }))
      << "not: tried too often (queue.maxAttempts)";
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

TEST_F(Several, WhatOneGatewayStillHasToSendIsNotOvertakenByAnother) {
  on([&] {
    a->channel.hold = [](const Outbound&) { return true; };
    a->provider.scripts = {says({"one"})};
    b->provider.scripts = {says({"two"}), says({"other"})};
  });
  start_both();
  say(*a, "1");
  ASSERT_TRUE(until([&] { return a->channel.held.size() == 1; }));
  say(*b, "2");
  ASSERT_TRUE(until([&] { return store.outbox_rows.size() == 2; }));
  say(*b, "1", "u2");
  ASSERT_TRUE(until([&] { return b->channel.shown == Texts{"other"}; })) << "another session";
  on([&] {
    a->channel.held.front()(std::string("m1"));
    a->channel.held.clear();
  });
  ASSERT_TRUE(until([&] { return b->channel.shown == (Texts{"other", "two"}); }));
}

TEST_F(Several, WhatTheDeadLeftIsSentBeforeWhatWasAnsweredMeanwhile) {
  on([&] {
    a->channel.up = b->channel.up = false;
    a->provider.scripts = {says({"one"}), says({"two"})};
    b->provider.scripts = {says({"three"})};
  });
  start_both();
  say(*a, "1");
  say(*a, "2");
  ASSERT_TRUE(until([&] { return store.outbox_in(OutboxState::stored) == 2; }));
  say(*b, "3");
  ASSERT_TRUE(until([&] { return store.outbox_in(OutboxState::stored) == 3; }));
  on([&] {
    a->pipeline.reset();
    a->member.leave();
    b->channel.up = true;
    b->pipeline->channel_can_deliver("chat");
  });
  ASSERT_TRUE(until([&] { return b->channel.shown.size() == 3; }));
  EXPECT_EQ(on([&] { return b->channel.shown; }), (Texts{"one", "two", "three"}));
}

TEST_F(Several, WhatIsNotThePipelinesIsHandedOn) {
  start_both();
  on([&] { a->member.write(SendNotice{{}, "part webchat\nevent", "text"}, [](const auto&) {}); });
  ASSERT_TRUE(until([&] { return b->noticed.size() == 1; }));
  EXPECT_EQ(on([&] { return b->noticed.at(0).text; }), "text");
}

}  // namespace
}  // namespace openclaw::pipeline
