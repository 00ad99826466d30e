#include "openclaw/cpp/channel/reactions.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "openclaw/testing/fake_host.hpp"

namespace openclaw::sdk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Writes down what would be asked; the wait and the answers come as the message's id says.
class Reactor final : public Channel {
 public:
  Reactor(Host& h, std::string_view /*name*/, std::string_view /*config_json*/)
      : Channel(h), reactions_(h, [this](const Reaction& wish, const Reactions::Done& done) {
          return attempt(wish, done);
        }) {
    self = this;
  }
  void send(oc_op op, const oc_message& /*message*/) override { host().complete(op); }
  void react(const oc_reaction& reaction) override { reactions_.react(reaction); }
  void stop(oc_op op) override {
    reactions_.stop();
    host().complete(op);
  }
  void answer(const Reactions::Outcome& outcome = {}) {
    const auto done = open.front();
    open.erase(open.begin());
    done(outcome);
  }

  void stop_in(std::uint64_t ms) {
    host().after(ms, [this] { reactions_.stop(); });
  }

  static inline Reactor* self = nullptr;
  std::vector<std::string> asked;
  std::vector<Reactions::Done> open;
  std::uint32_t wait_ms = 0;
  std::int64_t one_every_ms = 0;

 private:
  std::uint32_t attempt(const Reaction& wish, const Reactions::Done& done) {
    asked.push_back((wish.on ? "+" : "-") + wish.emoji + wish.message);
    if (one_every_ms != 0) {
      const std::int64_t now = host().now_ms();
      wait_ms = next_ms_ > now ? static_cast<std::uint32_t>(next_ms_ - now) : 0;
      if (wait_ms == 0) next_ms_ = now + one_every_ms;
    }
    if (wait_ms == 0) open.push_back(done);
    return wait_ms;
  }
  std::int64_t next_ms_ = 0;
  Reactions reactions_;
};

class Reacting : public ::testing::Test {
 protected:
  Reacting() {
    EXPECT_EQ(host.create(PluginApi<Reactor, ChannelSlots<Reactor>>::table, "reactor", "{}"), "");
  }
  void react(bool on, const std::string& message = "1", const std::string& emoji = "e") {
    host.react("7", message, emoji, on);
  }
  Reactor& reactor() { return *Reactor::self; }

  testing::FakeHost host;
};

TEST_F(Reacting, TakingAwayNeverOvertakesPuttingThere) {
  react(true);
  react(false);
  EXPECT_THAT(reactor().asked, ElementsAre("+e1"));
  react(true, "2");
  EXPECT_THAT(reactor().asked, ElementsAre("+e1", "+e2")) << "another message does not wait";
  reactor().answer();
  EXPECT_THAT(reactor().asked, ElementsAre("+e1", "+e2", "-e1"));
}

TEST_F(Reacting, OfWhatWaitsOnlyTheLastWishCounts) {
  react(true);
  for (int i = 0; i < 10; ++i) react(i % 2 != 0);
  react(false);
  reactor().answer();
  EXPECT_THAT(reactor().asked, ElementsAre("+e1", "-e1"));
  reactor().answer();
  EXPECT_THAT(reactor().open, IsEmpty());
}

TEST_F(Reacting, OtherEmojiWaitInOrderUpToABound) {
  for (const char* emoji : {"a", "b", "c", "d", "e", "f", "g"}) react(true, "1", emoji);
  for (int i = 0; i < 5; ++i) reactor().answer();
  EXPECT_THAT(reactor().asked, ElementsAre("+a1", "+b1", "+c1", "+d1", "+e1"));
}

TEST_F(Reacting, WhatMustWaitIsLeftOutButTakingAwayIsTriedAgain) {
  reactor().wait_ms = 250;
  react(true, "2");
  EXPECT_EQ(host.timers(), 0U);
  react(false);
  EXPECT_THAT(reactor().asked, ElementsAre("+e2", "-e1"));
  EXPECT_EQ(host.timers(), 1U);
  reactor().wait_ms = 0;
  host.advance(250);
  EXPECT_THAT(reactor().asked, ElementsAre("+e2", "-e1", "-e1"));
  EXPECT_EQ(host.timers(), 0U);
}

