// Fetches of what people sent, from the host's side.
#include "telegram_fixture.hpp"

namespace openclaw::telegram {
namespace {

class Fetching : public TelegramFixture {
 protected:
  void SetUp() override { start_polling(); }
  oc_op fetch(std::uint64_t max_bytes = 1000, std::uint64_t bytes = 0,
              const std::string& ref = "AgACfile") {
    return host.fetch({"image/jpeg", "", ref, bytes}, max_bytes);
  }
  static std::string file(const std::string& path, int bytes = 5) {
    return json{{"ok", true},
                {"result",
                 {{"file_id", "AgACfile"},
                  {"file_unique_id", "u"},
                  {"file_size", bytes},
                  {"file_path", path}}}}
        .dump();
  }
};

TEST_F(Fetching, AsksWhereTheFileIsAndThenForIt) {
  const oc_op op = fetch();
  EXPECT_EQ(body_of("getFile"), (json{{"file_id", "AgACfile"}}));
  answer("getFile", file("photos/file 0.jpg"));
  HttpCall* call = open_call("file%200.jpg");
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(call->method, "GET");
  EXPECT_EQ(call->url, "https://api.telegram.org/file/bot${secret:botToken}/photos/file%200.jpg");
  EXPECT_EQ(call->max_bytes, 1000U);
  host.respond(call->op, 200, "bytes", {{"content-type", "application/octet-stream"}});
  ASSERT_TRUE(succeeded(op));
  EXPECT_EQ(host.completion(op)->body, "bytes");
  EXPECT_EQ(host.completion(op)->json, "");
}

TEST_F(Fetching, WhatIsTooLargeIsNotDownloaded) {
  EXPECT_TRUE(failed_with(fetch(1000, 1001), OC_E_TOOBIG));
  EXPECT_EQ(open_call("getFile"), nullptr);
  const oc_op said = fetch();
  answer("getFile", file("photos/a.jpg", 1001));
  EXPECT_TRUE(failed_with(said, OC_E_TOOBIG));
  EXPECT_EQ(open_call("a.jpg"), nullptr);
  const oc_op refused = fetch();
  answer_error("getFile", 400, "Bad Request: file is too big");
  EXPECT_TRUE(failed_with(refused, OC_E_TOOBIG));
}

TEST_F(Fetching, APathThatLeadsElsewhereIsNotFollowed) {
  for (const char* path : {"../x", "https://evil.example/x", "/var/lib/telegram-bot-api/a.jpg"}) {
    const oc_op op = fetch();
    const std::size_t before = host.http.size();
    answer("getFile", file(path));
    EXPECT_TRUE(failed_with(op, OC_E_REFUSED)) << path;
    EXPECT_EQ(host.http.size(), before);
  }
}

TEST_F(Fetching, AnIdThatIsNoneOfTelegramsIsRefusedWithoutARequest) {
  EXPECT_TRUE(failed_with(fetch(1000, 0, ""), OC_E_NOTFOUND));
  EXPECT_TRUE(failed_with(fetch(1000, 0, std::string(2000, 'x')), OC_E_NOTFOUND));
  EXPECT_EQ(open_call("getFile"), nullptr);
}

TEST_F(Fetching, AnUnreadableAnswerMayBeAskedForAgain) {
  const oc_op op = fetch();
  answer("getFile", "{}");
  ASSERT_TRUE(failed_with(op, OC_E_NET));
  EXPECT_EQ(host.completion(op)->failure->flags, OC_EF_NOT_DONE | OC_EF_RETRY);
}

TEST_F(Fetching, CancelEndsWhateverItWaitsFor) {
  const oc_op lookup = fetch();
  host.cancel(lookup);
  EXPECT_TRUE(failed_with(lookup, OC_E_CANCELLED));
  const oc_op bytes = fetch();
  answer("getFile", file("photos/a.jpg"));
  host.cancel(bytes);
  EXPECT_TRUE(failed_with(bytes, OC_E_CANCELLED));
  EXPECT_EQ(host.wrong_completions(), 0);
}

TEST_F(Fetching, NeitherTheTokenNorThePathIsInAFailure) {
  const oc_op op = fetch();
  answer("getFile", file("photos/a.jpg"));
  host.respond(open_call("a.jpg")->op, 404, "Not Found");
  ASSERT_TRUE(failed_with(op, OC_E_NOTFOUND));
  EXPECT_EQ(host.completion(op)->failure->message.find("photos"), std::string::npos);
}

}  // namespace
}  // namespace openclaw::telegram
