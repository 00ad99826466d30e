// Sends and typing, from the host's side.
#include "discord_fixture.hpp"

namespace openclaw::discord {
namespace {

class Sending : public DiscordFixture {
 protected:
  void SetUp() override { log_in(); }
  static OwnedMessage message(const std::string& text = "hi") {
    OwnedMessage m;
    m.chat_id = "700";
    m.text = text;
    m.idem_key = "o-1";
    return m;
  }
};

TEST_F(Sending, CarriesTheNonceAndPingsNobody) {
  OwnedMessage m = message("@everyone");
  m.reply_to = "55";
  const oc_op op = host.send(m);
  EXPECT_EQ(body_of(kPost),
            (json{{"content", "@everyone"},
                  {"nonce", "o-1"},
                  {"enforce_nonce", true},
                  {"allowed_mentions", {{"parse", json::array()}}},
                  {"message_reference", {{"message_id", "55"}, {"fail_if_not_exists", false}}}}));
  answer(kPost, kSent);
  ASSERT_TRUE(succeeded(op));
  EXPECT_EQ(host.completion(op)->json, R"({"message_id":"99"})");
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_SENT);
}

TEST_F(Sending, AThreadIsTheChannelToSendTo) {
  OwnedMessage m = message();
  m.chat_id = "800";
  m.thread_id = "850";
  host.send(m);
  EXPECT_NE(open_call("POST /channels/850/messages"), nullptr);
  host.typing("800", true, "850");
  EXPECT_NE(open_call("POST /channels/850/typing"), nullptr);
}

TEST_F(Sending, ErrorsSayWhatToDo) {
  struct Row {
    std::uint32_t status;
    const char* body;
    oc_status code;
    std::uint32_t flags;
    const char* words;
  };
  for (const Row& row : {
           Row{403, R"({"message":"Missing Permissions","code":50013})", OC_E_REFUSED,
               OC_EF_NOT_DONE, "Send Messages"},
           Row{403, R"({"message":"Missing Access","code":50001})", OC_E_REFUSED, OC_EF_NOT_DONE,
               "View Channel"},
           Row{403, R"({"message":"Cannot send","code":50007})", OC_E_REFUSED, OC_EF_NOT_DONE,
               "direct messages"},
           Row{404, R"({"message":"Unknown Channel","code":10003})", OC_E_REFUSED, OC_EF_NOT_DONE,
               "the channel is gone"},
           Row{500, "oops", OC_E_NET, OC_EF_MAYBE_DONE | OC_EF_RETRY, "may have been"},
           Row{429, R"({"message":"slow","retry_after":0.05,"global":false})", OC_E_RATE,
               OC_EF_NOT_DONE | OC_EF_RETRY, "limits"},
           Row{200, "{}", OC_E_NET, OC_EF_MAYBE_DONE | OC_EF_RETRY, "cannot be read"},
       }) {
    const oc_op op = host.send(message());
    answer(kPost, row.body, row.status);
    ASSERT_NE(failure(op), nullptr) << row.words;
    EXPECT_EQ(failure(op)->code, row.code) << row.words;
    EXPECT_EQ(failure(op)->flags, row.flags) << row.words;
    EXPECT_THAT(failure(op)->message, HasSubstr(row.words));
    host.advance(1'000);
  }
}

TEST_F(Sending, ARefusedTokenFailsTheChannel) {
  const oc_op op = host.send(message());
  answer(kPost, R"({"message":"401: Unauthorized","code":0})", 401);
  EXPECT_EQ(failure(op)->code, OC_E_AUTH);
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_THAT(reason(), HasSubstr("channels.discord.botToken"));
}

TEST_F(Sending, APermissionThatIsWithdrawnDegradesTheChannelUntilItIsBack) {
  host.send(message());
  answer(kPost, R"({"message":"Missing Permissions","code":50013})", 403);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_THAT(reason(), HasSubstr("Send Messages"));

  OwnedMessage elsewhere = message();
  elsewhere.chat_id = "701";
  host.send(elsewhere);
  answer("POST /channels/701/messages", kSent);
  EXPECT_EQ(state(), OC_STATE_DEGRADED) << "another channel proves nothing";

  host.send(message());
  answer(kPost, kSent);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Sending, APermissionThatNobodyTriesAgainIsForgotten) {
  host.send(message());
  answer(kPost, R"({"message":"Missing Access","code":50001})", 403);
  ASSERT_EQ(state(), OC_STATE_DEGRADED);
  for (int halves = 0; halves < 30; ++halves) {
    ASSERT_EQ(state(), OC_STATE_DEGRADED);
    host.advance(30'000);
    say({{"op", 11}});
  }
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Sending, APersonWhoTakesNoMessagesIsNoTroubleOfTheChannel) {
  host.send(message());
  answer(kPost, R"({"message":"Cannot send messages to this user","code":50007})", 403);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Sending, WhatTheLimitDoesNotLetGoIsHandedBackWithoutARequest) {
  host.send(message());
  answer(kPost, kSent, 200,
         {{"x-ratelimit-bucket", "b"},
          {"x-ratelimit-remaining", "0"},
          {"x-ratelimit-reset-after", "4.5"}});
  const oc_op op = host.send(message());
  host.run();
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_AGAIN);
  EXPECT_EQ(failure(op)->flags, OC_EF_NOT_DONE | OC_EF_RETRY);
  EXPECT_EQ(failure(op)->retry_after_ms, 4'500U);
  host.advance(4'500);
  host.send(message());
  EXPECT_NE(open_call(kPost), nullptr);
}

TEST_F(Sending, TypingThatDiscordLimitsIsLeftOut) {
  host.typing("700", true);
  host.typing("700", true);
  EXPECT_EQ(open_calls("POST /channels/700/typing").size(), 1U);
  host.typing("700", false);
  EXPECT_EQ(open_calls("POST /channels/700/typing").size(), 1U);
}

TEST_F(Sending, TypingThatIsLeftOutDelaysNoMessage) {
  // One channel's typing each: the bot's limit, not a route's, leaves most of them out.
  for (int i = 0; i < 60; ++i) host.typing(std::to_string(1'000 + i), true);
  const oc_op op = host.send(message());
  EXPECT_EQ(host.completion(op), nullptr) << "it was handed back";
  EXPECT_NE(open_call(kPost), nullptr);
}

TEST_F(Sending, ANewLoginProvesTheToken) {
  host.send(message());
  answer(kPost, R"({"message":"401: Unauthorized","code":0})", 401);
  ASSERT_EQ(state(), OC_STATE_FAILED);
  host.advance(1'000);
  say({{"op", 11}});
  EXPECT_EQ(state(), OC_STATE_FAILED) << "that the old connection stands proves nothing";
  host.connection_closed(connection().op, 1006);
  host.advance(6'000);
  open();
  event("RESUMED", json::object());
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

class AnsweringCommands : public Sending {
 protected:
  static constexpr const char* kGet = "GET /webhooks/77/tok-1/messages/@original";
  static constexpr const char* kPatch = "PATCH /webhooks/77/tok-1/messages/@original";
  OwnedMessage reply(const std::string& text, const std::string& key) {
    OwnedMessage m = message(text);
    m.idem_key = key;
    m.extra_json =
        json{{"interaction", {{"application", "77"}, {"token", "tok-1"}, {"unixMs", now_}}}}.dump();
    return m;
  }
  std::int64_t now_ = 0;
  void SetUp() override {
    Sending::SetUp();
    OwnedMessage probe;
    // The fake host's wall clock, as the plugin saves it.
    now_ = json::parse(host.state.begin()->second.bytes)["unixMs"].get<std::int64_t>();
  }
};

TEST_F(AnsweringCommands, TheFirstPartTakesThePlaceOfThinkingTheOthersFollow) {
  const oc_op first = host.send(reply("one", "o-1"));
  EXPECT_EQ(open_call(kGet)->header("Authorization"), "") << "the bot's token is not needed";
  answer(kGet, R"({"id":"98","flags":128,"content":""})");
  EXPECT_EQ(body_of(kPatch)["content"], "one");
  answer(kPatch, R"({"id":"98"})");
  EXPECT_TRUE(succeeded(first));
  const oc_op second = host.send(reply("two", "o-2"));
  EXPECT_EQ(body_of(kPost)["content"], "two");
  answer(kPost, kSent);
  EXPECT_TRUE(succeeded(second));
}

TEST_F(AnsweringCommands, AfterARestartNothingIsOverwrittenOrSaidTwice) {
  const oc_op same = host.send(reply("one", "o-1"));
  answer(kGet, R"({"id":"98","flags":0,"content":"one"})");
  EXPECT_TRUE(succeeded(same));
  host.send(reply("two", "o-2"));
  EXPECT_EQ(body_of(kPost)["content"], "two");
}

TEST_F(AnsweringCommands, WhenItsTimeIsOverItIsAnOrdinaryMessage) {
  host.send(reply("one", "o-1"));
  answer(kGet, R"({"message":"Unknown Webhook","code":10015})", 404);
  EXPECT_EQ(body_of(kPost)["content"], "one");
  host.advance(15 * 60 * 1000);
  OwnedMessage late = reply("late", "o-3");
  late.chat_id = "701";
  host.send(late);
  EXPECT_NE(open_call("POST /channels/701/messages"), nullptr);
}

TEST_F(AnsweringCommands, WhatAnswersACommandShowsNoPermission) {
  host.send(message());
  answer(kPost, R"({"message":"Missing Permissions","code":50013})", 403);
  ASSERT_EQ(state(), OC_STATE_DEGRADED);
  host.advance(1'000);
  host.send(reply("one", "o-2"));
  answer(kGet, R"({"id":"98","flags":128,"content":""})");
  answer(kPatch, R"({"id":"98"})");
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
}

TEST_F(AnsweringCommands, ARefusalForGoodIsNotTriedAgain) {
  const oc_op op = host.send(reply("one", "o-1"));
  answer(kGet, R"({"message":"Invalid Form Body","code":50035})", 400);
  ASSERT_NE(failure(op), nullptr);
  EXPECT_EQ(failure(op)->code, OC_E_REFUSED);
  EXPECT_EQ(failure(op)->flags, OC_EF_NOT_DONE);
}

TEST_F(AnsweringCommands, AnEditThatMayHaveWorkedIsRepeatedAsTheSameEdit) {
  host.send(reply("one", "o-1"));
  answer(kGet, R"({"id":"98","flags":128})");
  host.fail(open_call(kPatch)->op, {OC_E_NET, "cut", OC_EF_MAYBE_DONE});
  host.send(reply("one", "o-1"));
  EXPECT_NE(open_call(kPatch), nullptr);
}

}  // namespace
}  // namespace openclaw::discord
