#include "core/http/lockout.hpp"

#include <gtest/gtest.h>

namespace openclaw::http {
namespace {

using boost::asio::ip::make_address;
using std::chrono::seconds;

class LockoutTest : public ::testing::Test {
 protected:
  void fail(const char* ip, unsigned times) {
    for (unsigned i = 0; i < times; ++i) lockout.failed(make_address(ip), now);
  }
  unsigned locked(const char* ip) { return lockout.locked_for(make_address(ip), now); }

  Lockout lockout{100};
  Lockout::TimePoint now{seconds(1000)};
};

TEST_F(LockoutTest, LocksAtTheTenthFailureForFiveMinutes) {
  fail("192.0.2.1", 9);
  EXPECT_EQ(locked("192.0.2.1"), 0U);
  fail("192.0.2.1", 1);
  EXPECT_EQ(locked("192.0.2.1"), 300U);
  EXPECT_EQ(locked("192.0.2.2"), 0U);
  now += seconds(299);
  EXPECT_EQ(locked("192.0.2.1"), 1U);
  now += seconds(1);
  EXPECT_EQ(locked("192.0.2.1"), 0U);
}

TEST_F(LockoutTest, ForgetsFailuresAfterAMinute) {
  fail("192.0.2.1", 9);
  now += seconds(60);
  fail("192.0.2.1", 9);
  EXPECT_EQ(locked("192.0.2.1"), 0U);
}

TEST_F(LockoutTest, TakesMappedAddressesForTheirIpv4) {
  fail("::ffff:192.0.2.1", 5);
  fail("192.0.2.1", 5);
  EXPECT_EQ(locked("::ffff:192.0.2.1"), 300U);
}

TEST_F(LockoutTest, TakesAnIpv6NetworkForOneClient) {
  fail("2001:db8:0:1::1", 5);
  fail("2001:db8:0:1:ffff::2", 5);
  EXPECT_EQ(locked("2001:db8:0:1::3"), 300U);
  EXPECT_EQ(locked("2001:db8:0:2::1"), 0U);
}

TEST_F(LockoutTest, ForgetsTheOldestWhenFull) {
  fail("192.0.2.1", 10);
  fail("192.0.2.2", 10);
  for (int i = 0; i < 98; ++i) fail(("198.51.100." + std::to_string(i)).c_str(), 1);
  EXPECT_EQ(locked("192.0.2.1"), 300U);
  fail("203.0.113.1", 1);
  EXPECT_EQ(locked("192.0.2.1"), 0U);
  EXPECT_EQ(locked("192.0.2.2"), 300U);
}

}  // namespace
}  // namespace openclaw::http
