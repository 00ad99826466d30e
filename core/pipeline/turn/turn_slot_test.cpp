// Turns that are claimed ahead of the slots, and wait in line for one.
#include <gtest/gtest.h>

#include <algorithm>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

/// u2 and u3 have the two slots and hang; u4's turn is claimed and waits for one.
class TurnSlot : public testing::Test {
 protected:
  void SetUp() override {
    w.config.queue.concurrency = 2;
    w.config.queue.mode = "followup";
    w.start();
    w.say("before all", "u4");
    ASSERT_TRUE(w.shown(1));
    w.provider.scripts = {says({"quick"}), hangs(), hangs()};
    // A slot comes free while u2 is being claimed: so one more may be claimed than has a slot.
    bool slow = true;
    w.store.hold = [&slow](const Write& write) {
      const auto* ingest = std::get_if<Ingest>(&write);
      return slow && ingest != nullptr && ingest->session.ends_with("u2");
    };
    w.on([this] { w.pipeline->submit(World::message("hangs", "u2"), [](const auto&) {}); });
    w.say("hi", "u1");
    ASSERT_TRUE(w.shown(2));
    w.on([&] { slow = false; });
    ASSERT_TRUE(asked(3));
    w.on([this] { w.store.hold = nullptr; });
    w.on([this] {
      w.pipeline->submit(World::message("hangs", "u3"), [](const auto&) {});
      w.pipeline->submit(World::message("waits", "u4"), [](const auto&) {});
    });
    ASSERT_TRUE(w.until([&] { return w.pipeline->running() == 3; }));
    ASSERT_TRUE(asked(4));
  }
  bool asked(std::size_t n) {
    return w.until([this, n] { return w.provider.calls.size() == n; });
  }
  World w;
};

TEST_F(TurnSlot, ATurnInLineAsksItsModelWhenASlotIsFree) {
  w.say("/stop", "u3");
  EXPECT_TRUE(asked(5));
  ASSERT_TRUE(w.shown(4));
  EXPECT_EQ(w.channel.shown.back(), "ok");
}

TEST_F(TurnSlot, ATurnInLineIsStoppedWithoutAModel) {
  w.say("/stop", "u4");
  ASSERT_TRUE(w.until([&] { return w.pipeline->running() == 2; }));
  w.say("/stop", "u3");
  ASSERT_TRUE(w.until([&] { return w.pipeline->running() == 1; }));
  EXPECT_EQ(w.on([this] { return w.provider.calls.size(); }), 4U);
  w.say("and now", "u4");
  EXPECT_TRUE(asked(5)) << "the place in the line is free again";
}

TEST_F(TurnSlot, ADrainLetsATurnInLineFinish) {
  bool drained = false;
  w.on([&] {
    w.pipeline->drain([&] { drained = true; });
    for (const char* who : {"u2", "u3"}) {
      w.pipeline->stop_turns(World::message("", who), [](const auto&) {});
    }
  });
  ASSERT_TRUE(w.until([&] { return drained; }));
  EXPECT_EQ(w.channel.shown.back(), "ok");
}

TEST_F(TurnSlot, AKillLeavesATurnInLineForTheNextStart) {
  w.kill();
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.size(), 2U + 3U);
}

TEST_F(TurnSlot, ANewConversationHoldsForATurnInLine) {
  w.say("/new", "u4");
  w.say("/stop", "u3");
  ASSERT_TRUE(asked(5));
  EXPECT_EQ(w.on([this] { return w.provider.calls.back().body_json.find("before all"); }),
            std::string::npos);
}

}  // namespace
}  // namespace openclaw::pipeline
