#include "core/cluster/leases.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace openclaw::cluster {
namespace {

using Changes = std::vector<Leases::Change>;
using std::chrono::seconds;

const TimePoint kStart{seconds(1000)};

TEST(Leases, WhatIsWantedIsAskedForUnlessAnotherHasIt) {
  Leases leases;
  EXPECT_TRUE(leases.to_take({}).empty());
  leases.want("poll");
  leases.want("shard");
  EXPECT_EQ(leases.to_take({}), (std::vector<std::string>{"poll", "shard"}));
  EXPECT_EQ(leases.to_take({"poll"}), std::vector<std::string>{"shard"});
  leases.granted("shard", 3);
  EXPECT_TRUE(leases.to_take({"poll"}).empty());
}

TEST(Leases, AGrantIsToldOnce) {
  Leases leases;
  leases.want("poll");
  EXPECT_TRUE(leases.look(kStart, kStart + seconds(9)).empty());
  leases.granted("poll", 1);
  EXPECT_EQ(leases.look(kStart, kStart + seconds(9)), (Changes{{"poll", true}}));
  EXPECT_TRUE(leases.look(kStart + seconds(1), kStart + seconds(9)).empty());
  EXPECT_TRUE(leases.holds_any());
  leases.want("poll");
  EXPECT_EQ(leases.look(kStart, kStart + seconds(9)), (Changes{{"poll", true}})) << "another wish";
}

TEST(Leases, WhatTheStoreNoLongerPromisesIsLostUntilItPromisesAgain) {
  Leases leases;
  leases.want("poll");
  leases.granted("poll", 1);
  leases.look(kStart, kStart + seconds(9));
  EXPECT_EQ(leases.look(kStart + seconds(9), kStart + seconds(9)), (Changes{{"poll", false}}))
      << "at that moment already";
  EXPECT_TRUE(leases.to_take({}).empty()) << "the store still says that it is ours";
  EXPECT_EQ(leases.look(kStart + seconds(10), kStart + seconds(19)), (Changes{{"poll", true}}));
}

TEST(Leases, ARefusalTakesItAway) {
  Leases leases;
  leases.want("poll");
  leases.granted("poll", 1);
  leases.look(kStart, kStart + seconds(9));
  leases.refused("poll");
  EXPECT_EQ(leases.look(kStart, kStart + seconds(9)), (Changes{{"poll", false}}));
  EXPECT_EQ(leases.to_take({}), std::vector<std::string>{"poll"});
}

TEST(Leases, WhatIsForgottenIsToBeReleasedOnlyWhenItWasOurs) {
  Leases leases;
  leases.want("poll");
  leases.want("shard");
  leases.granted("shard", 2);
  EXPECT_FALSE(leases.forget("poll"));
  EXPECT_TRUE(leases.forget("shard"));
  EXPECT_FALSE(leases.forget("shard"));
  leases.granted("poll", 5);
  EXPECT_TRUE(leases.look(kStart, kStart + seconds(9)).empty()) << "granted too late";
}

}  // namespace
}  // namespace openclaw::cluster
