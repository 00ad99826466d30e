#include "core/http/origin.hpp"

#include <gtest/gtest.h>

namespace openclaw::http {
namespace {

TEST(OriginPolicy, KnowsTheServersOwnNames) {
  const OriginPolicy policy("Gateway.Internal", {"bot.example.com"}, {});
  for (const char* host : {"localhost", "LOCALHOST:3000", "localhost.", "127.0.0.1",
                           "127.0.0.1:3000", "[::1]", "[::1]:80", "192.168.1.5:3000",
                           "gateway.internal:1", "bot.example.com", "BOT.example.com:443"}) {
    EXPECT_TRUE(policy.host_allowed(host)) << host;
  }
  for (const char* host : {"evil.com", "localhost.evil.com", "evillocalhost", "127.0.0.1.evil.com",
                           "127.0.0.1:x", "sub.bot.example.com", "bot.example.com.evil.com", "[::1",
                           "[evil]", "[::1]x", "", ":80", "localhost:99999"}) {
    EXPECT_FALSE(policy.host_allowed(host)) << host;
  }
}

TEST(OriginPolicy, TakesOnlyTheSameOriginOrAConfiguredOne) {
  const OriginPolicy policy("", {}, {"*", "https://app.example.com"});
  const auto allowed = [&](const char* origin, const char* host, bool https = false) {
    return policy.origin_allowed(origin, host, https, {"https://chat.example.com"});
  };
  EXPECT_TRUE(allowed("http://localhost:3000", "localhost:3000"));
  EXPECT_TRUE(allowed("http://LOCALHOST:3000", "localhost:3000"));
  EXPECT_TRUE(allowed("http://a", "a:80"));
  EXPECT_TRUE(allowed("https://a", "a", true));
  EXPECT_TRUE(allowed("https://app.example.com", "localhost"));
  EXPECT_TRUE(allowed("https://chat.example.com", "localhost"));
  EXPECT_FALSE(allowed("http://localhost:3001", "localhost:3000"));
  EXPECT_FALSE(allowed("http://127.0.0.1:3000", "localhost:3000"));
  EXPECT_FALSE(allowed("https://localhost:3000", "localhost:3000"));
  EXPECT_FALSE(allowed("http://a", "a", true));
  EXPECT_FALSE(allowed("http://evil.com", "localhost"));
  EXPECT_FALSE(allowed("http://app.example.com", "localhost"));
  EXPECT_FALSE(allowed("null", "localhost"));
  EXPECT_FALSE(allowed("file://", "localhost"));
  EXPECT_FALSE(allowed("http://", "localhost"));
  EXPECT_FALSE(allowed("*", "localhost"));
  EXPECT_FALSE(allowed("http://localhost:3000/", "localhost:3000"));
}

}  // namespace
}  // namespace openclaw::http
