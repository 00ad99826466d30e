#include "core/http/client_address.hpp"

#include <gtest/gtest.h>

namespace openclaw::http {
namespace {

using boost::asio::ip::make_address;

std::string client(const TrustedProxies& proxies, const char* peer, const char* forwarded) {
  return proxies.client(make_address(peer), forwarded).to_string();
}

TEST(TrustedProxies, StrangersCannotForgeTheirAddress) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  EXPECT_EQ(client(proxies, "192.0.2.1", "127.0.0.1"), "192.0.2.1");
  EXPECT_EQ(client(TrustedProxies({}), "127.0.0.1", "1.2.3.4"), "127.0.0.1");
}

TEST(TrustedProxies, TheRightmostUntrustedAddressIsTheClient) {
  const TrustedProxies proxies({"10.0.0.0/8", "::1"});
  EXPECT_EQ(client(proxies, "10.1.2.3", "192.0.2.9"), "192.0.2.9");
  EXPECT_EQ(client(proxies, "10.1.2.3", "127.0.0.1, 192.0.2.9, 10.9.9.9"), "192.0.2.9");
  EXPECT_EQ(client(proxies, "::ffff:10.1.2.3", "192.0.2.9:4711"), "192.0.2.9");
  EXPECT_EQ(client(proxies, "::1", "[2001:db8::1]:4711"), "2001:db8::1");
  EXPECT_EQ(client(proxies, "::1", "2001:db8::1"), "2001:db8::1");
  EXPECT_EQ(client(proxies, "10.1.2.3", ""), "10.1.2.3");
  EXPECT_EQ(client(proxies, "10.1.2.3", "10.0.0.1"), "10.0.0.1");
}

TEST(TrustedProxies, AnUnreadableEntryEndsTheSearch) {
  const TrustedProxies proxies({"10.0.0.0/8"});
  EXPECT_EQ(client(proxies, "10.1.2.3", "192.0.2.9, unknown"), "10.1.2.3");
  EXPECT_EQ(client(proxies, "10.1.2.3", "192.0.2.9, , 10.0.0.2"), "10.0.0.2");
}

TEST(TrustedProxies, NetworksAreMatchedToTheBit) {
  const TrustedProxies proxies(
      {"192.0.2.128/25", "2001:db8::/33", "bad", "10.0.0.0/33", "0.0.0.0/x"});
  EXPECT_TRUE(proxies.contains(make_address("192.0.2.200")));
  EXPECT_FALSE(proxies.contains(make_address("192.0.2.127")));
  EXPECT_TRUE(proxies.contains(make_address("2001:db8:7fff::1")));
  EXPECT_FALSE(proxies.contains(make_address("2001:db8:8000::1")));
  EXPECT_FALSE(proxies.contains(make_address("10.0.0.1")));
}

}  // namespace
}  // namespace openclaw::http
