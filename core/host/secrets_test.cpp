#include "core/host/secrets.hpp"

#include <gtest/gtest.h>

namespace openclaw::host {

namespace {

Secrets take(std::string section) {
  return *Secrets::take(section, {"botToken", "second", "unset"}, {"API.telegram.org"},
                        {"apiRoot"});
}

bool allowed(const Secrets& secrets, std::string_view url) {
  return secrets.fill("${secret:botToken}", host_of(url)).has_value();
}

}  // namespace

TEST(Secrets, TakesTheValuesOutOfTheSection) {
  std::string section = R"({"botToken":"canary-1","unset":"","other":1})";
  const auto secrets = *Secrets::take(section, {"botToken", "unset"}, {}, {});
  EXPECT_EQ(section, R"({"botToken":"${secret:botToken}","other":1,"unset":""})");
  EXPECT_EQ(*secrets.value("botToken"), "canary-1");
  EXPECT_EQ(secrets.value("unset"), nullptr);
}

TEST(Secrets, AreFilledInForAllowedHostsOnly) {
  const auto s = take(R"({"botToken":"canary-1","apiRoot":"http://localhost:8081/x"})");
  EXPECT_EQ(*s.fill("a ${secret:botToken} b", "api.telegram.org"), "a canary-1 b");
  for (const char* url : {"https://api.telegram.org/x", "HTTPS://API.TELEGRAM.ORG:443/",
                          "https://api.telegram.org?q", "http://localhost:1/"}) {
    EXPECT_TRUE(allowed(s, url)) << url;
  }
  for (const char* url :
       {"https://api.telegram.org@evil.com/", "https://api.telegram.org:x@evil.com/",
        "https://api.telegram.org\\@evil.com/", "https://evil.com\\@api.telegram.org/",
        "https://evil.com/@api.telegram.org", "https://evil.com?@api.telegram.org",
        "https://evil.com#@api.telegram.org", "https://api.telegram.org.evil.com/",
        "https://api.telegram.org%2eevil.com/", "evil.com/?://api.telegram.org/",
        "https:/evil.com/://api.telegram.org", "https:///evil.com", "ftp://api.telegram.org/",
        "https://[::1]/", "https://api.telegram.org\t@evil.com/", "api.telegram.org", ""}) {
    EXPECT_FALSE(allowed(s, url)) << url;
  }
}

TEST(Secrets, KnowIpv6HostsWithoutTheirBrackets) {
  EXPECT_EQ(host_of("http://[::1]:8080/x"), "::1");
  EXPECT_EQ(host_of("http://[::1"), "");
  EXPECT_TRUE(
      allowed(take(R"({"botToken":"canary-1","apiRoot":"http://[::1]:80"})"), "http://[::1]/"));
}

TEST(Secrets, AKeyThatIsNotSetIsAnErrorNotAnEmptyText) {
  const auto s = take(R"({"botToken":"canary-1"})");
  EXPECT_EQ(s.fill("${secret:unset}", "api.telegram.org").error().code, Errc::auth);
  EXPECT_FALSE(s.equals("unset", ""));
  EXPECT_TRUE(s.equals("botToken", "canary-1"));
  EXPECT_FALSE(s.equals("botToken", "canary-2"));
}

TEST(Secrets, AreRedactedEvenWhenOneHoldsAnotherOrItsOwnName) {
  const auto s = take(R"({"botToken":"canary","second":"canary-and-more"})");
  EXPECT_EQ(s.redact("x canary y canary-and-more z"), "x [botToken] y [second] z");
  EXPECT_EQ(take(R"({"botToken":"botToken"})").redact("botToken"), "[botToken]");
}

TEST(Secrets, AHostWithAStarIsEveryNameBelowIt) {
  std::string section = R"({"token":"canary-1","apiRoot":"http://*.com/"})";
  const auto s = *Secrets::take(section, {"token"}, {"*.discord.gg"}, {"apiRoot"});
  for (const char* host : {"gateway.discord.gg", "a.b.discord.gg"}) {
    EXPECT_TRUE(s.fill("${secret:token}", host).has_value()) << host;
  }
  for (const char* host : {"discord.gg", ".discord.gg", "evildiscord.gg", "discord.gg.evil.com",
                           "*.discord.gg.evil", "gg", "example.com", ""}) {
    EXPECT_TRUE(s.fill("${secret:token}", host).has_error()) << host;
  }
}

TEST(Secrets, EveryProtocolOfAConnectionHasAHost) {
  EXPECT_EQ(host_of("wss://Gateway.example.com/?v=10"), "gateway.example.com");
  EXPECT_EQ(host_of("ws://127.0.0.1:8080"), "127.0.0.1");
  EXPECT_EQ(host_of("tls://irc.example.com:6697"), "irc.example.com");
  EXPECT_EQ(host_of("tcp://[::1]:6667"), "::1");
  EXPECT_EQ(host_of("ircs://irc.example.com:6697"), "");
  // The operator's own URL may have the protocol's scheme, which only the plugin knows.
  std::string section = R"({"password":"canary-1","server":"ircs://irc.example.com:6697"})";
  const auto s = *Secrets::take(section, {"password"}, {}, {"server"});
  EXPECT_TRUE(s.fill("${secret:password}", host_of("tls://irc.example.com:6697")).has_value());
}

TEST(Secrets, Base64EncodesWhatItHoldsWithSecretsFilledIn) {
  const auto s = take(R"({"botToken":"pass}word"})");
  using namespace std::string_literals;
  EXPECT_EQ(*s.fill("AUTHENTICATE ${base64:\0user\0${secret:botToken}}\r\n"s, "api.telegram.org"),
            "AUTHENTICATE AHVzZXIAcGFzc313b3Jk\r\n");
  EXPECT_EQ(*s.fill("${base64:}|${base64:a}|${base64:ab}", "evil.com"), "|YQ==|YWI=");
  EXPECT_EQ(*s.fill("${base64:open", "evil.com"), "${base64:open");
  EXPECT_EQ(*s.fill("${base64:${secret:botToken}", "evil.com"), "${base64:${secret:botToken}");
  EXPECT_EQ(s.fill("${base64:me:${secret:botToken}}", "evil.com").error().code, Errc::auth);
  EXPECT_EQ(s.fill("${base64:me:${secret:unset}}", "api.telegram.org").error().code, Errc::auth);
}

}  // namespace openclaw::host
