#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

/// Eight messages are kept, so ten make two to summarise.
class Compactions : public ::testing::Test {
 protected:
  void talk() {
    w.config.agents[0].history_messages = 16;
    w.start();
    for (const char* text : {"my name is Ada", "two", "three", "four", "five"}) {
      w.say(text);
      ASSERT_TRUE(w.settled());
    }
    w.provider.calls.clear();
  }
  [[nodiscard]] const std::string& last_body() const { return w.provider.calls.back().body_json; }
  static bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  }

  World w;
};

TEST_F(Compactions, TheModelIsShownASummaryInTheOldMessagesPlace) {
  talk();
  w.provider.scripts = {says({"The user is ", "called Ada."})};
  w.say("/compact");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(),
            "2 earlier messages are now a summary; the newest stay as they are.");
  ASSERT_EQ(w.provider.calls.size(), 1U);
  EXPECT_TRUE(has(last_body(), "User: my name is Ada"));
  EXPECT_FALSE(has(last_body(), "two"));
  w.say("who am I?");
  ASSERT_TRUE(w.settled());
  EXPECT_TRUE(has(last_body(), "The user is called Ada."));
  EXPECT_TRUE(has(last_body(), "\"two\""));
  EXPECT_FALSE(has(last_body(), "my name is Ada"));
  EXPECT_FALSE(has(last_body(), "/compact"));
  EXPECT_TRUE(w.ledger().balanced());
}

TEST_F(Compactions, AnotherProviderIsAskedWhenTheFirstFails) {
  talk();
  w.provider.otherwise = [] { return fails(Errc::auth, {"half of"}); };
  w.second.otherwise = [] { return says({"whole"}); };
  w.say("/compact");
  ASSERT_TRUE(w.settled());
  const auto entries = w.on([&] { return w.store.transcripts.begin()->second; });
  EXPECT_EQ(entries.back().text, "Summary of the conversation before:\nwhole");
}

TEST_F(Compactions, AFailureChangesNothingAndIsSaid) {
  talk();
  w.provider.otherwise = w.second.otherwise = [] { return fails(Errc::auth); };
  const auto before = w.on([&] { return w.store.transcripts.begin()->second.size(); });
  w.say("/compact");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "The conversation could not be summarised just now.");
  EXPECT_EQ(w.on([&] { return w.store.transcripts.begin()->second.size(); }), before);
}

TEST_F(Compactions, AShortConversationAsksNoModel) {
  w.start();
  w.say("/compact");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back().find("There is nothing to compact yet"), 0U);
  EXPECT_TRUE(w.provider.calls.empty());
}

TEST_F(Compactions, OneRunsInASession) {
  talk();
  w.provider.scripts = {hangs()};
  w.say("/compact");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  w.say("/compact");
  ASSERT_TRUE(w.until([&] { return w.channel.shown.back() == "I am writing a summary already."; }));
  EXPECT_EQ(w.provider.calls.size(), 1U);
}

TEST_F(Compactions, StopEndsIt) {
  talk();
  w.provider.scripts = {hangs()};
  w.say("/compact");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  w.say("/stop");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "Stopped.");
  EXPECT_EQ(w.provider.cancelled, 1U);
}

TEST_F(Compactions, ANewConversationHearsNothingOfTheOld) {
  talk();
  w.provider.scripts = {hangs()};
  w.say("/compact");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  w.say("/new");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.cancelled, 1U);
  w.say("who am I?");
  ASSERT_TRUE(w.settled());
  EXPECT_FALSE(has(last_body(), "Summary"));
  EXPECT_FALSE(has(last_body(), "Ada"));
}

TEST_F(Compactions, AreNotStoredLateWhereANewConversationMayHaveBegun) {
  talk();
  bool broken = true;
  w.store.fault = [&broken](const Write& write) -> std::optional<Error> {
    const auto* finish = std::get_if<Finish>(&write);
    if (finish == nullptr || finish->transcript.empty() || !std::exchange(broken, false))
      return std::nullopt;
    return Error{Errc::storage, "disk full"};
  };
  w.say("/compact");
  ASSERT_TRUE(w.settled());
  EXPECT_FALSE(broken);
  EXPECT_EQ(w.channel.shown.back(), "The summary could not be stored just now.");
  EXPECT_EQ(w.on([&] { return w.store.transcripts.begin()->second.back().role; }), Role::assistant);
}

TEST_F(Compactions, IsAskedForAgainAfterACrash) {
  talk();
  w.provider.scripts = {hangs()};
  w.say("/compact");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  w.kill();
  w.provider.scripts = {says({"The user is called Ada."})};
  w.build();
  std::promise<void> recovered;
  w.on([&] { w.pipeline->recover([&](const Result<void>&) { recovered.set_value(); }); });
  recovered.get_future().get();
  for (int i = 0; i < 50; ++i) w.on([] {});  // whatever would be on its way has come
  EXPECT_EQ(w.provider.calls.size(), 1U);    // providers are not up yet
  w.on([&] { w.pipeline->begin_turns(); });
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.calls.size(), 2U);
  w.say("who am I?");
  ASSERT_TRUE(w.settled());
  EXPECT_TRUE(has(last_body(), "The user is called Ada."));
}

TEST_F(Compactions, IsNotTriedForEver) {
  talk();
  w.provider.otherwise = [] { return hangs(); };
  w.say("/compact");
  for (std::uint32_t life = 1; life < w.config.queue.max_attempts; ++life) {
    ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == life; }));
    w.kill();
    w.start();
  }
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == w.config.queue.max_attempts; }));
  w.kill();
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.calls.size(), w.config.queue.max_attempts);
  EXPECT_EQ(w.ledger().dead, 1U);
}

TEST_F(Compactions, ADrainDoesNotWaitForIt) {
  talk();
  w.provider.scripts = {hangs()};
  w.say("/compact");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 1; }));
  std::promise<void> drained;
  w.on([&] { w.pipeline->drain([&] { drained.set_value(); }); });
  drained.get_future().get();
  EXPECT_EQ(w.on([&] { return w.store.live.size(); }), 1U);
  EXPECT_EQ(w.provider.cancelled, 1U);  // so that it cannot end in the middle of the stop
}

}  // namespace
}  // namespace openclaw::pipeline
