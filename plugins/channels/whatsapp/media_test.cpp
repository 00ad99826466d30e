#include "media.hpp"

#include <gtest/gtest.h>

namespace openclaw::whatsapp {
namespace {

constexpr const char* kRoot = "http://127.0.0.1:99";
constexpr const char* kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Media, IsReadAsMetaWritesIt) {
  const auto place = decode_media(
      R"({"messaging_product":"whatsapp","url":"https://lookaside.fbsbx.com/x","mime_type":"image/jpeg",)"
      R"("sha256":")" +
      std::string(kAbc) + R"(","file_size":"303833","id":"1"})");
  ASSERT_TRUE(place);
  EXPECT_EQ(place->url, "https://lookaside.fbsbx.com/x");
  EXPECT_EQ(place->mime, "image/jpeg");
  EXPECT_EQ(place->bytes, 303'833U);
  EXPECT_EQ(place->sha256, kAbc);
  const auto bare = decode_media(R"({"url":"u","sha256":"<HASH>","file_size":-1})");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->sha256, "");
  EXPECT_EQ(bare->bytes, 0U);
  for (const char* body : {"", "[]", "{}", R"({"url":3})"}) EXPECT_FALSE(decode_media(body));
}

TEST(Media, TheTokenGoesToMetasServersOnly) {
  for (const char* url : {"https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1",
                          "https://scontent.xx.fbcdn.net/v/1", "https://mmg.whatsapp.net/v/1"}) {
    const auto download = download_of({url, "", "", 0}, kRoot);
    ASSERT_TRUE(download) << url;
    EXPECT_TRUE(download->public_only) << url;
  }
  const auto own = download_of({"http://127.0.0.1:99/media/1", "", "", 0}, kRoot);
  ASSERT_TRUE(own);
  EXPECT_FALSE(own->public_only);
  for (const char* url :
       {"http://lookaside.fbsbx.com/x", "https://lookaside.fbsbx.com:444/x",
        "https://x.lookaside.fbsbx.com/x", "https://fbsbx.com/x", "https://fbcdn.net/x",
        "https://evilfbcdn.net/x", "https://a.fbcdn.net.evil.example/x",
        "https://a.fbcdn.net@evil.example/x", "https://evil.example/lookaside.fbsbx.com",
        "http://127.0.0.1:98/x", "https://127.0.0.1:99/x", "file:///etc/passwd", ""}) {
    EXPECT_FALSE(download_of({url, "", "", 0}, kRoot)) << url;
  }
}

TEST(Media, OtherBytesThanMetaDescribedAreNotGenuine) {
  EXPECT_TRUE(has_sha256("abc", kAbc));
  EXPECT_FALSE(has_sha256("abd", kAbc));
  const auto download = download_of({"https://lookaside.fbsbx.com/x", "", kAbc, 0}, kRoot);
  ASSERT_TRUE(download);
  ASSERT_TRUE(download->genuine);
  EXPECT_TRUE(download->genuine("abc"));
  EXPECT_FALSE(download->genuine(""));
}

TEST(MediaFailure, SaysWhatTheHostShallDo) {
  struct Row {
    std::uint32_t status;
    std::int64_t code;
    oc_status expected;
    std::uint32_t flags;
  };
  constexpr std::uint32_t kAgain = OC_EF_NOT_DONE | OC_EF_RETRY;
  for (const Row& row :
       {Row{401, 190, OC_E_AUTH, OC_EF_NOT_DONE}, Row{403, 10, OC_E_AUTH, OC_EF_NOT_DONE},
        Row{400, 4, OC_E_RATE, kAgain}, Row{429, 0, OC_E_RATE, kAgain},
        Row{500, 131000, OC_E_NET, kAgain}, Row{400, 100, OC_E_NOTFOUND, OC_EF_NOT_DONE},
        Row{404, 0, OC_E_NOTFOUND, OC_EF_NOT_DONE}}) {
    ApiError error;
    error.status = row.status;
    error.code = row.code;
    const sdk::Failure failure = media_failure(error, "channels.whatsapp.");
    EXPECT_EQ(failure.code, row.expected) << row.status << " " << row.code;
    EXPECT_EQ(failure.flags, row.flags) << row.status << " " << row.code;
  }
}

}  // namespace
}  // namespace openclaw::whatsapp
