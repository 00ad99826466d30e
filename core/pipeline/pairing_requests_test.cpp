#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using Outcome = Submitted::Outcome;

TEST(PairingRequests, AStrangerGetsThePairingCodeOnceAndSpeaksWhenApproved) {
  World w;
  w.policy = {"pairing", {}, "allowlist", {}, true};
  w.start();
  EXPECT_EQ(w.say("let me in")->outcome, Outcome::refused);
  ASSERT_TRUE(w.shown(1));
  EXPECT_EQ(w.on([&] { return w.store.journal; }), std::vector<std::string>{"value"});
  EXPECT_EQ(w.say("please")->outcome, Outcome::refused);
  const auto pending = w.on([&] { return w.pipeline->pairing().pending(w.unix_ms); });
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_NE(w.channel.shown[0].find("pairing approve chat " + pending[0].code), std::string::npos);

  std::promise<bool> approved;
  w.on([&] {
    w.pipeline->approve_pairing("chat", pending[0].code,
                                [&](const auto& r) { approved.set_value(r.has_value()); });
  });
  ASSERT_TRUE(approved.get_future().get());
  EXPECT_EQ(w.say("thanks")->outcome, Outcome::accepted);
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.size(), 2U);  // one code, one answer
  EXPECT_EQ(w.channel.shown[1], "ok");

  w.kill();
  w.start();
  EXPECT_EQ(w.say("still me")->outcome, Outcome::accepted);
}

TEST(PairingRequests, APairingCodeThatWasNotStoredIsNotToldAndTheNextMessageGetsOne) {
  World w;
  w.policy = {"pairing", {}, "allowlist", {}, true};
  w.store.fault = [&](const Write&) { return kDiskFull; };
  w.start();
  EXPECT_EQ(w.say("let me in")->outcome, Outcome::refused);
  ASSERT_TRUE(w.until([&] { return w.pipeline->pairing().pending(w.unix_ms).empty(); }));
  EXPECT_TRUE(w.channel.sent.empty());
  w.on([&] { w.store.fault = nullptr; });
  EXPECT_EQ(w.say("let me in")->outcome, Outcome::refused);
  ASSERT_TRUE(w.shown(1));
}

TEST(PairingRequests, AnApprovalThatCouldNotBeStoredLetsNobodyInAndCanBeRepeated) {
  World w;
  w.policy = {"pairing", {}, "allowlist", {}, true};
  w.start();
  EXPECT_EQ(w.say("let me in")->outcome, Outcome::refused);
  ASSERT_TRUE(w.shown(1));
  const auto pending = w.on([&] { return w.pipeline->pairing().pending(w.unix_ms); });
  ASSERT_EQ(pending.size(), 1U);
  const auto approve = [&] {
    std::promise<bool> approved;
    w.on([&] {
      w.pipeline->approve_pairing("chat", pending[0].code,
                                  [&](const auto& r) { approved.set_value(r.has_value()); });
    });
    return approved.get_future().get();
  };
  w.on([&] { w.store.fault = [](const Write&) { return kDiskFull; }; });
  EXPECT_FALSE(approve());
  EXPECT_EQ(w.say("am I in?")->outcome, Outcome::refused);
  w.on([&] { w.store.fault = nullptr; });
  EXPECT_TRUE(approve());
  EXPECT_EQ(w.say("thanks")->outcome, Outcome::accepted);
}

}  // namespace
}  // namespace openclaw::pipeline