TEST_F(Reacting, WhatWasLeftOutNeedsNoTakingAway) {
  reactor().wait_ms = 250;
  react(true);
  reactor().wait_ms = 0;
  react(false);
  EXPECT_THAT(reactor().asked, ElementsAre("+e1"));
  react(true);
  react(false);
  reactor().answer();
  EXPECT_THAT(reactor().asked, ElementsAre("+e1", "+e1", "-e1"));
}

TEST_F(Reacting, OfManyThatAreToGoThroughOneLimitNoneIsLost) {
  // As a platform's bucket: one every 250 ms, whoever comes first.
  reactor().one_every_ms = 250;
  for (int i = 0; i < 6; ++i) react(false, std::to_string(i));
  host.advance(250 * 8);
  EXPECT_EQ(reactor().open.size(), 6U);
  EXPECT_EQ(host.timers(), 0U);
}

TEST_F(Reacting, ItIsNotTriedForeverNorWaitsForLong) {
  reactor().wait_ms = 250;
  react(false);
  host.advance(10'000);
  EXPECT_EQ(reactor().asked.size(), static_cast<std::size_t>(Reactions::kMaxTries));
  EXPECT_EQ(host.timers(), 0U);
  reactor().wait_ms = Reactions::kMaxWaitMs + 1;
  react(false, "2");
  EXPECT_EQ(host.timers(), 0U);
}

TEST_F(Reacting, TakingAwayIsTriedAgainAfterALimitAndAfterTrouble) {
  react(false);
  reactor().answer({true, 5'000});
  host.advance(4'999);
  EXPECT_THAT(reactor().asked, ElementsAre("-e1"));
  host.advance(1);
  EXPECT_THAT(reactor().asked, ElementsAre("-e1", "-e1"));
  reactor().answer({true, 0});
  host.advance(2'000);
  EXPECT_THAT(reactor().asked, ElementsAre("-e1", "-e1", "-e1"));
  reactor().answer();
  host.advance(60'000);
  EXPECT_EQ(reactor().asked.size(), 3U);
  EXPECT_EQ(host.timers(), 0U);
}

TEST_F(Reacting, TroubleIsBoundedAndANewWishReplacesTheOldOne) {
  react(false);
  while (!reactor().open.empty()) {
    reactor().answer({true, 0});
    host.advance(60'000);
  }
  EXPECT_EQ(reactor().asked.size(), static_cast<std::size_t>(Reactions::kMaxFailures));
  EXPECT_EQ(host.timers(), 0U);
  react(false, "2");
  react(true, "2");
  reactor().answer({true, 0});
  EXPECT_EQ(reactor().asked.back(), "+e2");
  reactor().answer({true, 0});
  EXPECT_EQ(host.timers(), 0U) << "a reaction that is to appear is worth no wait";
}

TEST_F(Reacting, ADueTryThatIsStoppedInTheSameMomentIsNotMade) {
  reactor().wait_ms = 250;
  react(false);
  reactor().stop_in(250);
  react(false, "2");
  host.advance(250);
  EXPECT_EQ(host.timers(), 0U);
  for (const auto& line : host.logs) EXPECT_NE(line.event, "plugin.exception") << line.fields;
}

TEST_F(Reacting, NoMoreMessagesThanTheBoundAreHeld) {
  for (std::size_t i = 0; i <= Reactions::kMaxMessages; ++i) react(true, std::to_string(i + 10));
  EXPECT_EQ(reactor().asked.size(), Reactions::kMaxMessages);
  reactor().answer();
  react(true, "5");
  EXPECT_EQ(reactor().asked.size(), Reactions::kMaxMessages + 1);
}

TEST_F(Reacting, StopLetsGoOfTheTimersAndOfWhatWaits) {
  react(true);
  react(false);
  reactor().wait_ms = 250;
  react(false, "2");
  EXPECT_EQ(host.timers(), 1U);
  host.stop();
  EXPECT_EQ(host.timers(), 0U);
  const std::size_t before = reactor().asked.size();
  reactor().answer();
  react(true, "3");
  EXPECT_EQ(reactor().asked.size(), before);
}

TEST_F(Reacting, WithoutAMessageOrAnEmojiThereIsNothingToAsk) {
  react(true, "");
  react(true, "1", "");
  EXPECT_THAT(reactor().asked, IsEmpty());
}

}  // namespace
}  // namespace openclaw::sdk
