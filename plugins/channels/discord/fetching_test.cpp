// Fetches of what people sent, from the host's side.
#include "attachment_address.hpp"
#include "discord_fixture.hpp"

namespace openclaw::discord {
namespace {

constexpr const char* kFileUrl = "https://cdn.discordapp.com/attachments/1/2/a.png?ex=6&is=5&hm=4&";

class Fetching : public DiscordFixture {
 protected:
  void SetUp() override { log_in(); }
  oc_op fetch(const std::string& url = kFileUrl, std::uint64_t max_bytes = 100,
              std::uint64_t bytes = 0) {
    return host.fetch({"image/png", "a.png", url, bytes}, max_bytes);
  }
};

TEST_F(Fetching, GoesToTheSignedAddressWithoutTheToken) {
  const oc_op op = fetch();
  const HttpCall* call = open_call(std::string("GET ") + kFileUrl);
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(call->header("Authorization"), "");
  EXPECT_EQ(call->header("User-Agent").substr(0, 12), "DiscordBot (");
  EXPECT_EQ(call->flags, OC_HTTP_PUBLIC_ONLY);
  EXPECT_EQ(call->max_bytes, 100U);
  host.respond(call->op, 200, "bytes");
  ASSERT_TRUE(succeeded(op));
  EXPECT_EQ(host.completion(op)->body, "bytes");
}

TEST_F(Fetching, AnExpiredAddressIsGone) {
  for (const std::uint32_t status : {403U, 404U}) {
    const oc_op op = fetch();
    host.respond(host.last_http()->op, status, "This content is no longer available.");
    ASSERT_NE(failure(op), nullptr);
    EXPECT_EQ(failure(op)->code, OC_E_NOTFOUND) << status;
    EXPECT_EQ(failure(op)->message.find("attachments"), std::string::npos);
  }
}

TEST_F(Fetching, WhatIsNotOnDiscordsServersIsNotAskedFor) {
  const std::size_t before = host.http.size();
  for (const char* url :
       {"", "a.png", "https://evil.example/a.png", "http://cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com:444/a.png", "https://cdn.discordapp.com@evil.example/a.png",
        "https://cdn.discordapp.com.evil.example/a.png", "https://x.cdn.discordapp.com/a.png",
        "https://cdn.discordapp.com/${secret:botToken}", "http://127.0.0.1/a.png"}) {
    const oc_op op = fetch(url);
    ASSERT_NE(failure(op), nullptr) << url;
    EXPECT_EQ(failure(op)->code, OC_E_REFUSED) << url;
  }
  EXPECT_EQ(host.http.size(), before);
}

TEST_F(Fetching, WhatIsTooLargeIsNotDownloaded) {
  const std::size_t before = host.http.size();
  const oc_op op = fetch(kFileUrl, 100, 101);
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_TOOBIG);
  EXPECT_EQ(host.http.size(), before);
}

TEST(DownloadOf, OnlyTheServerOfApiRootMayBeAPrivateOne) {
  const auto own = download_of("http://127.0.0.1:99/a/b.png", "http://127.0.0.1:99/api");
  ASSERT_TRUE(own);
  EXPECT_FALSE(own->public_only);
  EXPECT_FALSE(download_of("http://127.0.0.1:98/a/b.png", "http://127.0.0.1:99/api"));
  const auto cdn = download_of("https://media.discordapp.net/a.png", "http://127.0.0.1:99/api");
  ASSERT_TRUE(cdn);
  EXPECT_TRUE(cdn->public_only);
  EXPECT_TRUE(cdn->signed_address);
}

}  // namespace
}  // namespace openclaw::discord
