#include "core/pipeline/turn/model_call.hpp"

#include <gtest/gtest.h>

#include <future>

#include "core/pipeline/testing/scripted_ports.hpp"

namespace openclaw::pipeline {
namespace {

using scripted::fails;
using scripted::hangs;
using scripted::says;
using scripted::says_nothing;

/// Asks two providers on a real loop, and writes down what it is told.
class ModelCallTest : public ::testing::Test, public ModelCall::Asker {
 protected:
  void SetUp() override { loop.start(); }
  void TearDown() override {
    on([this] { call.reset(); });
    loop.stop();
    loop.join();
  }
  void on(const std::function<void()>& task) {
    std::promise<void> done;
    loop.post([&] {
      task();
      done.set_value();
    });
    done.get_future().get();
  }
  void start(std::vector<ProviderRef> chain = {{"first", "a"}, {"second", "b"}},
             std::size_t max_answer_bytes = 1000) {
    on([&] {
      call = std::make_unique<ModelCall>(
          house, *this, ModelCall::Purpose{"test", "s", max_answer_bytes}, std::move(chain),
          runtime::SteadyClock::now() + std::chrono::minutes(1));
      call->start();
      EXPECT_FALSE(outcome) << "inside start()";
    });
  }
  /// Whatever is on its way, but for pauses, has come.
  void settle() {
    for (int i = 0; i < 50; ++i) on([] {});
  }

  std::string body(std::string_view model) override { return "for " + std::string(model); }
  bool heard(const Answer& so_far, std::string_view delta) override {
    so_far_ = so_far.text;
    deltas += "[" + std::string(delta) + "]";
    const bool shown = shows;
    if (destroy_in_heard) call.reset();
    return shown;
  }
  void ended(ModelCall::Outcome end) override {
    EXPECT_FALSE(outcome) << "twice";
    outcome = std::move(end);
    if (destroy_at_end) call.reset();
  }

