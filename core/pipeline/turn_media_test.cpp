#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/pipeline/pipeline_world.hpp"

namespace openclaw::pipeline {
namespace {

using nlohmann::json;
using Texts = std::vector<std::string>;

const std::string kPng = "\x89PNG\r\n\x1a\n...";

class TurnMediaTest : public ::testing::Test {
 protected:
  static Inbound with(std::vector<Attachment> attachments, std::string text = "what is this?") {
    Inbound m = World::message(std::move(text));
    m.attachments = std::move(attachments);
    return m;
  }
  void holds(const std::string& ref, std::string bytes) {
    w.channel.files.emplace(ref, FetchedMedia{{}, std::move(bytes)});
  }
  /// The last message of the nth request.
  json asked(std::size_t n) {
    return json::parse(w.on([&] { return w.provider.calls.at(n).body_json; }))["messages"].back();
  }
  std::size_t calls() {
    return w.on([&] { return w.provider.calls.size(); });
  }

  World w;
};

TEST_F(TurnMediaTest, TheModelSeesThePictureBesideTheText) {
  holds("f1", kPng);
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  const json content = asked(0)["content"];
  ASSERT_EQ(content.size(), 2U);
  EXPECT_EQ(content[0]["text"], "what is this?\n[image/png: cat.png]");
  EXPECT_EQ(content[1]["image_url"]["url"], "data:image/png;base64,iVBORw0KGgouLi4=");
  EXPECT_EQ(w.channel.fetched, Texts{"f1<=11"});
  EXPECT_EQ(w.channel.typing_now, 0);
}

TEST_F(TurnMediaTest, ALaterQuestionSeesItAgain) {
  holds("f1", kPng);
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  w.kill();
  w.start();
  w.say("and its colour?");
  ASSERT_TRUE(w.settled());
  const json messages = json::parse(w.provider.calls.at(1).body_json)["messages"];
  ASSERT_EQ(messages.size(), 3U);
  EXPECT_EQ(messages[0]["content"][1]["type"], "image_url");
  EXPECT_EQ(messages[2]["content"], "and its colour?");
}

TEST_F(TurnMediaTest, AnotherChannelsPictureIsNotAskedFor) {
  w.config.session.dm_scope = "main";
  holds("f1", kPng);
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  w.say("and its colour?", "u1", {}, "plain");
  ASSERT_TRUE(w.settled());
  EXPECT_TRUE(w.plain.fetched.empty());
  EXPECT_EQ(json::parse(w.provider.calls.at(1).body_json)["messages"][0]["content"],
            "what is this?\n[image/png: cat.png]");
}

TEST_F(TurnMediaTest, WhatCannotBeShownIsSaid) {
  holds("f2", "II*");
  w.channel.files.emplace("f3", Error{Errc::network, "the platform is down"});
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11},
                 {"image/tiff", "scan.tif", "f2", 3},
                 {"audio/ogg", "", "f3", 0},
                 {"image/png", "huge.png", "f4", 11U << 20U},
                 {"video/mp4", "film.mp4", "f5", 5}}));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(asked(0)["content"],
            "what is this?\n[image/png: cat.png]\n[image/tiff: scan.tif]\n[audio/ogg]\n"
            "[image/png: huge.png]\n[video/mp4: film.mp4]\n"
            "[cat.png: it is no longer there]\n"
            "[scan.tif: not a kind of picture that models read]\n"
            "[audio/ogg: it could not be read]\n"
            "[huge.png: larger than the 10 MB that a turn may hold]");
  EXPECT_EQ(w.channel.fetched, (Texts{"f1<=11", "f2<=3", "f3<=10485760"}));
}

