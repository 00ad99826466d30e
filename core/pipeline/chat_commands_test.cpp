#include <gtest/gtest.h>

#include <algorithm>

#include "core/pipeline/testing/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using Outcome = Submitted::Outcome;

TEST(ChatCommands, CommandsAreAnsweredWithoutTheModel) {
  World w;
  w.start();
  for (const char* command : {"/help", "/whoami", "/status", "/model", "/new", "/stop"}) {
    EXPECT_EQ(w.say(command)->outcome, Outcome::accepted);
    ASSERT_TRUE(w.settled());
  }
  ASSERT_EQ(w.channel.shown.size(), 6U);
  EXPECT_NE(w.channel.shown[1].find("Your id: u1"), std::string::npos);
  EXPECT_NE(w.channel.shown[2].find("Model: first/first-model"), std::string::npos);
  EXPECT_EQ(w.channel.shown[5], "Nothing is running.");
  EXPECT_TRUE(w.provider.calls.empty());
  EXPECT_EQ(counts(w.ledger()), "6 accepted, 6 answered, 0 silent, 0 dead, 0 queued");
}

TEST(ChatCommands, NewForgetsTheConversationAndModelChoosesAnother) {
  World w;
  w.start();
  w.say("my name is Ada");
  ASSERT_TRUE(w.settled());
  w.say("/new");
  ASSERT_TRUE(w.settled());
  w.say("/model big");
  ASSERT_TRUE(w.settled());
  w.say("who am I");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.provider.calls.size(), 2U);
  EXPECT_EQ(w.provider.calls[1].model, "big");
  EXPECT_EQ(w.provider.calls[1].body_json.find("Ada"), std::string::npos);
}

TEST(ChatCommands, AModelThatWasChosenIsUsedAfterARestart) {
  World w;
  w.start();
  w.say("/model big");
  w.say("/model other", "u2");
  ASSERT_TRUE(w.settled());
  w.say("/model default", "u2");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "This conversation now uses its agent's model.");
  w.kill();
  w.start();
  w.say("hello");
  w.say("hello", "u2");
  ASSERT_TRUE(w.settled());
  std::vector<std::string> models;
  for (const auto& call : w.provider.calls) models.push_back(call.model);
  std::sort(models.begin(), models.end());
  EXPECT_EQ(models, (std::vector<std::string>{"big", "first-model"}));
}

TEST(ChatCommands, AModelThatCouldNotBeStoredIsNotUsed) {
  World w;
  w.store.fault = [](const Write& write) -> std::optional<Error> {
    if (!std::holds_alternative<PutValue>(write)) return std::nullopt;
    return Error{Errc::storage, "disk full"};
  };
  w.start();
  w.say("/model big");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "The model could not be changed just now.");
  w.say("/new big");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back(), "The model could not be changed just now.");
  w.say("/model two words");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back().find("That is no model's name"), 0U);
  w.say("hello");
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(w.provider.calls.size(), 1U);
  EXPECT_EQ(w.provider.calls[0].model, "first-model");
}

TEST(ChatCommands, ABrokenListOfModelsKeepsNobodyFromTalking) {
  World w;
  w.build();
  w.on([&] { w.store.write(PutValue{"core", "models", "{"}, [](const Result<Written>&) {}); });
  w.start();
  w.say("hello");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, std::vector<std::string>{"ok"});
}

TEST(ChatCommands, UsageCountsThisConversationOnly) {
  World w;
  w.start();
  w.say("hello");
  ASSERT_TRUE(w.settled());
  w.say("a longer message", "u2");
  ASSERT_TRUE(w.settled());
  w.say("/usage");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.back().find("Messages: 1 asked, 1 answered, 7 bytes\n"), 0U)
      << w.channel.shown.back();
  EXPECT_EQ(w.provider.calls.size(), 2U);
}

TEST(ChatCommands, UsageAddsUpTheTokensOfEachConversationAlsoAfterARestart) {
  World w;
  w.provider.otherwise = [] {
    return says({"ok"}, R"({"prompt_tokens":10,"completion_tokens":3,"cost":0.1})");
  };
  w.start();
  // Turns of different conversations run at the same time.
  for (const char* text : {"one", "two"}) {
    for (const char* who : {"u1", "u2", "u3"}) w.say(text, who);
    ASSERT_TRUE(w.settled());
  }
  w.kill();
  w.start();
  w.provider.scripts = {says({"ok"}, R"({"prompt_tokens":-1,"note":"junk"})")};
  w.say("three", "u2");
  ASSERT_TRUE(w.settled());
  const auto usage_of = [&](const char* who) {
    w.say("/usage", who);
    EXPECT_TRUE(w.settled());
    const auto& said = w.channel.shown.back();
    return said.substr(said.find('\n') + 1);
  };
  EXPECT_EQ(usage_of("u1"), "Tokens: 20 read, 6 written");
  EXPECT_EQ(usage_of("u2"), "Tokens: 20 read, 6 written, known for 2 of the answers");
  w.say("/new", "u3");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(usage_of("u3"), "This conversation is empty.");
}

TEST(ChatCommands, ACommandWhoseStoreFailsIsAnsweredWhenItWorksAgain) {
  World w;
  int failures = 0;
  w.store.fault = [&](const Write& write) -> std::optional<Error> {
    if (std::holds_alternative<Ingest>(write) || ++failures > 7) return std::nullopt;
    return kDiskFull;
  };
  w.start();
  w.say("/whoami");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown.size(), 1U);
  EXPECT_EQ(counts(w.ledger()), "1 accepted, 1 answered, 0 silent, 0 dead, 0 queued");
}

}  // namespace
}  // namespace openclaw::pipeline
