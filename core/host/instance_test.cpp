// What a host instance does with plugins that keep their promises, and with those that do not.
#include "core/host/instance.hpp"

#include <gmock/gmock.h>

#include <thread>

#include "core/host/instance_fixture.hpp"
#include "openclaw/host/status.h"
#include "openclaw/host/stream.h"

namespace openclaw::host {

using runtime::Millis;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_F(InstanceTest, StartsAndIsStoppedWhenDestroyed) {
  make();
  EXPECT_EQ(start(), "");
  on_loop([this] { instance->destroy(); });
  EXPECT_EQ(script.destroyed, 1);
  EXPECT_EQ(instance->status().state, InstanceState::stopped);
}

TEST_F(InstanceTest, FailsWithThePluginsReason) {
  make();
  script.start = [this](oc_op op) { script.complete(op, OC_E_AUTH, "check `apiKey`"); };
  EXPECT_EQ(start(), "check `apiKey`");
  EXPECT_EQ(instance->status().state, InstanceState::failed);
  EXPECT_EQ(instance->status().reason, "check `apiKey`");
}

TEST_F(InstanceTest, AStartThatNeverCompletesFailsAtItsDeadline) {
  Deadlines deadlines;
  deadlines.start = Millis{1};
  make(deadlines);
  script.start = [](oc_op) {};
  EXPECT_THAT(start(), HasSubstr("did not complete start"));
  EXPECT_EQ(instance->status().state, InstanceState::failed);
  on_loop([this] { EXPECT_EQ(script.cancelled.size(), 1U); });
}

TEST_F(InstanceTest, ACompletionInsideTheCallTakesEffectAfterIt) {
  make();
  bool inside = false;
  std::vector<std::string> order;
  on_loop([&] {
    instance->call(
        "probe", Millis{60000}, {},
        [&](const std::optional<CallError>&, std::string_view, const std::string&) {
          order.emplace_back(inside ? "done inside the call" : "done");
        },
        [&](oc_inst*, oc_op op) {
          inside = true;
          EXPECT_EQ(script.complete(op), OC_OK);
          inside = false;
          order.emplace_back("returned");
        });
  });
  EXPECT_THAT(order, ElementsAre("returned", "done"));
}

TEST_F(InstanceTest, ASecondAndAnUnknownCompletionAreRefused) {
  make();
  Outcome outcome;
  const oc_op op = begin(outcome);
  on_loop([&] {
    EXPECT_EQ(script.complete(op, OC_E_RATE), OC_OK);
    EXPECT_EQ(script.complete(op), OC_E_INVAL);
    for (const oc_op unknown : {oc_op{0}, op + 1000000, oc_op{UINT64_MAX}}) {
      EXPECT_EQ(script.complete(unknown), OC_E_INVAL);
    }
  });
  EXPECT_EQ(get(outcome.future), Errc::rate);
  EXPECT_EQ(outcome.times, 1);
}

TEST_F(InstanceTest, AForeignThreadMayCompleteButNotEmit) {
  make();
  Outcome outcome;
  const oc_op op = begin(outcome, Millis{60000}, [](std::uint32_t, std::string_view) {
    ADD_FAILURE() << "emitted from elsewhere";
    return true;
  });
  std::thread([&] {
    const auto* stream = script.service<oc_stream>("oc.stream/1");
    EXPECT_EQ(stream->emit(script.host, op, 1, {}), OC_E_INVAL);
    script.complete(op, OC_E_NET);
  }).join();
  EXPECT_EQ(get(outcome.future), Errc::network);
}

TEST_F(InstanceTest, NothingIsEmittedAfterRefusalOrCompletion) {
  make();
  int heard = 0;
  Outcome outcome;
  const oc_op op =
      begin(outcome, Millis{60000}, [&](std::uint32_t, std::string_view) { return ++heard < 2; });
  on_loop([&] {
    const auto* stream = script.service<oc_stream>("oc.stream/1");
    EXPECT_EQ(stream->emit(script.host, op, 1, {}), OC_OK);
    EXPECT_EQ(stream->emit(script.host, op, 1, {}), OC_E_CANCELLED);
    EXPECT_EQ(stream->emit(script.host, op, 1, {}), OC_E_CANCELLED);
    script.complete(op);
    EXPECT_EQ(stream->emit(script.host, op, 1, {}), OC_E_INVAL);
  });
  EXPECT_EQ(heard, 2);
}

TEST_F(InstanceTest, WhatTheReceiverCannotUseFailsTheCallAndNotTheProcess) {
  make();
  const auto* stream = script.service<oc_stream>("oc.stream/1");
  const auto throws = [](std::uint32_t, std::string_view) -> bool {
    throw std::runtime_error("unusable");
  };
  Outcome abandoned;
  const oc_op left = begin(abandoned, Millis{60000}, throws);
  on_loop([&] {
    EXPECT_EQ(stream->emit(script.host, left, 1, {}), OC_E_CANCELLED);
    EXPECT_EQ(stream->emit(script.host, left, 1, {}), OC_E_CANCELLED);
  });
  EXPECT_EQ(get(abandoned.future), Errc::plugin);
  EXPECT_EQ(script.cancelled, std::vector<oc_op>{left});
  Outcome completed;
  const oc_op whole = begin(completed, Millis{60000}, throws);
  on_loop([&] {
    stream->emit(script.host, whole, 1, {});
    EXPECT_EQ(script.complete(whole), OC_OK);
  });
  EXPECT_EQ(get(completed.future), Errc::plugin);
  EXPECT_EQ(completed.times, 1);
}

TEST_F(InstanceTest, ACallerThatThrowsWhenItIsToldDoesNotEndTheProcess) {
  make();
  oc_op op = 0;
  on_loop([&] {
    op = instance->call(
        "probe", Millis{60000}, {},
        [](const std::optional<CallError>&, std::string_view, const std::string&) {
          throw std::runtime_error("unusable");
        },
        [](oc_inst*, oc_op) {});
  });
  on_loop([&] { EXPECT_EQ(script.complete(op), OC_OK); });
  Outcome next;
  const oc_op after = begin(next);
  on_loop([&] { script.complete(after); });
  EXPECT_EQ(get(next.future), Errc{});
}

TEST_F(InstanceTest, CancelIsAdviceAndTheDeadlineEndsACallThatIgnoresIt) {
  make();
  Outcome outcome;
  const oc_op op = begin(outcome, Millis{30});
  on_loop([&] {
    instance->cancel(op);
    instance->cancel(op);
    EXPECT_EQ(script.cancelled, std::vector<oc_op>{op});
  });
  EXPECT_EQ(get(outcome.future), Errc::deadline);
}

TEST_F(InstanceTest, ACallBeyondTheLimitFailsWithAgain) {
  Limits limits;
  limits.calls = 1;
  make({}, limits);
  Outcome first;
  Outcome second;
  const oc_op op = begin(first);
  EXPECT_EQ(begin(second), 0U);
  EXPECT_EQ(get(second.future), Errc::again);
  on_loop([&] { script.complete(op); });
  EXPECT_EQ(get(first.future), Errc{});
}

TEST_F(InstanceTest, OpenCallsFailWhenItIsDestroyedAndLateCompletionsAreRefused) {
  make();
  Outcome outcome;
  const oc_op op = begin(outcome);
  on_loop([&] {
    instance->destroy();
    EXPECT_EQ(script.complete(op), OC_E_INVAL);
  });
  EXPECT_EQ(get(outcome.future), Errc::cancelled);
  Outcome after;
  EXPECT_EQ(begin(after), 0U);
  EXPECT_EQ(get(after.future), Errc::plugin);
}

TEST_F(InstanceTest, BeingDestroyedWhileItStartsIsNoFailure) {
  make();
  std::promise<void> entered;
  script.start = [&](oc_op) { entered.set_value(); };
  std::promise<Errc> ended;
  loop.post(
      [&] { instance->start([&](const Result<void>& r) { ended.set_value(r.error().code); }); });
  auto in = entered.get_future();
  get(in);
  on_loop([this] { instance->destroy(); });
  auto end = ended.get_future();
  EXPECT_EQ(get(end), Errc::cancelled);
  EXPECT_EQ(instance->status().state, InstanceState::stopped);
}

TEST_F(InstanceTest, AFencedInstanceFailsItsCallsAndStaysFailed) {
  make();
  Outcome open;
  begin(open);
  std::promise<void> entered;
  std::promise<void> release;
  auto released = release.get_future();
  loop.post([&] {
    instance->tell("blocks", [&](oc_inst*) {
      entered.set_value();
      released.wait();
      // The call that was given up returns and is full of confidence.
      script.service<oc_status_service>("oc.status/1")->set(script.host, OC_STATE_CONNECTED, {});
    });
  });
  auto in = entered.get_future();
  get(in);
  ASSERT_TRUE(instance->in_call_since().has_value());
  instance->fence("it blocked");
  EXPECT_EQ(instance->status().state, InstanceState::failed);
  release.set_value();
  EXPECT_EQ(get(open.future), Errc::plugin);
  EXPECT_EQ(instance->status().state, InstanceState::failed);
  EXPECT_EQ(instance->status().reason, "it blocked");
  EXPECT_FALSE(instance->in_call_since().has_value());
  Outcome later;
  EXPECT_EQ(begin(later), 0U);
  EXPECT_EQ(get(later.future), Errc::plugin);
  on_loop([this] { instance->destroy(); });
  EXPECT_EQ(script.destroyed, 0) << "its code may still run: destroy would free what it stands on";
}

TEST_F(InstanceTest, ATableWithoutItsMainSlotIsRefusedAndThePluginDestroyed) {
  Manifest manifest;
  manifest.id = "scripted";
  manifest.kind = "storage";
  manifest.file = "/somewhere/scripted.so";
  make(std::move(manifest), std::make_shared<Library>(Library::linked(scripted)));
  ASSERT_TRUE(created.has_error());
  EXPECT_EQ(created.error().message, "scripted.so: the plugin has no storage slots (oc.storage/1)");
  EXPECT_EQ(script.destroyed, 1);
}

}  // namespace openclaw::host
