// Messages that show what an address leads to, from the host's side.
#include "discord_fixture.hpp"

namespace openclaw::discord {
namespace {

constexpr const char* kMediaUrl = "https://example.org/a.png";
constexpr const char* kInvalid = R"({"message":"Invalid Form Body","code":50035})";

class SendingMedia : public DiscordFixture {
 protected:
  void SetUp() override { log_in(); }
  static OwnedMessage message(const std::string& mime = "image/png",
                              const std::string& caption = "look") {
    OwnedMessage m;
    m.chat_id = "700";
    m.text = caption;
    m.idem_key = "o-1";
    m.attachments = {{mime, "a.png", kMediaUrl, 0}};
    return m;
  }
};

TEST_F(SendingMedia, APictureIsAnEmbedAndKeepsTheNonce) {
  OwnedMessage m = message();
  m.reply_to = "55";
  const oc_op op = host.send(m);
  EXPECT_EQ(body_of(kPost),
            (json{{"content", "look"},
                  {"embeds", {{{"image", {{"url", kMediaUrl}}}}}},
                  {"nonce", "o-1"},
                  {"enforce_nonce", true},
                  {"allowed_mentions", {{"parse", json::array()}}},
                  {"message_reference", {{"message_id", "55"}, {"fail_if_not_exists", false}}}}));
  answer(kPost, kSent);
  EXPECT_TRUE(succeeded(op));
}

TEST_F(SendingMedia, WithoutACaptionThereIsThePictureAlone) {
  host.send(message("image/png", ""));
  EXPECT_FALSE(body_of(kPost).contains("content"));
}

TEST_F(SendingMedia, AnythingElseIsTheAddress) {
  host.send(message("application/pdf"));
  EXPECT_EQ(body_of(kPost)["content"], std::string("look\n") + kMediaUrl);
  EXPECT_FALSE(body_of(kPost).contains("embeds"));
}

TEST_F(SendingMedia, ARefusedPictureIsSentAsItsAddressAtOnce) {
  const oc_op op = host.send(message());
  answer(kPost, kInvalid, 400);
  EXPECT_EQ(host.completion(op), nullptr);
  EXPECT_EQ(body_of(kPost)["content"], std::string("look\n") + kMediaUrl);
  EXPECT_EQ(body_of(kPost)["nonce"], "o-1");
  EXPECT_FALSE(body_of(kPost).contains("embeds"));
  answer(kPost, kInvalid, 400);
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_REFUSED);
}

TEST_F(SendingMedia, WhereTheBotMayNotEmbedLinksTheAddressIsSent) {
  const oc_op op = host.send(message());
  answer(kPost, R"({"message":"Missing Permissions","code":50013})", 403);
  EXPECT_EQ(body_of(kPost)["content"], std::string("look\n") + kMediaUrl);
  answer(kPost, kSent);
  EXPECT_TRUE(succeeded(op));
}

TEST_F(SendingMedia, ARefusedPictureIsNotTriedAgainWhenTheTextMustWait) {
  const oc_op op = host.send(message());
  answer(kPost, kInvalid, 400,
         {{"x-ratelimit-bucket", "b"},
          {"x-ratelimit-remaining", "0"},
          {"x-ratelimit-reset-after", "1"}});
  host.run();
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_AGAIN);
  host.advance(1'000);
  host.send(message());
  EXPECT_FALSE(body_of(kPost).contains("embeds"));
}

TEST_F(SendingMedia, WhatIsWrongWithTheChannelIsNotMendedByText) {
  const oc_op op = host.send(message());
  answer(kPost, R"({"message":"Missing Access","code":50001})", 403);
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_REFUSED);
  EXPECT_EQ(open_call(kPost), nullptr);
}

TEST_F(SendingMedia, TheAnswerToACommandShowsThePictureToo) {
  constexpr const char* kGet = "GET /webhooks/77/tok-1/messages/@original";
  constexpr const char* kPatch = "PATCH /webhooks/77/tok-1/messages/@original";
  OwnedMessage m = message();
  // The fake host's wall clock, as the plugin saves it.
  const auto now = json::parse(host.state.begin()->second.bytes)["unixMs"].get<std::int64_t>();
  m.extra_json =
      json{{"interaction", {{"application", "77"}, {"token", "tok-1"}, {"unixMs", now}}}}.dump();
  const oc_op op = host.send(m);
  answer(kGet, R"({"id":"98","flags":128,"content":""})");
  EXPECT_EQ(body_of(kPatch)["content"], "look");
  EXPECT_EQ(body_of(kPatch)["embeds"], (json{{{"image", {{"url", kMediaUrl}}}}}));
  answer(kPatch, kInvalid, 400);
  EXPECT_EQ(body_of(kPatch)["content"], std::string("look\n") + kMediaUrl);
  EXPECT_FALSE(body_of(kPatch).contains("embeds"));
  answer(kPatch, R"({"id":"98"})");
  EXPECT_TRUE(succeeded(op));
}

TEST_F(SendingMedia, APictureThatAnswersACommandAlreadyIsNotSentAgain) {
  const auto now = json::parse(host.state.begin()->second.bytes)["unixMs"].get<std::int64_t>();
  const json embeds = {{{"image", {{"url", kMediaUrl}}}}};
  const std::string text = std::string("look\n") + kMediaUrl;
  for (const json& shown :
       {json{{"id", "98"}, {"flags", 0}, {"content", "look"}, {"embeds", embeds}},
        json{{"id", "98"}, {"flags", 0}, {"content", text}, {"embeds", json::array()}}}) {
    const std::string token = "tok-" + std::to_string(host.http.size());
    OwnedMessage m = message();
    m.extra_json =
        json{{"interaction", {{"application", "77"}, {"token", token}, {"unixMs", now}}}}.dump();
    const oc_op op = host.send(m);
    answer("GET /webhooks/77/" + token + "/messages/@original", shown.dump());
    EXPECT_TRUE(succeeded(op)) << "a kill came between the answer and its being recorded";
  }
}

}  // namespace
}  // namespace openclaw::discord
