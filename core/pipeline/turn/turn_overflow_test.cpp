#include <gtest/gtest.h>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using scripted::overflows;

/// A conversation of two questions, and a model that finds the third too long.
class TurnOverflow : public ::testing::Test {
 protected:
  void talk() {
    w.start();
    for (const char* text : {"my name is Ada", "and I like cats"}) {
      w.say(text);
      ASSERT_TRUE(w.settled());
    }
    w.provider.calls.clear();
    w.channel.shown.clear();
  }
  [[nodiscard]] const std::string& body(std::size_t n) const {
    return w.provider.calls.at(n).body_json;
  }
  static bool has(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
  }
  std::size_t summaries() {
    return w.on([this] {
      std::size_t n = 0;
      for (const auto& entry : w.store.transcripts[kSession]) n += entry.role == Role::system;
      return n;
    });
  }

  static constexpr char kSession[] = "agent:main:chat:direct:u1";
  World w;
};

TEST_F(TurnOverflow, TheConversationIsSummarisedAndTheSameProviderAskedAgain) {
  talk();
  w.provider.scripts = {overflows(), says({"The user is called Ada."}), says({"Ada"})};
  w.say("who am I?");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, std::vector<std::string>{"Ada"});
  ASSERT_EQ(w.provider.calls.size(), 3U);
  EXPECT_TRUE(w.second.calls.empty());
  EXPECT_TRUE(has(body(0), "my name is Ada"));
  EXPECT_TRUE(has(body(1), "User: my name is Ada"));
  EXPECT_FALSE(has(body(1), "who am I?"));
  EXPECT_TRUE(has(body(2), "The user is called Ada."));
  EXPECT_FALSE(has(body(2), "my name is Ada"));
  EXPECT_TRUE(has(body(2), "who am I?"));
  EXPECT_EQ(w.channel.typing_now, 0);
  EXPECT_EQ(counts(w.ledger()), "3 accepted, 3 answered, 0 silent, 0 dead, 0 queued");
  w.kill();
  w.start();
  w.say("and now?");
  ASSERT_TRUE(w.settled());
  EXPECT_TRUE(has(body(3), "The user is called Ada.")) << "the summary is durable";
  EXPECT_EQ(summaries(), 1U);
}

TEST_F(TurnOverflow, WhoFoundItTooLongIsAskedAgainAlsoWhenThatIsNotTheFirst) {
  talk();
  w.provider.scripts = {fails(Errc::auth)};
  w.second.scripts = {overflows(), says({"Summed up."}), says({"from the second"})};
  w.say("who am I?");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, std::vector<std::string>{"from the second"});
  EXPECT_EQ(w.provider.calls.size(), 1U);
  EXPECT_EQ(w.second.calls.size(), 3U);
}

TEST_F(TurnOverflow, ASecondOverflowIsADeadLetterThatSaysWhatToDo) {
  talk();
  w.provider.scripts = {overflows(), says({"Summed up."}), overflows()};
  w.say("a very long question");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.calls.size(), 3U);
  EXPECT_TRUE(w.second.calls.empty());
  ASSERT_EQ(w.channel.shown.size(), 1U);
  EXPECT_TRUE(has(w.channel.shown[0], "/new"));
  EXPECT_TRUE(has(w.channel.shown[0], "shorter message"));
  EXPECT_EQ(counts(w.ledger()), "3 accepted, 2 answered, 0 silent, 1 dead, 0 queued");
  w.say("short");  // the lane is free, and the summary stays
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "ok");
  EXPECT_TRUE(has(body(3), "Summed up."));
}

TEST_F(TurnOverflow, AFirstMessageThatIsTooLongIsNotSummarised) {
  w.start();
  w.provider.scripts = {overflows()};
  w.say("a very long question");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.calls.size(), 1U);
  EXPECT_TRUE(w.second.calls.empty());
  EXPECT_EQ(w.channel.shown.at(0),
            "This message is too long for the model. Please send a shorter one.");
  EXPECT_EQ(w.ledger().dead, 1U);
}

TEST_F(TurnOverflow, ASummaryThatCannotBeHadIsADeadLetterThatSaysWhatToDo) {
  talk();
  w.provider.scripts = {overflows(), overflows()};
  w.say("who am I?");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.calls.size(), 2U);
  EXPECT_TRUE(has(w.channel.shown.at(0), "/new"));
  EXPECT_EQ(summaries(), 0U);
  EXPECT_EQ(counts(w.ledger()), "3 accepted, 2 answered, 0 silent, 1 dead, 0 queued");
}

TEST_F(TurnOverflow, ASummaryThatCannotBeStoredIsNotUsed) {
  talk();
  w.store.fault = [](const Write& write) -> std::optional<Error> {
    const auto* finish = std::get_if<Finish>(&write);
    if (finish == nullptr || !finish->ids.empty()) return std::nullopt;
    return Error{Errc::storage, "disk full"};
  };
  w.provider.scripts = {overflows(), says({"Summed up."})};
  w.say("who am I?");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.calls.size(), 2U);
  EXPECT_TRUE(has(w.channel.shown.at(0), "/new"));
  EXPECT_EQ(w.ledger().dead, 1U);
}

TEST_F(TurnOverflow, WhoListensIsToldThatItIsTooLong) {
  w.start();
  w.provider.scripts = {overflows()};
  const auto listener = w.ask("a very long question");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(listener->ends.size(), 1U);
  ASSERT_TRUE(listener->ends[0].has_error());
  EXPECT_EQ(listener->ends[0].error().code, Errc::too_large);
  EXPECT_EQ(listener->ends[0].error().http_status, 400);
}

TEST_F(TurnOverflow, AnAnswerThatIsTooLargeLeavesTheConversationAlone) {
  talk();
  w.provider.scripts = {fails(Errc::too_large)};
  w.say("who am I?");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.second.calls.size(), 1U);
  EXPECT_EQ(w.channel.shown.back(), "ok");
  EXPECT_EQ(summaries(), 0U);
  EXPECT_EQ(counts(w.ledger()), "3 accepted, 3 answered, 0 silent, 0 dead, 0 queued");
}

TEST_F(TurnOverflow, StopEndsTheSummaryToo) {
  talk();
  w.provider.scripts = {overflows(), hangs()};
  w.say("who am I?");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 2; }));
  w.say("/stop");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "Stopped.");
  EXPECT_EQ(w.provider.cancelled, 1U);
  EXPECT_EQ(summaries(), 0U);
  EXPECT_EQ(counts(w.ledger()), "4 accepted, 3 answered, 1 silent, 0 dead, 0 queued");
}

TEST_F(TurnOverflow, ANewConversationIsNotToldOfTheOld) {
  talk();
  w.provider.scripts = {overflows(), hangs()};
  w.say("who am I?");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 2; }));
  w.say("/new");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.provider.cancelled, 1U);
  ASSERT_EQ(w.provider.calls.size(), 3U);
  EXPECT_FALSE(has(body(2), "Ada"));
  EXPECT_TRUE(has(body(2), "who am I?"));
  EXPECT_EQ(summaries(), 0U);
}

TEST_F(TurnOverflow, DestroyedWhileItSumsUpItBeginsAnewAtTheNextStart) {
  talk();
  w.provider.scripts = {overflows(), hangs()};
  w.say("who am I?");
  ASSERT_TRUE(w.until([&] { return w.provider.calls.size() == 2; }));
  w.kill();
  EXPECT_EQ(w.provider.cancelled, 1U);
  w.start();
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, std::vector<std::string>{"ok"});
}

}  // namespace
}  // namespace openclaw::pipeline
