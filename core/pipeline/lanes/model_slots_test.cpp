#include "core/pipeline/lanes/model_slots.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <list>
#include <random>
#include <string>

namespace openclaw::pipeline {
namespace {

using SlotPlace = ModelSlots::Place;
using Stage = ModelSlots::Stage;

TEST(ModelSlots, AtFirstNoMoreAreClaimedThanThereAreSlots) {
  ModelSlots slots(2);
  std::array<SlotPlace, 2> places;
  for (auto& place : places) {
    EXPECT_TRUE(slots.room());
    slots.claim(place, "s");
  }
  EXPECT_FALSE(slots.room());
  for (auto& place : places) EXPECT_TRUE(slots.take(place));
  EXPECT_EQ(slots.taken(), 2U);
  EXPECT_FALSE(slots.room());
  EXPECT_EQ(slots.grant(), nullptr);
  EXPECT_TRUE(slots.give_back(places[0]));
  EXPECT_FALSE(slots.give_back(places[0]));
  EXPECT_TRUE(slots.room());
  slots.give_back(places[1]);
}

TEST(ModelSlots, WhoWaitsForSomethingElseIsInNobodysWay) {
  ModelSlots slots(1);
  SlotPlace a, b, c, d;
  slots.claim(a, "a");
  EXPECT_FALSE(slots.room());
  slots.step_aside(a);
  EXPECT_TRUE(slots.room());
  slots.claim(b, "b");
  slots.step_aside(b);
  EXPECT_FALSE(slots.room()) << "as many as there are slots may stand aside";
  EXPECT_TRUE(slots.take(b));
  slots.come_back(a);
  EXPECT_FALSE(slots.take(a)) << "it stands in line as any other";
  EXPECT_TRUE(slots.give_back(b));
  EXPECT_EQ(slots.grant(), &a);
  EXPECT_EQ(a.session, "a");
  slots.claim(c, "c");
  slots.step_aside(c);
  EXPECT_TRUE(slots.give_back(c)) << "it may end there";
  slots.claim(d, "d");
  slots.step_aside(d);
  slots.come_back(d);
  EXPECT_TRUE(slots.give_back(d));
  EXPECT_TRUE(slots.give_back(a));
  EXPECT_EQ(slots.held(), 0U);
}

TEST(ModelSlots, SlowModelsLeaveNothingToBeClaimedAhead) {
  ModelSlots slots(2);
  SlotPlace a, b, c;
  slots.claim(a, "a");
  slots.claim(b, "b");
  slots.take(a);
  slots.take(b);
  slots.give_back(a);
  slots.claim(c, "c");  // nothing comes free until it is durable
  EXPECT_TRUE(slots.take(c));
  EXPECT_FALSE(slots.room());
  slots.give_back(b);
  slots.give_back(c);
  EXPECT_EQ(slots.held(), 0U);
}

TEST(ModelSlots, AsManyAreClaimedAheadAsCameFreeDuringAClaim) {
  ModelSlots slots(2);
  std::array<SlotPlace, 5> p;
  slots.claim(p[0], "0");
  slots.claim(p[1], "1");
  slots.take(p[0]);
  slots.give_back(p[0]);  // one while "1" is being claimed
  EXPECT_TRUE(slots.take(p[1]));
  for (std::size_t i = 2; i < 4; ++i) {
    EXPECT_TRUE(slots.room()) << i;
    slots.claim(p[i], "more");
  }
  EXPECT_FALSE(slots.room()) << "two slots and one ahead";
  EXPECT_TRUE(slots.take(p[2]));
  EXPECT_EQ(slots.taken(), 2U);
  EXPECT_FALSE(slots.take(p[3])) << "it stands in line";
  EXPECT_EQ(slots.grant(), nullptr);
  slots.give_back(p[1]);
  EXPECT_EQ(slots.grant(), &p[3]);
  EXPECT_EQ(p[3].stage, Stage::taken);
  EXPECT_TRUE(slots.take(p[3])) << "asked again";
  slots.give_back(p[2]);
  slots.give_back(p[3]);
  EXPECT_EQ(slots.held(), 0U);
}

TEST(ModelSlots, WhoLeavesTheLineIsNotGrantedAnything) {
  ModelSlots slots(1);
  SlotPlace a, b, c;
  slots.claim(a, "a");
  slots.claim(b, "b");
  slots.claim(c, "c");
  EXPECT_TRUE(slots.take(a));
  EXPECT_FALSE(slots.take(b));
  EXPECT_FALSE(slots.take(c));
  EXPECT_TRUE(slots.give_back(b));
  EXPECT_TRUE(slots.give_back(a));
  EXPECT_EQ(slots.grant(), &c);
  slots.give_back(c);
}

TEST(ModelSlots, NobodyPassesTheLine) {
  ModelSlots slots(1);
  SlotPlace a, b, c;
  slots.claim(a, "a");
  slots.take(a);
  slots.claim(b, "b");
  slots.claim(c, "c");
  EXPECT_FALSE(slots.take(b));
  slots.give_back(a);
  EXPECT_FALSE(slots.take(c)) << "b came first, and waits for grant()";
  EXPECT_EQ(slots.grant(), &b);
  slots.give_back(b);
  EXPECT_EQ(slots.grant(), &c);
  slots.give_back(c);
}

TEST(ModelSlots, NeverMoreThanTheLimitAreTakenNorTwiceThatHeld) {
  const unsigned seed = std::random_device{}();
  std::printf("seed %u\n", seed);
  std::mt19937 random(seed);
  constexpr std::size_t kLimit = 4;
  ModelSlots slots(kLimit);
  std::list<SlotPlace> places;
  for (int step = 0; step < 100'000; ++step) {
    if (random() % 2 == 0 && slots.room()) slots.claim(places.emplace_back(), "s");
    if (!places.empty()) {
      auto at = std::next(places.begin(), static_cast<std::ptrdiff_t>(random() % places.size()));
      if (at->stage == Stage::claiming) {
        slots.take(*at);
      } else if (at->stage == Stage::taken || random() % 8 == 0) {
        EXPECT_TRUE(slots.give_back(*at));
        places.erase(at);
      }
    }
    while (slots.grant() != nullptr) {
    }
    std::size_t taken = 0, in_line = 0;
    for (const auto& place : places) {
      taken += place.stage == Stage::taken;
      in_line += place.stage == Stage::in_line;
    }
    ASSERT_EQ(taken, slots.taken());
    ASSERT_EQ(places.size(), slots.held());
    ASSERT_LE(taken, kLimit);
    ASSERT_LE(places.size(), 2 * kLimit);
    ASSERT_TRUE(in_line == 0 || taken == kLimit) << "no slot stands empty beside a line";
  }
}

}  // namespace
}  // namespace openclaw::pipeline