TEST_F(TurnMediaTest, AllTogetherKeepWithinTheLimit) {
  w.config.agents[0].media_max_mb = 1;
  holds("f1", kPng + std::string(700'000, 'x'));
  holds("f2", kPng + std::string(700'000, 'x'));
  w.start();
  w.submit(with({{"image/png", "a", "f1", 0}, {"image/png", "b", "f2", 0}}));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(asked(0)["content"].size(), 2U) << "the text and one picture";
  EXPECT_NE(asked(0)["content"][0]["text"].get<std::string>().find("[b: larger than the 1 MB"),
            std::string::npos);
  EXPECT_EQ(w.channel.fetched, (Texts{"f1<=1048576", "f2<=348565"}));
}

TEST_F(TurnMediaTest, AnAgentThatReadsNoneIsToldTheNames) {
  w.config.agents[0].media_max_mb = 0;
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(asked(0)["content"], "what is this?\n[image/png: cat.png]");
  EXPECT_TRUE(w.channel.fetched.empty());
}

TEST_F(TurnMediaTest, AModelThatRefusesThemIsAskedAgainWithout) {
  holds("f1", kPng);
  w.config.agents[0].provider = "first";
  w.config.agents[0].fallbacks = {};
  w.config.agents[0].default_fallbacks = false;
  w.provider.scripts = {fails(Errc::invalid), says({"a file"})};
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(calls(), 2U);
  EXPECT_EQ(asked(1)["content"],
            "what is this?\n[image/png: cat.png]\n[the model could not read these files]");
  EXPECT_EQ(w.channel.shown, Texts{"a file"});
  EXPECT_EQ(w.turns, Texts{"answered"});
}

TEST_F(TurnMediaTest, AFallbackThatSeesThemAnswersFirst) {
  holds("f1", kPng);
  w.provider.scripts = {fails(Errc::invalid)};
  w.second.scripts = {says({"a cat"})};
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, Texts{"a cat"});
  EXPECT_NE(w.second.calls.at(0).body_json.find("base64"), std::string::npos);
}

TEST_F(TurnMediaTest, OneThatRefusesTheQuestionItselfIsAskedTwiceAndNoMore) {
  holds("f1", kPng);
  w.config.agents[0].provider = "first";
  w.config.agents[0].fallbacks = {};
  w.config.agents[0].default_fallbacks = false;
  w.provider.otherwise = [] { return fails(Errc::invalid); };
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(calls(), 2U);
  EXPECT_EQ(w.turns, Texts{"dead"});
}

TEST_F(TurnMediaTest, ARequestThatIsTooLongIsMadeWithoutThemFirst) {
  holds("f1", kPng);
  w.provider.scripts = {scripted::overflows(), says({"ok"})};
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(calls(), 2U);
  EXPECT_EQ(asked(1)["content"].get<std::string>().find("base64"), std::string::npos);
  EXPECT_EQ(w.turns, Texts{"answered"});
}

TEST_F(TurnMediaTest, StopEndsATurnThatWaitsForItsFiles) {
  w.channel.hold_fetches = true;
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.until([&] { return w.channel.held_fetches.size() == 1; }));
  EXPECT_EQ(w.on([&] { return w.channel.typing_now; }), 1);
  w.say("/stop");
  ASSERT_TRUE(w.settled());
  w.on([&] { w.channel.held_fetches[0](FetchedMedia{{}, kPng}); });
  EXPECT_EQ(w.turns, Texts{"silent"});
  EXPECT_EQ(calls(), 0U);
  EXPECT_EQ(w.channel.typing_now, 0);
}

TEST_F(TurnMediaTest, OnlyTheNewestEightAreRead) {
  std::vector<Attachment> many;
  for (int i = 0; i < 9; ++i) {
    many.push_back({"image/png", "p" + std::to_string(i), "f" + std::to_string(i), 11});
    holds("f" + std::to_string(i), kPng);
  }
  w.start();
  w.submit(with(many));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(asked(0)["content"].size(), 9U);
  EXPECT_NE(asked(0)["content"][0]["text"].get<std::string>().find("[p8: too many files at once]"),
            std::string::npos);
}

TEST_F(TurnMediaTest, ASlowFileHoldsUpNobodyElse) {
  w.config.queue.concurrency = 1;
  w.channel.hold_fetches = true;
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.until([&] { return w.channel.held_fetches.size() == 1; }));
  w.say("hello", "u2");
  ASSERT_TRUE(w.until([&] { return w.channel.shown.size() == 1; }));
  w.on([&] { w.channel.held_fetches[0](FetchedMedia{{}, kPng}); });
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.turns, (Texts{"answered", "answered"}));
  EXPECT_EQ(asked(1)["content"].size(), 2U);
}

TEST_F(TurnMediaTest, WhatAStoppedTurnHeldIsFreeForTheNext) {
  w.config.agents[0].media_max_mb = 50;
  w.channel.hold_fetches = true;
  w.start();
  for (int i = 0; i < 4; ++i) {
    w.submit(with({{"image/png", "cat.png", "f1", 0}}));
    const auto n = static_cast<std::size_t>(i) + 1;
    ASSERT_TRUE(w.until([&] { return w.channel.held_fetches.size() == n; }));
    w.say("/stop");
    ASSERT_TRUE(w.settled());
  }
  EXPECT_EQ(calls(), 0U);
}

TEST(TurnMediaPatience, WhatComesTooLateIsLeftOutAndItsBytesAreGivenBack) {
  runtime::Loop loop{"test"};
  scripted::RecordingChannel channel{loop, "chat", true};
  channel.hold_fetches = true;
  MediaBudget budget(100);
  TurnMedia::Limits limits;
  limits.bytes = 100;
  limits.patience = runtime::Millis{1};
  std::promise<std::string> said;
  auto future = said.get_future();
  std::unique_ptr<TurnMedia> media;
  const MediaOwner question{MediaOwner::Kind::question, 0};
  loop.start();
  loop.post([&] {
    media = std::make_unique<TurnMedia>(loop, channel, budget, limits);
    media->want(question, {"image/png", "cat.png", "f1", 11});
    media->bring([&] { said.set_value(media->of(question).notes.at(0)); });
  });
  EXPECT_EQ(future.get(), "cat.png: it could not be read in time");
  std::promise<std::uint64_t> in_use;
  loop.post([&] {
    channel.held_fetches.at(0)(FetchedMedia{{}, kPng});
    channel.held_fetches.clear();
    EXPECT_FALSE(media->has_parts());
    media.reset();
    in_use.set_value(budget.in_use());
  });
  EXPECT_EQ(in_use.get_future().get(), 0U);
  loop.stop();
  loop.join();
}

}  // namespace
}  // namespace openclaw::pipeline
