#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "core/pipeline/testing/pipeline_world.hpp"

#include "core/pipeline/media/sample_media.hpp"

namespace openclaw::pipeline {
namespace {

using nlohmann::json;
using Texts = std::vector<std::string>;

class TurnAttachments : public ::testing::Test {
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

TEST_F(TurnAttachments, TheModelSeesThePictureBesideTheText) {
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

TEST_F(TurnAttachments, ALaterQuestionSeesItAgain) {
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

TEST_F(TurnAttachments, AnotherChannelsPictureIsNotAskedFor) {
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

TEST_F(TurnAttachments, WhatCannotBeShownIsSaid) {
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

TEST_F(TurnAttachments, AllTogetherKeepWithinTheLimit) {
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

TEST_F(TurnAttachments, AnAgentThatReadsNoneIsToldTheNames) {
  w.config.agents[0].media_max_mb = 0;
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(asked(0)["content"], "what is this?\n[image/png: cat.png]");
  EXPECT_TRUE(w.channel.fetched.empty());
}

TEST_F(TurnAttachments, AModelThatRefusesThemIsAskedAgainWithout) {
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
            "what is this?\n[image/png: cat.png]\n[cat.png: the model could not read it]");
  EXPECT_EQ(w.channel.shown, Texts{"a file"});
  EXPECT_EQ(w.turns, Texts{"answered"});
}

TEST_F(TurnAttachments, AFallbackThatSeesThemAnswersFirst) {
  holds("f1", kPng);
  w.provider.scripts = {fails(Errc::invalid)};
  w.second.scripts = {says({"a cat"})};
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.shown, Texts{"a cat"});
  EXPECT_NE(w.second.calls.at(0).body_json.find("base64"), std::string::npos);
}

TEST_F(TurnAttachments, OneThatRefusesTheQuestionItselfIsAskedTwiceAndNoMore) {
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

TEST_F(TurnAttachments, ARequestThatIsTooLongIsMadeWithoutThemFirst) {
  holds("f1", kPng);
  w.provider.scripts = {scripted::overflows(), says({"ok"})};
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(calls(), 2U);
  EXPECT_EQ(asked(1)["content"].get<std::string>().find("base64"), std::string::npos);
  EXPECT_EQ(w.turns, Texts{"answered"});
}

TEST_F(TurnAttachments, StopEndsATurnThatWaitsForItsFiles) {
  w.channel.hold_fetches = true;
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.until([&] { return w.channel.held_fetches.size() == 1; }));
  EXPECT_EQ(w.on([&] { return w.channel.typing_now; }), 1);
  w.say("/stop");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.on([&] { return w.channel.cancelled_fetches; }), std::vector<FetchId>{1});
  EXPECT_EQ(w.turns, Texts{"silent"});
  EXPECT_EQ(calls(), 0U);
  EXPECT_EQ(w.channel.typing_now, 0);
}

TEST_F(TurnAttachments, OnlyTheNewestEightAreRead) {
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

TEST_F(TurnAttachments, ASlowFileHoldsUpNobodyElse) {
  w.config.queue.concurrency = 1;
  w.channel.hold_fetches = true;
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.until([&] { return w.channel.held_fetches.size() == 1; }));
  w.say("hello", "u2");
  ASSERT_TRUE(w.until([&] { return w.channel.shown.size() == 1; }));
  w.on([&] { w.channel.end_fetch(1, FetchedMedia{{}, kPng}); });
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.turns, (Texts{"answered", "answered"}));
  EXPECT_EQ(asked(1)["content"].size(), 2U);
}

TEST_F(TurnAttachments, WhatAStoppedTurnHeldIsFreeForTheNext) {
  w.config.agents[0].media_max_mb = 50;
  w.channel.hold_fetches = true;
  w.start();
  for (std::size_t n = 1; n <= 4; ++n) {
    w.submit(with({{"image/png", "cat.png", "f1", 0}}));
    ASSERT_TRUE(w.until([&] { return w.channel.fetched.size() == n; }));
    w.say("/stop");
    ASSERT_TRUE(w.settled());
  }
  EXPECT_EQ(calls(), 0U);
  EXPECT_EQ(w.channel.cancelled_fetches.size(), 4U);
}

TEST_F(TurnAttachments, AFetchThatOutlivesItsTurnCountsUntilItsChannelHasLetGoOfIt) {
  w.config.agents[0].media_max_mb = 50;
  w.channel.hold_fetches = true;
  w.channel.heeds_cancel = false;
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 0}}));
  ASSERT_TRUE(w.until([&] { return w.channel.fetched.size() == 1; }));
  w.say("/stop");
  ASSERT_TRUE(w.settled());
  w.submit(with({{"image/png", "cat.png", "f1", 0}}));
  ASSERT_TRUE(w.until([&] { return w.pipeline->running() == 1; }));
  for (int i = 0; i < 50; ++i) w.on([] {});  // whatever would be on its way has come
  EXPECT_EQ(w.on([&] { return w.channel.fetched.size(); }), 1U);
  w.on([&] { w.channel.end_fetch(1, FetchedMedia{{}, kPng}); });
  EXPECT_TRUE(w.until([&] { return w.channel.fetched.size() == 2; }));
}

