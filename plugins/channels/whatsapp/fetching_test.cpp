// Fetches of what people sent, from the host's side.
#include "whatsapp_fixture.hpp"

namespace openclaw::whatsapp {
namespace {

constexpr const char* kFileUrl =
    "https://lookaside.fbsbx.com/whatsapp_business/attachments/?mid=1003";

class Fetching : public WhatsAppFixture {
 protected:
  void SetUp() override { start(); }
  oc_op fetch(const std::string& id = "1003", std::uint64_t max_bytes = 100,
              std::uint64_t bytes = 0) {
    return host.fetch({"audio/ogg; codecs=opus", "", id, bytes}, max_bytes);
  }
  static std::string place(const std::string& url = kFileUrl, const std::string& sha256 = "") {
    return json{{"messaging_product", "whatsapp"},
                {"url", url},
                {"mime_type", "audio/ogg"},
                {"sha256", sha256},
                {"file_size", 3},
                {"id", "1003"}}
        .dump();
  }
};

TEST_F(Fetching, AsksWhereTheMediaIsAndThenForItWithTheToken) {
  const oc_op op = fetch();
  EXPECT_EQ(open_calls().at(0)->method, "GET");
  EXPECT_EQ(open_calls().at(0)->url, "https://graph.facebook.com/v23.0/1003");
  answer(place(kFileUrl, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  const HttpCall* call = open_calls().at(0);
  EXPECT_EQ(call->url, kFileUrl);
  EXPECT_EQ(call->header("Authorization"), "Bearer ${secret:token}");
  EXPECT_EQ(call->header("User-Agent").substr(0, 17), "OpenClaw-Gateway/");
  EXPECT_EQ(call->flags, OC_HTTP_PUBLIC_ONLY);
  EXPECT_EQ(call->max_bytes, 100U);
  answer("abc");
  ASSERT_TRUE(succeeded(op));
  EXPECT_EQ(host.completion(op)->body, "abc");
  EXPECT_EQ(host.completion(op)->json, R"({"mime":"audio/ogg"})");
}

TEST_F(Fetching, AnotherServerIsNotShownTheToken) {
  for (const char* url : {"https://evil.example/x", "http://lookaside.fbsbx.com/x"}) {
    const oc_op op = fetch();
    answer(place(url));
    EXPECT_EQ(failure(op).code, OC_E_REFUSED) << url;
    EXPECT_TRUE(open_calls().empty()) << url;
  }
}

TEST_F(Fetching, OtherBytesThanMetaDescribedMayBeAskedForAgain) {
  const oc_op op = fetch();
  answer(place(kFileUrl, std::string(64, 'a')));
  answer("abc");
  EXPECT_EQ(failure(op).code, OC_E_NET);
  EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE | OC_EF_RETRY);
}

TEST_F(Fetching, WhatIsTooLargeIsNotDownloaded) {
  EXPECT_EQ(failure(fetch("1003", 100, 101)).code, OC_E_TOOBIG);
  EXPECT_TRUE(host.http.empty());
  const oc_op op = fetch("1003", 2);
  answer(place());
  EXPECT_EQ(failure(op).code, OC_E_TOOBIG);
  EXPECT_TRUE(open_calls().empty());
}

TEST_F(Fetching, AnIdThatIsNotWhatsAppsNeverReachesAnAddress) {
  for (const char* id : {"", "../me", "1003/x", "a1"}) {
    EXPECT_EQ(failure(fetch(id)).code, OC_E_NOTFOUND) << id;
  }
  EXPECT_TRUE(host.http.empty());
}

TEST_F(Fetching, WhatMetaHasNoMoreIsGone) {
  const oc_op op = fetch();
  answer_error(400, 100, "Unsupported get request. Object does not exist");
  EXPECT_EQ(failure(op).code, OC_E_NOTFOUND);
  EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE);
}

TEST_F(Fetching, CancelEndsWhateverItWaitsFor) {
  const oc_op lookup = fetch();
  host.cancel(lookup);
  EXPECT_EQ(failure(lookup).code, OC_E_CANCELLED);
  const oc_op bytes = fetch();
  answer(place());
  host.cancel(bytes);
  EXPECT_EQ(failure(bytes).code, OC_E_CANCELLED);
  EXPECT_EQ(host.wrong_completions(), 0);
}

}  // namespace
}  // namespace openclaw::whatsapp