  runtime::Loop loop{"test"};
  scripted::MemoryStore store{loop};
  log::Log log{static_cast<log::Level>(5), false};
  Cooldowns cooldowns;
  scripted::ScriptedProvider first{loop, "first"}, second{loop, "second"};
  std::map<std::string, ProviderPort*> providers{{"first", &first}, {"second", &second}};
  MediaBudget budget{0};
  TurnHouse house{loop,
                  store,
                  log,
                  cooldowns,
                  providers,
                  [] { return 0.0; },
                  [] { return std::int64_t{0}; },
                  runtime::Millis{5},
                  [] {},
                  budget};
  std::unique_ptr<ModelCall> call;
  std::string so_far_, deltas;
  bool shows = true, destroy_in_heard = false, destroy_at_end = false;
  std::optional<ModelCall::Outcome> outcome;
};

TEST_F(ModelCallTest, GathersTheAnswer) {
  first.scripts = {says({"Hel", "lo"})};
  start();
  settle();
  ASSERT_TRUE(outcome && outcome->answer);
  EXPECT_EQ(outcome->answer->text, "Hello");
  EXPECT_EQ(outcome->answer->model, "a");
  EXPECT_EQ(outcome->answer->finish_reason, "stop");
  EXPECT_EQ(deltas, "[Hel][lo]");
  EXPECT_EQ(first.calls.at(0).body_json, "for a");
}

TEST_F(ModelCallTest, AnotherStartsOverWhileNothingWasShown) {
  shows = false;
  first.scripts = {fails(Errc::auth, {"half of"})};
  second.scripts = {says({"whole"})};
  start();
  settle();
  ASSERT_TRUE(outcome && outcome->answer);
  EXPECT_EQ(outcome->answer->text, "whole");
  EXPECT_EQ(so_far_, "whole");
  EXPECT_EQ(outcome->answer->model, "b");
}

TEST_F(ModelCallTest, NobodyStartsOverOnceSomethingWasShown) {
  first.scripts = {fails(Errc::auth, {"half of"})};
  start();
  settle();
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->answer);
  EXPECT_EQ(outcome->error.message, "The answer was cut off; please ask again.");
  EXPECT_TRUE(second.calls.empty());
}

TEST_F(ModelCallTest, AnAnswerThatWasFilteredAwayIsFinalAndNoVerdictOnTheProvider) {
  first.scripts = {says_nothing("content_filter")};
  start({{"first", "a"}});
  settle();
  ASSERT_TRUE(outcome);
  EXPECT_FALSE(outcome->answer);
  EXPECT_EQ(outcome->error.code, Errc::permanent);
  EXPECT_FALSE(outcome->error.retryable);
  EXPECT_NE(outcome->detail.find("content_filter"), std::string::npos);
  EXPECT_EQ(first.calls.size(), 1U);
  EXPECT_TRUE(cooldowns.available({"first", "a"}, runtime::SteadyClock::now()));
}

TEST_F(ModelCallTest, AModelThatStopsWithoutAWordIsAskedOnceMore) {
  first.scripts = {says_nothing("stop"), says_nothing("stop"), says({"never asked for"})};
  start({{"first", "a"}});
  const auto until = runtime::SteadyClock::now() + std::chrono::seconds(30);
  bool over = false;
  while (!over && runtime::SteadyClock::now() < until) on([&] { over = outcome.has_value(); });
  ASSERT_TRUE(over);
  EXPECT_EQ(outcome->error.code, Errc::permanent);
  EXPECT_EQ(first.calls.size(), 2U);
  EXPECT_TRUE(cooldowns.available({"first", "a"}, runtime::SteadyClock::now()));
}

TEST_F(ModelCallTest, AnEmptyChainEndsItAfterStart) {
  start({});
  settle();
  ASSERT_TRUE(outcome);
  EXPECT_NE(outcome->detail.find("no provider"), std::string::npos);
}

TEST_F(ModelCallTest, AProviderThatIsNotThereIsPassedBy) {
  start({{"third", "c"}, {"second", "b"}});
  settle();
  ASSERT_TRUE(outcome && outcome->answer);
  EXPECT_EQ(outcome->answer->model, "b");
}

TEST_F(ModelCallTest, AnAnswerBeyondTheBoundEndsThereAndSaysSo) {
  first.scripts = {says({"12345", "6\xC3\xA4", "8"})};
  start({{"first", "a"}}, 7);
  settle();
  ASSERT_TRUE(outcome && outcome->answer);
  EXPECT_EQ(outcome->answer->text, "123456") << "no piece of a character";
  EXPECT_EQ(outcome->answer->finish_reason, "length");
  EXPECT_EQ(so_far_, "123456");
  EXPECT_EQ(first.calls.size(), 1U);
}

TEST_F(ModelCallTest, ARequestThatIsTooLongGoesToNobodyElseAndMayBeMadeShorter) {
  first.scripts = {fails(Errc::auth)};
  second.scripts = {scripted::overflows(), says({"shorter"})};
  start();
  settle();
  ASSERT_TRUE(outcome && outcome->too_long);
  EXPECT_FALSE(outcome->answer);
  outcome.reset();
  on([this] { call->ask_again(); });
  settle();
  ASSERT_TRUE(outcome && outcome->answer);
  EXPECT_EQ(outcome->answer->text, "shorter");
  EXPECT_EQ(first.calls.size(), 1U);
  EXPECT_EQ(second.calls.size(), 2U);
}

TEST_F(ModelCallTest, CancelledItEndsWithoutAWord) {
  first.scripts = {hangs({"half"})};
  start();
  settle();
  on([this] { call->cancel(); });
  settle();
  EXPECT_EQ(first.cancelled, 1U);
  EXPECT_FALSE(outcome);
}

TEST_F(ModelCallTest, CancelledInAPauseItAsksNobodyAnyMore) {
  first.scripts = {fails(Errc::network)};
  start();
  settle();
  on([this] { call.reset(); });
  EXPECT_EQ(first.calls.size(), 1U);
  EXPECT_FALSE(outcome);
}

TEST_F(ModelCallTest, CancelledWhenItGivesUpItEndsWithoutAWord) {
  on([this] {
    call = std::make_unique<ModelCall>(house, *this, ModelCall::Purpose{"test", "s", 10},
                                       std::vector<ProviderRef>{}, runtime::TimePoint::max());
    call->start();
    call->cancel();
  });
  settle();
  EXPECT_FALSE(outcome);
}

TEST_F(ModelCallTest, MayBeDestroyedWhileItIsHeard) {
  destroy_in_heard = true;
  first.scripts = {says({"one", "two"})};
  start();
  settle();
  EXPECT_EQ(deltas, "[one]");
  EXPECT_FALSE(outcome);
  EXPECT_EQ(first.cancelled, 1U);
}

TEST_F(ModelCallTest, MayBeDestroyedAtItsEnd) {
  destroy_at_end = true;
  start();
  settle();
  EXPECT_TRUE(outcome && outcome->answer);
  outcome.reset();
  start({});
  settle();
  EXPECT_TRUE(outcome && !outcome->answer);
}

}  // namespace
}  // namespace openclaw::pipeline
