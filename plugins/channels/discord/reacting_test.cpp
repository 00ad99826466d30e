// Reactions, from the host's side.
#include "discord_fixture.hpp"

namespace openclaw::discord {
namespace {

constexpr const char* kEyes = "\xF0\x9F\x91\x80";
constexpr const char* kPut = "PUT /channels/700/messages/55/reactions/%F0%9F%91%80/@me";
constexpr const char* kTakeAway = "DELETE /channels/700/messages/55/reactions/%F0%9F%91%80/@me";

class Reacting : public DiscordFixture {
 protected:
  void SetUp() override { log_in(); }
};

TEST_F(Reacting, PutsItThereAndTakesItAway) {
  host.react("700", "55", kEyes, true);
  ASSERT_NE(open_call(kPut), nullptr);
  EXPECT_EQ(open_call(kPut)->header("Authorization"), "Bot ${secret:botToken}");
  EXPECT_EQ(open_call(kPut)->body, "");
  host.react("700", "55", kEyes, false);
  EXPECT_EQ(open_call(kTakeAway), nullptr) << "one at a time";
  answer(kPut, "", 204);
  EXPECT_NE(open_call(kTakeAway), nullptr);
}

TEST_F(Reacting, AThreadIsTheChannel) {
  host.react("700", "55", kEyes, true, "850");
  EXPECT_NE(open_call("PUT /channels/850/messages/55/reactions/%F0%9F%91%80/@me"), nullptr);
}

TEST_F(Reacting, TheSlowBucketLeavesOutAReactionAndPutsOffTakingItAway) {
  const openclaw::testing::Headers slow = {{"x-ratelimit-bucket", "r"},
                                           {"x-ratelimit-remaining", "0"},
                                           {"x-ratelimit-reset-after", "0.25"}};
  const std::size_t timers = host.timers();
  host.react("700", "55", kEyes, true);
  answer(kPut, "", 204, slow);
  host.react("700", "56", kEyes, true);
  EXPECT_EQ(open_call("PUT /channels/700/messages/56/reactions/%F0%9F%91%80/@me"), nullptr);
  host.react("700", "55", kEyes, false);
  EXPECT_EQ(open_call(kTakeAway), nullptr);
  EXPECT_EQ(host.timers(), timers + 1);
  host.advance(250);
  EXPECT_NE(open_call(kTakeAway), nullptr);
}

TEST_F(Reacting, AFailureHurtsNobody) {
  host.react("700", "55", kEyes, true);
  answer(kPut, R"({"message":"Missing Permissions","code":50013})", 403);
  EXPECT_NE(state(), OC_STATE_FAILED);
}

TEST_F(Reacting, TakingAwayIsTriedAgainAfterALimitAndAfterTrouble) {
  host.react("700", "55", kEyes, false);
  answer(kTakeAway, R"({"message":"limited","retry_after":3.0,"global":false})", 429);
  host.advance(2'900);
  EXPECT_EQ(open_call(kTakeAway), nullptr);
  host.advance(200);
  answer(kTakeAway, "", 502);
  host.advance(2'100);
  answer(kTakeAway, "", 204);
  host.advance(60'000);
  EXPECT_EQ(open_call(kTakeAway), nullptr);
}

TEST_F(Reacting, WhatIsNoIdOfDiscordsReachesNoAddress) {
  const std::size_t before = host.http.size();
  host.react("../x", "55", kEyes, true);
  host.react("700", "../x", kEyes, true);
  host.react("700", "55", std::string(200, 'x'), true);
  EXPECT_EQ(host.http.size(), before);
}

}  // namespace
}  // namespace openclaw::discord
