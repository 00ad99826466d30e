#include "connections.hpp"

#include <gtest/gtest.h>

namespace openclaw::webchat {
namespace {

TEST(Connections, BoundsTheTotal) {
  Connections connections;
  for (std::uint64_t i = 0; i < 256; ++i) {
    EXPECT_TRUE(connections.open(i, "10.0.0." + std::to_string(i), 0));
  }
  EXPECT_FALSE(connections.open(999, "10.1.0.1", 0));
  connections.close(3);
  EXPECT_TRUE(connections.open(999, "10.1.0.1", 0));
}

TEST(Connections, BoundsOneAddress) {
  Connections connections;
  for (std::uint64_t i = 0; i < 64; ++i) EXPECT_TRUE(connections.open(i, "10.0.0.1", 0));
  EXPECT_FALSE(connections.open(999, "10.0.0.1", 0));
  EXPECT_TRUE(connections.open(999, "10.0.0.2", 0));
}

TEST(Connections, BoundsOnePerson) {
  Connections connections;
  for (std::uint64_t i = 0; i < 8; ++i) {
    connections.open(i, "a", 0);
    EXPECT_TRUE(connections.greet(i, "me", "main"));
  }
  connections.open(8, "a", 0);
  EXPECT_FALSE(connections.greet(8, "me", "other"));
  EXPECT_TRUE(connections.greet(8, "you", "main"));
}

TEST(Connections, FindsThoseWithoutAHelloAndThoseThatFellSilent) {
  Connections connections;
  connections.open(1, "a", 0);
  connections.open(2, "a", 0);
  connections.greet(2, "me", "main");
  EXPECT_EQ(connections.first_hello_deadline(), 10'000);
  EXPECT_TRUE(connections.overdue(9'999).empty());
  EXPECT_EQ(connections.overdue(10'000), (std::vector<std::uint64_t>{1}));
  connections.find(2)->last_seen = 5'000;
  EXPECT_EQ(connections.overdue(184'999), (std::vector<std::uint64_t>{1}));
  EXPECT_EQ(connections.overdue(185'000), (std::vector<std::uint64_t>{1, 2}));
}

TEST(RateLimit, AllowsABurstThenTheRate) {
  RateLimit limit(2, 3, 0);
  EXPECT_EQ(limit.take(0), 0U);
  EXPECT_EQ(limit.take(0), 0U);
  EXPECT_EQ(limit.take(0), 0U);
  EXPECT_EQ(limit.take(0), 500U);
  EXPECT_EQ(limit.take(500), 0U);
  EXPECT_NE(limit.take(500), 0U);
  EXPECT_NE(limit.take(0), 0U) << "a clock that steps back gives nothing";
}

}  // namespace
}  // namespace openclaw::webchat
