#include <gtest/gtest.h>

#include "core/http/body_rate.hpp"
#include "core/http/liveness.hpp"

namespace openclaw::http {
namespace {

using std::chrono::seconds;

const runtime::TimePoint start{seconds(1000)};

TEST(BodyRate, GivesTenSecondsOfGrace) {
  BodyRate rate;
  rate.start(start);
  EXPECT_FALSE(rate.too_slow(start + seconds(10), 1024));
  EXPECT_TRUE(rate.too_slow(start + seconds(11), 1024));
}

TEST(BodyRate, AveragesSinceTheBodyBegan) {
  BodyRate rate;
  rate.start(start);
  rate.received(20 * 1024);
  EXPECT_FALSE(rate.too_slow(start + seconds(20), 1024));
  EXPECT_TRUE(rate.too_slow(start + seconds(21), 1024));
}

TEST(Liveness, PingsASilentPeerAndGivesItUpAfterAMinute) {
  Liveness liveness(start);
  EXPECT_EQ(liveness.check(start + seconds(24)), Liveness::Verdict::alive);
  EXPECT_EQ(liveness.check(start + seconds(25)), Liveness::Verdict::ping);
  EXPECT_EQ(liveness.check(start + seconds(26)), Liveness::Verdict::alive);
  EXPECT_EQ(liveness.check(start + seconds(50)), Liveness::Verdict::ping);
  EXPECT_EQ(liveness.check(start + seconds(59)), Liveness::Verdict::alive);
  EXPECT_EQ(liveness.check(start + seconds(60)), Liveness::Verdict::dead);
}

TEST(Liveness, ASignOfLifeStartsAnew) {
  Liveness liveness(start);
  liveness.heard(start + seconds(59));
  EXPECT_EQ(liveness.check(start + seconds(83)), Liveness::Verdict::alive);
  EXPECT_EQ(liveness.check(start + seconds(84)), Liveness::Verdict::ping);
}

}  // namespace
}  // namespace openclaw::http
