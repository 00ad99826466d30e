#include "core/pipeline/media/turn_media.hpp"

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <optional>
#include <string>

#include "core/pipeline/testing/scripted_ports.hpp"
#include "core/runtime/testing/test_loop.hpp"

#include "core/pipeline/media/sample_media.hpp"

namespace openclaw::pipeline {
namespace {

using runtime::Millis;

constexpr MediaOwner kQuestion{MediaOwner::Kind::question, 0};

class TurnMediaTest : public ::testing::Test, protected runtime::TestLoop {
 protected:
  TurnMediaTest() { loop.start(); }
  ~TurnMediaTest() override {
    on([this] { media.reset(); });
    loop.stop();
    loop.join();
  }
  TurnMediaTest(const TurnMediaTest&) = delete;
  TurnMediaTest& operator=(const TurnMediaTest&) = delete;

  /// What bring() ends with: the notes about the question's files.
  std::future<std::vector<std::string>> bring(std::vector<Attachment> attachments,
                                              Millis patience) {
    auto said = std::make_shared<std::promise<std::vector<std::string>>>();
    on([&] {
      TurnMedia::Limits limits;
      limits.bytes = 100;
      limits.patience = patience;
      media = std::make_unique<TurnMedia>(loop, channel, budget, limits);
      for (const Attachment& a : attachments) media->want(kQuestion, a);
      media->bring([this, said] { said->set_value(media->notes(kQuestion)); });
    });
    return said->get_future();
  }
  std::uint64_t in_use() {
    return on([this] { return budget.in_use(); });
  }

  scripted::RecordingChannel channel{loop, "chat", true};
  MediaBudget budget{100};
  std::unique_ptr<TurnMedia> media;
};

const Attachment kCat{"image/png", "cat.png", "f1", 11};

TEST_F(TurnMediaTest, WhatComesTooLateIsLeftOutAndCancelled) {
  channel.hold_fetches = true;
  channel.heeds_cancel = false;
  auto said = bring({kCat}, Millis{1});
  EXPECT_EQ(said.get(), std::vector<std::string>{"cat.png: it could not be read in time"});
  EXPECT_EQ(on([&] { return channel.cancelled_fetches; }), std::vector<FetchId>{1});
  EXPECT_EQ(in_use(), 11U) << "the channel may hold its bytes yet";
  on([&] { channel.end_fetch(1, FetchedMedia{{}, kPng}); });
  EXPECT_EQ(in_use(), 0U);
  EXPECT_FALSE(on([&] { return media->has_parts(); }));
}

TEST_F(TurnMediaTest, ItsEndCancelsWhatIsUnderWay) {
  channel.hold_fetches = true;
  channel.heeds_cancel = false;
  const auto said = bring({kCat}, Millis{60'000});
  while (on([&] { return channel.held_fetches.empty(); })) {
  }
  on([&] { media.reset(); });
  EXPECT_EQ(on([&] { return channel.cancelled_fetches; }), std::vector<FetchId>{1});
  EXPECT_EQ(in_use(), 11U);
  on([&] { channel.end_fetch(1, Error{Errc::cancelled, "as you wish"}); });
  EXPECT_EQ(in_use(), 0U);
}

TEST_F(TurnMediaTest, WhileItWaitsToAskAgainItHoldsNothing) {
  channel.fetch_fault = [] { return Error{Errc::rate, "slow down", 30'000, true}; };
  const auto said = bring({kCat}, Millis{60'000});
  while (on([&] { return channel.fetched.empty() || budget.in_use() != 0; })) {
  }
  EXPECT_EQ(on([&] { return channel.fetched.size(); }), 1U);
}

TEST_F(TurnMediaTest, AFailureThatWouldPassTooLateIsSaid) {
  channel.fetch_fault = [] { return Error{Errc::rate, "slow down", 60'000, true}; };
  auto said = bring({kCat}, Millis{60'000});
  EXPECT_EQ(said.get(), std::vector<std::string>{"cat.png: it could not be read"});
}

TEST_F(TurnMediaTest, TextStaysWhenTheRestIsLeftOut) {
  channel.files.emplace("f1", FetchedMedia{{}, kPng});
  channel.files.emplace("f2", FetchedMedia{{}, "name,age"});
  auto said = bring({kCat, {"text/csv", "t.csv", "f2", 8}}, Millis{60'000});
  EXPECT_TRUE(said.get().empty());
  on([&] {
    EXPECT_EQ(media->parts(kQuestion).size(), 2U);
    media->forget_parts();
    EXPECT_EQ(media->parts(kQuestion).size(), 1U);
    EXPECT_TRUE(media->has_more_than_text());
    EXPECT_EQ(budget.in_use(), 19U) << "a prompt holds them";
    media->leave_out_all_but_text();
    EXPECT_FALSE(media->has_more_than_text());
    EXPECT_EQ(media->parts(kQuestion).size(), 1U);
    EXPECT_EQ(budget.in_use(), 8U);
    media->leave_out_all();
    EXPECT_FALSE(media->has_parts());
    EXPECT_EQ(media->notes(kQuestion),
              (std::vector<std::string>{"cat.png: the model could not read it",
                                        "t.csv: left out, it made the request too long"}));
  });
  EXPECT_EQ(in_use(), 0U);
}

}  // namespace
}  // namespace openclaw::pipeline
