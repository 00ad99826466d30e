// What two gateways on one store tell each other.
#include "core/pipeline/testing/several_gateways.hpp"

namespace openclaw::pipeline {
namespace {

class SharedNotices : public Several {};

TEST_F(SharedNotices, ARevocationIsNotUndoneByAReadThatCameBefore) {
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
    // The revocation is written late, and notices make everybody read meanwhile. What tells of it
    // comes behind it, as in a store.
    int tasks = 30;
    store.hold = [tasks](const Write& w) mutable {
      const auto* notice = std::get_if<SendNotice>(&w);
      if (notice != nullptr) return notice->to.empty() && tasks >= 0;
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

TEST_F(SharedNotices, StopReachesTheGatewayThatAnswers) {
  on([&] { a->provider.scripts = {hangs()}; });
  start_both();
  say(*a, "one");
  ASSERT_TRUE(until([&] { return a->provider.calls.size() == 1; }));
  on([&] { b->pipeline->stop_turns(World::message("", "u1"), [](const Result<std::size_t>&) {}); });
  ASSERT_TRUE(until([&] { return store.live.empty(); }));
  EXPECT_EQ(on([&] { return a->provider.cancelled; }), 1U);
}

TEST_F(SharedNotices, WhoIsLetInByOneIsLetInByAll) {
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

TEST_F(SharedNotices, ApprovalsAtOnceAreBothKept) {
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

TEST_F(SharedNotices, AnOrderlyStopCostsNoAttempt) {
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

TEST_F(SharedNotices, WhatIsNotThePipelinesIsHandedOn) {
  start_both();
  on([&] { a->member.write(SendNotice{{}, "part webchat\nevent", "text"}, [](const auto&) {}); });
  ASSERT_TRUE(until([&] { return b->noticed.size() == 1; }));
  EXPECT_EQ(on([&] { return b->noticed.at(0).text; }), "text");
}

}  // namespace
}  // namespace openclaw::pipeline
