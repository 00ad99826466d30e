#include "core/pipeline/place.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

using ::testing::ElementsAre;

TEST(Place, IsReadFromWhatTheChannelAdded) {
  const Place place = place_of(
      R"({"nonce":1,"place":{"parent":"p","guild":"g","team":"t","roles":["admin","all"]}})");
  EXPECT_EQ(place.parent_chat, "p");
  EXPECT_EQ(place.guild, "g");
  EXPECT_EQ(place.team, "t");
  EXPECT_THAT(place.roles, ElementsAre("admin", "all"));
}

TEST(Place, OfAnotherFormCountsAsAbsent) {
  for (const char* extra :
       {"", "{}", "\"place\"", "{\"place\":", R"({"place":[]})", R"({"note":"\"place\""})",
        R"({"place":{"guild":7,"team":null,"parent":["p"],"roles":"admin"}})",
        R"({"place":{"roles":[1,{}]}})"}) {
    const Place place = place_of(extra);
    EXPECT_EQ(place.guild + place.team + place.parent_chat, "") << extra;
    EXPECT_TRUE(place.roles.empty()) << extra;
  }
}

}  // namespace
}  // namespace openclaw::pipeline
