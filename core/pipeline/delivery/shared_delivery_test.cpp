// Two gateways on one store: who sends a reply, and in which order.
#include "core/pipeline/testing/several_gateways.hpp"

namespace openclaw::pipeline {
namespace {

class SharedDelivery : public Several {};

TEST_F(SharedDelivery, RepliesOfADeadGatewayAreSentByAnother) {
  start_both();
  on([&] { a->channel.hold = [](const Outbound&) { return true; }; });
  say(*a, "one");
  ASSERT_TRUE(until([&] { return a->channel.sent.size() == 1; }));
  on([&] {
    EXPECT_EQ(store.reply_members.size(), 1U) << "it is a's";
    a->pipeline.reset();
    a->member.leave();
  });
  ASSERT_TRUE(until([&] { return b->channel.shown == Texts{"ok"}; }));
}

TEST_F(SharedDelivery, AReplyIsSentWhereTheConnectionIs) {
  start_both();
  on([&] { a->channel.up = a->channel.outlet = false; });
  say(*a, "one");
  ASSERT_TRUE(until([&] { return b->channel.shown == Texts{"ok"}; }));
  EXPECT_TRUE(on([&] { return a->channel.sent.empty(); }));
}

TEST_F(SharedDelivery, WhatCannotBeSentHereAnyMoreGoesToWhoCan) {
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

TEST_F(SharedDelivery, WhoseLeaseMayBeOverSendsNothing) {
  start(*a);
  int put_back = 0;
  on([&] {
    // The store's answer comes late: the lease that it extends is over when it is read.
    store.unclear = [&](const Write& write) -> std::optional<Error> {
      const auto* turn = std::get_if<Finish>(&write);
      if (turn != nullptr) a->member.lease = runtime::SteadyClock::now();
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

TEST_F(SharedDelivery, AReplyInDoubtWaitsForTheLeaseToBeExtended) {
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

TEST_F(SharedDelivery, WhatOneGatewayStillHasToSendIsNotOvertakenByAnother) {
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

TEST_F(SharedDelivery, WhatTheDeadLeftIsSentBeforeWhatWasAnsweredMeanwhile) {
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

}  // namespace
}  // namespace openclaw::pipeline
