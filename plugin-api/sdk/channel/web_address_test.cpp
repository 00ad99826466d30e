#include "openclaw/cpp/channel/web_address.hpp"

#include <gtest/gtest.h>

namespace openclaw::sdk {
namespace {

TEST(WebAddress, SaysWhereAUrlLeads) {
  const auto plain = read_web_address("HTTPS://CDN.Example.com/a/b?c=d#e");
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->scheme, "https");
  EXPECT_EQ(plain->host, "cdn.example.com");
  EXPECT_EQ(plain->authority, "cdn.example.com");
  const auto port = read_web_address("http://127.0.0.1:8080");
  ASSERT_TRUE(port);
  EXPECT_EQ(port->host, "127.0.0.1");
  EXPECT_EQ(port->authority, "127.0.0.1:8080");
  const auto six = read_web_address("http://[::1]:80/x");
  ASSERT_TRUE(six);
  EXPECT_EQ(six->host, "[::1]");
}

TEST(WebAddress, RefusesWhatReadersCouldUnderstandDifferently) {
  for (const char* url : {"",
                          "cdn.example.com/a",
                          "ftp://a.example/",
                          "javascript://a.example/",
                          "https://",
                          "https:///a",
                          "https://good.example@evil.example/",
                          "https://good.example\\@evil.example/",
                          "https://good.example\\.evil.example/",
                          "https://a example/",
                          "https://a.example/x y",
                          "https://a.example/\n",
                          "https://a.example:/",
                          "https://a.example:8x/",
                          "https://a.example:123456/",
                          "https://[::1/",
                          "https://[]/",
                          "https://[::1]x/",
                          "https://.example.com/",
                          "https://a%2Eexample/",
                          "https://\xD0\xB0.example/",
                          "https://a.example/${secret:token}",
                          "https://${secret:token}/"}) {
    EXPECT_FALSE(read_web_address(url)) << url;
  }
  EXPECT_TRUE(read_web_address("https://a.example/" + std::string(8000, 'x')));
  EXPECT_FALSE(read_web_address("https://a.example/" + std::string(9000, 'x')));
}

TEST(WebAddress, AStarIsEveryNameBelowAndNotTheNameItself) {
  const auto at = [](const char* url) { return read_web_address(url).value_or(WebAddress{}); };
  EXPECT_TRUE(at("https://a.fbcdn.net/").is_within("*.fbcdn.net"));
  EXPECT_TRUE(at("https://a.b.fbcdn.net/").is_within("*.fbcdn.net"));
  EXPECT_FALSE(at("https://fbcdn.net/").is_within("*.fbcdn.net"));
  EXPECT_FALSE(at("https://evilfbcdn.net/").is_within("*.fbcdn.net"));
  EXPECT_FALSE(at("https://a.fbcdn.net.evil.example/").is_within("*.fbcdn.net"));
  EXPECT_TRUE(at("https://x.example/").is_within("x.example"));
  EXPECT_FALSE(at("https://y.x.example/").is_within("x.example"));
}

TEST(WebAddress, AnotherPortOrSchemeIsAnotherServer) {
  const auto at = [](const char* url) { return read_web_address(url).value_or(WebAddress{}); };
  EXPECT_TRUE(at("http://a.example:1/x").same_server(at("http://A.example:1/y")));
  EXPECT_FALSE(at("http://a.example:1/").same_server(at("http://a.example:2/")));
  EXPECT_FALSE(at("http://a.example/").same_server(at("https://a.example/")));
}

TEST(PercentEncoded, LeavesNothingThatMeansSomethingInAPath) {
  EXPECT_EQ(percent_encoded("Az09-_.~"), "Az09-_.~");
  EXPECT_EQ(percent_encoded("a/b?c#d%${}"), "a%2Fb%3Fc%23d%25%24%7B%7D");
  EXPECT_EQ(percent_encoded("\xF0\x9F\x91\x80"), "%F0%9F%91%80");
}

}  // namespace
}  // namespace openclaw::sdk