TEST_F(TurnAttachments, WhatTheChannelIsTooBusyForIsAskedForAgain) {
  int busy = 2;
  w.channel.fetch_fault = [&]() -> std::optional<Error> {
    if (busy-- > 0) return Error{Errc::again, "too many at once", 1, true};
    return std::nullopt;
  };
  holds("f1", kPng);
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.fetched.size(), 3U);
  EXPECT_EQ(asked(0)["content"].size(), 2U);
}

TEST_F(TurnAttachments, WhatASummaryHidesIsNotReadAgain) {
  holds("old", kPng);
  holds("new", kPng);
  w.config.agents[0].history_messages = 16;
  w.start();
  w.submit(with({{"image/png", "old.png", "old", 11}}));
  ASSERT_TRUE(w.settled());
  for (const char* text : {"two", "three", "four", "five"}) {
    w.say(text);
    ASSERT_TRUE(w.settled());
  }
  w.say("/compact");
  ASSERT_TRUE(w.settled());
  w.on([&] { w.channel.fetched.clear(); });
  w.submit(with({{"image/png", "new.png", "new", 11}}));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(w.channel.fetched, Texts{"new<=11"});
}

TEST_F(TurnAttachments, ALaterQuestionHearsThatAFileIsGone) {
  holds("f1", kPng);
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}}));
  ASSERT_TRUE(w.settled());
  w.on([&] { w.channel.files.clear(); });
  w.say("and its colour?");
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(json::parse(w.provider.calls.at(1).body_json)["messages"][0]["content"],
            "what is this?\n[image/png: cat.png]\n[cat.png: it is no longer there]");
}

TEST_F(TurnAttachments, AModelThatRefusesPicturesStillReadsTheText) {
  holds("f1", kPng);
  holds("f2", "name,age");
  w.config.agents[0].provider = "first";
  w.config.agents[0].fallbacks = {};
  w.config.agents[0].default_fallbacks = false;
  w.provider.scripts = {fails(Errc::invalid), says({"a table"})};
  w.start();
  w.submit(with({{"image/png", "cat.png", "f1", 11}, {"text/csv", "t.csv", "f2", 8}}));
  ASSERT_TRUE(w.settled());
  ASSERT_EQ(calls(), 2U);
  EXPECT_EQ(asked(0)["content"].size(), 3U);
  const json content = asked(1)["content"];
  ASSERT_EQ(content.size(), 2U);
  EXPECT_EQ(content[0]["text"],
            "what is this?\n[image/png: cat.png]\n[text/csv: t.csv]\n"
            "[cat.png: the model could not read it]");
  EXPECT_EQ(content[1]["text"], "Contents of t.csv:\nname,age");
  EXPECT_EQ(w.channel.fetched.size(), 2U) << "it was not read once more";
}

TEST_F(TurnAttachments, ARefusalWhereOnlyTextWasAttachedIsNoMattersOfMedia) {
  holds("f2", "name,age");
  w.config.agents[0].provider = "first";
  w.config.agents[0].fallbacks = {};
  w.config.agents[0].default_fallbacks = false;
  w.provider.otherwise = [] { return fails(Errc::invalid); };
  w.start();
  w.submit(with({{"text/csv", "t.csv", "f2", 8}}));
  ASSERT_TRUE(w.settled());
  EXPECT_EQ(calls(), 1U);
  EXPECT_EQ(w.turns, Texts{"dead"});
}

}  // namespace
}  // namespace openclaw::pipeline
