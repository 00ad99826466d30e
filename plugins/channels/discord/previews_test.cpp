// Previews of answers in the making, from the host's side.
#include "discord_fixture.hpp"

namespace openclaw::discord {
namespace {

constexpr const char* kEdit = "PATCH /channels/700/messages/55";
constexpr const char* kDelete = "DELETE /channels/700/messages/55";
constexpr const char* kMessage = R"({"id":"55"})";

class Previewing : public DiscordFixture {
 protected:
  void SetUp() override { log_in(); }
  void write(std::string_view text, std::string_view extra = {}) {
    host.partial(OC_PARTIAL_TEXT, "700", "t1", text, {}, extra);
  }
  OwnedMessage whole() {
    OwnedMessage m;
    m.chat_id = "700";
    m.turn_id = "t1";
    m.idem_key = "t1-0";
    m.text = "the whole answer";
    return m;
  }
};

TEST_F(Previewing, ALongAnswerIsShownWithoutNoiseAndGivesWayToTheMessage) {
  host.partial(OC_PARTIAL_BEGIN, "700", "t1", "");
  write("the @everyone");
  EXPECT_EQ(open_call(kPost), nullptr);
  host.advance(1'500);
  EXPECT_EQ(body_of(kPost), (json{{"content", "the @everyone"},
                                  {"allowed_mentions", {{"parse", json::array()}}},
                                  {"flags", 4096},
                                  {"nonce", "pt1"},
                                  {"enforce_nonce", true}}));
  write(" answer");
  answer(kPost, kMessage);
  EXPECT_EQ(json::parse(host.state.at("previews").bytes)[0]["id"], "55");
  host.advance(1'500);
  EXPECT_EQ(body_of(kEdit)["content"], "the @everyone answer");
  answer(kEdit, kMessage);
  host.partial(OC_PARTIAL_END, "700", "t1", "");
  const oc_op op = host.send(whole());
  EXPECT_EQ(body_of(kPost)["nonce"], "t1-0");
  answer(kPost, R"({"id":"56"})");
  EXPECT_EQ(host.completion(op)->json, R"({"message_id":"56"})");
  host.advance(1'500);
  ASSERT_NE(open_call(kDelete), nullptr);
  answer(kDelete, "", 204);
  EXPECT_EQ(host.state.at("previews").bytes, "[]");
}

TEST_F(Previewing, HasTheFormOfTheAnswer) {
  write("so **very**");
  host.advance(1'500);
  EXPECT_EQ(body_of(kPost)["content"], "so <b>very</b>") << "as the host renders it";
}

TEST_F(Previewing, AShortAnswerHasNone) {
  write("hi");
  host.partial(OC_PARTIAL_END, "700", "t1", "");
  host.send(whole());
  answer(kPost, kMessage);
  host.advance(60'000);
  EXPECT_EQ(open_call(kPost), nullptr);
  EXPECT_FALSE(host.state.contains("previews"));
}

TEST_F(Previewing, ATurnWithoutAnAnswerTakesItsPreviewAway) {
  write("the");
  host.advance(1'500);
  answer(kPost, kMessage);
  host.partial(OC_PARTIAL_END, "700", "t1", "");
  host.advance(4'000);
  EXPECT_EQ(open_call(kDelete), nullptr);
  host.advance(1'000);
  EXPECT_NE(open_call(kDelete), nullptr);
}

TEST_F(Previewing, ARefusalEndsThePreviewAlone) {
  write("the");
  host.advance(1'500);
  answer(kPost, R"({"message":"Missing Permissions","code":50013})", 403);
  write(" answer");
  host.advance(60'000);
  for (int i = 0; i < 30; ++i) write("x");
  host.advance(60'000);
  EXPECT_EQ(open_call(kPost), nullptr) << "Discord counts refusals";
  EXPECT_NE(state(), OC_STATE_FAILED);
}

TEST_F(Previewing, AnAnswerThatCannotBeReadEndsThePreview) {
  write("the");
  host.advance(1'500);
  answer(kPost, "<html>");
  for (int i = 0; i < 30; ++i) write("x");
  host.advance(60'000);
  EXPECT_EQ(open_call(kPost), nullptr);
  EXPECT_FALSE(host.state.contains("previews"));
}

TEST_F(Previewing, ACommandShowsByItselfThatItIsBeingAnswered) {
  write("the", R"({"interaction":{"application":"1000","token":"tok","unixMs":1}})");
  host.advance(10'000);
  EXPECT_EQ(open_call(kPost), nullptr);
}

class PreviewsAtStart : public DiscordFixture {};

TEST_F(PreviewsAtStart, OffShowsNone) {
  log_in(R"({"botToken":"${secret:botToken}","streaming":"off"})");
  host.partial(OC_PARTIAL_TEXT, "700", "t1", "the");
  host.advance(60'000);
  EXPECT_EQ(open_call(kPost), nullptr);
}

TEST_F(PreviewsAtStart, WhatAKillLeftIsRemovedAtTheNextStart) {
  host.state["previews"] = {
      R"([{"chat":"700","thread":"","id":"55"},{"chat":"x"},7,{"chat":"800","thread":"850","id":"56"}])",
      1};
  log_in();
  host.advance(1'500);
  answer(kDelete, R"({"message":"Unknown Message","code":10008})", 404);
  answer("DELETE /channels/850/messages/56", "", 204);
  EXPECT_EQ(host.state.at("previews").bytes, "[]");
}

TEST_F(PreviewsAtStart, OneIdInTwoChatsIsTwoMessages) {
  host.state["previews"] = {
      R"([{"chat":"700","thread":"","id":"55"},{"chat":"701","thread":"","id":"55"}])", 1};
  log_in();
  host.advance(1'500);
  EXPECT_NE(open_call(kDelete), nullptr);
  EXPECT_NE(open_call("DELETE /channels/701/messages/55"), nullptr);
}

TEST_F(PreviewsAtStart, WhatCannotBeRemovedNowStaysListed) {
  host.state["previews"] = {R"([{"chat":"700","thread":"","id":"55"}])", 1};
  log_in();
  host.advance(1'500);
  for (int i = 0; i < 3; ++i) {
    answer(kDelete, "", 500);
    host.advance(60'000);
  }
  EXPECT_EQ(open_call(kDelete), nullptr);
  EXPECT_NE(host.state.at("previews").bytes, "[]");
}

}  // namespace
}  // namespace openclaw::discord
