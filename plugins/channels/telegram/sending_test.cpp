// Sends and typing, from the host's side.
#include "telegram_fixture.hpp"

namespace openclaw::telegram {
namespace {

class Sending : public TelegramFixture {
 protected:
  std::size_t timers_ = 0;
  void SetUp() override {
    start_polling();
    timers_ = host.timers();
  }
  static OwnedMessage message(const std::string& chat = "7", const std::string& text = "hi") {
    OwnedMessage m;
    m.chat_id = chat;
    m.text = text;
    return m;
  }
  [[nodiscard]] const openclaw::testing::Failure& failure(oc_op op) const {
    return *host.completion(op)->failure;
  }
  /// In how many milliseconds the host is to bring it again; 0: it was not handed back.
  [[nodiscard]] std::uint32_t back_in(oc_op op) const {
    if (!failed_with(op, OC_E_AGAIN)) return 0;
    EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE | OC_EF_RETRY);
    return failure(op).retry_after_ms;
  }
};

TEST_F(Sending, CompletesWithTelegramsMessageId) {
  const oc_op op = host.send(message());
  EXPECT_EQ(host.completion(op), nullptr);
  EXPECT_EQ(body_of("sendMessage"), (json{{"chat_id", 7}, {"text", "hi"}}));
  answer("sendMessage", kSent);
  ASSERT_TRUE(succeeded(op));
  EXPECT_EQ(host.completion(op)->json, R"({"message_id":"99"})");
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_SENT);
}

TEST_F(Sending, AnswersTheMessageInItsTopicButLeavesTheGeneralTopicOut) {
  OwnedMessage m = message("-1005");
  m.thread_id = "12";
  m.reply_to = "34";
  host.send(m);
  EXPECT_EQ(
      body_of("sendMessage"),
      (json{{"chat_id", -1005},
            {"text", "hi"},
            {"message_thread_id", 12},
            {"reply_parameters", {{"message_id", 34}, {"allow_sending_without_reply", true}}}}));
  answer("sendMessage", kSent);
  m.thread_id = "1";
  host.send(m);
  EXPECT_FALSE(body_of("sendMessage").contains("message_thread_id"));
  host.typing("-1005", true, "1");
  EXPECT_EQ(body_of("sendChatAction")["message_thread_id"], 1);
}

TEST_F(Sending, MarkupGoesOutAsHtml) {
  OwnedMessage m = message("7", "<b>hi</b>");
  m.plain = "hi";
  host.send(m);
  EXPECT_EQ(body_of("sendMessage"),
            (json{{"chat_id", 7}, {"text", "<b>hi</b>"}, {"parse_mode", "HTML"}}));
}

TEST_F(Sending, RefusedMarkupIsSentAsPlainTextAtOnce) {
  OwnedMessage m = message("7", "<b>hi</b>");
  m.plain = "hi";
  const oc_op op = host.send(m);
  answer_error("sendMessage", 400,
               "Bad Request: can't parse entities: Unsupported start tag \"x\" at byte offset 0");
  EXPECT_EQ(host.completion(op), nullptr);
  EXPECT_EQ(body_of("sendMessage"), (json{{"chat_id", 7}, {"text", "hi"}}));
  answer("sendMessage", kSent);
  EXPECT_TRUE(succeeded(op));
}

TEST_F(Sending, WhatIsRefusedAsPlainTextTooIsRefused) {
  OwnedMessage m = message("7", "<b>hi</b>");
  m.plain = "hi";
  const oc_op op = host.send(m);
  const char* refusal = "Bad Request: can't parse entities: nonsense";
  answer_error("sendMessage", 400, refusal);
  answer_error("sendMessage", 400, refusal);
  EXPECT_TRUE(failed_with(op, OC_E_REFUSED));
}

TEST_F(Sending, ABlockedBotIsRefusedForGood) {
  const oc_op op = host.send(message());
  answer_error("sendMessage", 403, "Forbidden: bot was blocked by the user");
  ASSERT_TRUE(failed_with(op, OC_E_REFUSED));
  EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE);
}

TEST_F(Sending, AnUnknownChatIsRefusedForGood) {
  const oc_op op = host.send(message());
  answer_error("sendMessage", 400, "Bad Request: chat not found");
  EXPECT_TRUE(failed_with(op, OC_E_REFUSED));
}

TEST_F(Sending, AChatIdThatIsNotTelegramsIsRefusedWithoutARequest) {
  const oc_op op = host.send(message("nobody"));
  EXPECT_TRUE(failed_with(op, OC_E_REFUSED));
  EXPECT_EQ(open_call("sendMessage"), nullptr);
}

TEST_F(Sending, ALimitOfTelegramsHoldsThatChatAndLeavesOthersAlone) {
  const oc_op first = host.send(message("7", "1"));
  answer_error("sendMessage", 429, "Too Many Requests: retry after 5", {{"retry_after", 5}});
  ASSERT_TRUE(failed_with(first, OC_E_RATE));
  EXPECT_EQ(failure(first).flags, OC_EF_NOT_DONE | OC_EF_RETRY);
  EXPECT_EQ(failure(first).retry_after_ms, 5'000U);
  EXPECT_EQ(open_call("sendMessage"), nullptr);
  host.advance(1'000);
  EXPECT_EQ(back_in(host.send(message("7", "3"))), 4'000U);
  host.send(message("8"));
  EXPECT_EQ(body_of("sendMessage")["chat_id"], 8);
  answer("sendMessage", kSent);
  host.advance(4'000);
  host.send(message("7", "4"));
  EXPECT_EQ(body_of("sendMessage")["text"], "4");
}

TEST_F(Sending, AMigratedGroupIsFollowedAtOnceAndRemembered) {
  OwnedMessage m = message("-5");
  const oc_op op = host.send(m);
  answer_error("sendMessage", 400, "Bad Request: group chat was upgraded to a supergroup chat",
               {{"migrate_to_chat_id", -1009}});
  EXPECT_EQ(body_of("sendMessage")["chat_id"], -1009);
  answer("sendMessage", kSent);
  EXPECT_TRUE(succeeded(op));
  host.send(m);
  EXPECT_EQ(body_of("sendMessage")["chat_id"], -1009);
  EXPECT_EQ(host.state["migrated"].bytes, R"({"-5":"-1009"})");
}

TEST_F(Sending, AStorageThatCannotBeReadCostsNoMigration) {
  FakeHost other;
  other.state["migrated"] = {R"({"-7":"-1007"})", 1};
  other.state_failure = openclaw::testing::Failure{OC_E_IO, "disk", OC_EF_NOT_DONE};
  ASSERT_EQ(
      other.create(*oc_plugin_entry_1(0)->api, "telegram", R"({"botToken":"${secret:botToken}"})"),
      "");
  other.start();
  other.run();
  other.send(message("-5"));
  const auto send = [&]() -> HttpCall& {
    for (HttpCall& call : other.http) {
      if (other.http_open(call.op) && method_of(call) == "sendMessage") return call;
    }
    throw std::runtime_error("nothing is sent");
  };
  other.respond(send().op, 400,
                R"({"ok":false,"error_code":400,"description":"upgraded",)"
                R"("parameters":{"migrate_to_chat_id":-1009}})");
  other.respond(send().op, 200, kSent);
  other.state_failure.reset();
  other.advance(10'000);
  EXPECT_EQ(json::parse(other.state["migrated"].bytes), (json{{"-5", "-1009"}, {"-7", "-1007"}}));
}

TEST_F(Sending, AnAnswerInAMigratedGroupQuotesNothingOfTheOldOne) {
  OwnedMessage m = message("-5");
  m.reply_to = "34";
  host.send(m);
  answer_error("sendMessage", 400, "upgraded", {{"migrate_to_chat_id", -1009}});
  EXPECT_FALSE(body_of("sendMessage").contains("reply_parameters"));
  answer("sendMessage", kSent);
  host.send(m);
  EXPECT_FALSE(body_of("sendMessage").contains("reply_parameters"));
}

TEST_F(Sending, AMigrationThatLeadsInCirclesEnds) {
  const oc_op op = host.send(message("-5"));
  const json circle = {{"migrate_to_chat_id", -5}};
  answer_error("sendMessage", 400, "upgraded", circle);
  answer_error("sendMessage", 400, "upgraded", circle);
  EXPECT_TRUE(failed_with(op, OC_E_REFUSED));
}

TEST_F(Sending, ARefusedTokenFailsTheChannel) {
  const oc_op op = host.send(message());
  answer_error("sendMessage", 401, "Unauthorized");
  ASSERT_TRUE(failed_with(op, OC_E_AUTH));
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_NE(reason().find("channels.telegram.botToken"), std::string::npos);
}

TEST_F(Sending, AGroupThatShutsTheBotOutDegradesTheChannelUntilItLetsItIn) {
  answer("getUpdates", kNoUpdates);
  ASSERT_EQ(state(), OC_STATE_CONNECTED);
  for (const char* words : {"Forbidden: bot was kicked from the supergroup chat",
                            "Bad Request: not enough rights to send text messages to the chat",
                            "Bad Request: have no rights to send a message"}) {
    const oc_op op = host.send(message("-1005"));
    answer_error("sendMessage", words[0] == 'F' ? 403 : 400, words);
    ASSERT_TRUE(failed_with(op, OC_E_REFUSED)) << words;
    EXPECT_NE(failure(op).message.find("in the group's settings"), std::string::npos);
    EXPECT_EQ(state(), OC_STATE_DEGRADED) << words;
    EXPECT_EQ(reason().find("-1005"), std::string::npos) << "everyone may read it";
    host.advance(5'000);
    host.send(message("-1005"));
    answer("sendMessage", kSent);
    EXPECT_EQ(state(), OC_STATE_CONNECTED) << words;
    host.advance(5'000);
  }
}

TEST_F(Sending, AClosedTopicIsThatTopicsTrouble) {
  answer("getUpdates", kNoUpdates);
  OwnedMessage in_topic = message("-1005");
  in_topic.thread_id = "7";
  host.send(in_topic);
  answer_error("sendMessage", 400, "Bad Request: TOPIC_CLOSED");
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_NE(reason().find("reopen the topic"), std::string::npos) << reason();
  host.advance(5'000);
  in_topic.thread_id = "8";
  host.send(in_topic);
  answer("sendMessage", kSent);
  EXPECT_EQ(state(), OC_STATE_DEGRADED) << "another topic proves nothing";
  host.advance(5'000);
  in_topic.thread_id = "7";
  host.send(in_topic);
  answer("sendMessage", kSent);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Sending, ACompletedPollProvesTheToken) {
  host.send(message());
  answer_error("sendMessage", 401, "Unauthorized");
  ASSERT_EQ(state(), OC_STATE_FAILED);
  answer("getUpdates", kNoUpdates);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Sending, APersonWhoBlockedTheBotIsNoTroubleOfTheChannel) {
  answer("getUpdates", kNoUpdates);
  host.send(message());
  answer_error("sendMessage", 403, "Forbidden: bot was blocked by the user");
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Sending, AProxysNotFoundIsNoVerdictOnTheToken) {
  const std::uint32_t before = state();
  const oc_op op = host.send(message());
  answer_error("sendMessage", 404, "Not Found");
  ASSERT_TRUE(failed_with(op, OC_E_AUTH));
  EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE | OC_EF_RETRY);
  EXPECT_NE(failure(op).message.find("channels.telegram.apiRoot"), std::string::npos);
  EXPECT_EQ(state(), before) << "polling goes on, and so must the answers";
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_SEND_LOST);
}

TEST_F(Sending, ARefusedConnectionMayBeTriedAgain) {
  const oc_op op = host.send(message());
  drop("sendMessage", {OC_E_NET, "connection refused", OC_EF_NOT_DONE});
  EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE | OC_EF_RETRY);
}

TEST_F(Sending, ACutAfterTheRequestIsUnknown) {
  const oc_op op = host.send(message());
  drop("sendMessage", {OC_E_DEADLINE, "no answer in time", OC_EF_MAYBE_DONE | OC_EF_RETRY});
  EXPECT_EQ(failure(op).flags, OC_EF_MAYBE_DONE);
}

TEST_F(Sending, AServerErrorIsUnknownBecauseTheMessageMayBeOut) {
  const oc_op op = host.send(message());
  answer_error("sendMessage", 500, "Internal Server Error: restart");
  EXPECT_EQ(failure(op).flags, OC_EF_MAYBE_DONE);
}

TEST_F(Sending, AnUnreadableSuccessIsUnknown) {
  const oc_op op = host.send(message());
  answer("sendMessage", "ok");
  EXPECT_EQ(failure(op).flags, OC_EF_MAYBE_DONE);
}

TEST_F(Sending, WhatFollowsTheOneUnderWayIsHandedBackSoThatTheOrderStays) {
  host.send(message("7", "1"));
  EXPECT_GT(back_in(host.send(message("7", "2"))), 0U);
  ASSERT_EQ(open_calls("sendMessage").size(), 1U);
  answer("sendMessage", kSent);
  host.send(message("7", "2"));
  EXPECT_EQ(body_of("sendMessage")["text"], "2");
}

TEST_F(Sending, ThreePartsGoAtOnceAndALongerRowIsPacedToOneASecond) {
  for (int i = 0; i < 3; ++i) {
    const oc_op op = host.send(message("7", std::to_string(i)));
    answer("sendMessage", kSent);
    EXPECT_TRUE(succeeded(op)) << i;
  }
  EXPECT_EQ(back_in(host.send(message("7", "3"))), 1'000U);
  EXPECT_EQ(open_call("sendMessage"), nullptr);
  EXPECT_EQ(host.timers(), timers_) << "nothing waits in the channel";
  host.advance(1'000);
  EXPECT_EQ(open_call("sendMessage"), nullptr) << "the host brings it again";
  host.send(message("7", "3"));
  EXPECT_EQ(body_of("sendMessage")["text"], "3");
}

TEST_F(Sending, ACrowdIsHandedBackAtOnceWithAMomentForEach) {
  std::vector<oc_op> ops;
  for (int chat = 1; chat <= 40; ++chat) ops.push_back(host.send(message(std::to_string(chat))));
  EXPECT_EQ(open_calls("sendMessage").size(), 5U);
  for (std::size_t i = 5; i < ops.size(); ++i) EXPECT_EQ(back_in(ops[i]), 34 * (i - 4)) << i;
  host.advance(34);
  EXPECT_EQ(back_in(host.send(message("99"))), 34U * 35) << "no newcomer goes first";
  host.send(message("6"));
  EXPECT_EQ(open_calls("sendMessage").size(), 6U);
}

TEST_F(Sending, AHandBackIsNoFailureInTheFigures) {
  host.send(message("7", "1"));
  host.send(message("7", "2"));
  EXPECT_EQ(host.metrics["send_errors_total"], 0);
  EXPECT_EQ(host.metrics["sends_postponed_total"], 1);
}

TEST_F(Sending, CancelOfASendUnderWayIsUnknown) {
  const oc_op op = host.send(message());
  host.cancel(op);
  ASSERT_TRUE(failed_with(op, OC_E_CANCELLED));
  EXPECT_EQ(failure(op).flags, OC_EF_MAYBE_DONE);
}

TEST_F(Sending, AfterStopNothingIsSentInAnotherForm) {
  OwnedMessage m = message("7", "<b>hi</b>");
  m.plain = "hi";
  const oc_op op = host.send(m);
  const oc_op call = open_call("sendMessage")->op;
  static_cast<const oc_plugin_api*>(oc_plugin_entry_1(0)->api)->stop(host.instance(), 7);
  // The refusal was on its way already.
  host.respond(
      call, 400,
      R"({"ok":false,"error_code":400,"description":"Bad Request: can't parse entities"})");
  EXPECT_EQ(open_call("sendMessage"), nullptr);
  ASSERT_TRUE(failed_with(op, OC_E_CANCELLED));
  EXPECT_EQ(failure(op).flags, OC_EF_NOT_DONE | OC_EF_RETRY);
}

TEST_F(Sending, AChatWhoseNameIsNoUtf8IsFollowedWithoutAnException) {
  const oc_op op = host.send(message("@\xff"));
  answer_error("sendMessage", 400, "Bad Request: group chat was upgraded to a supergroup chat",
               {{"migrate_to_chat_id", -1006}});
  EXPECT_EQ(body_of("sendMessage")["chat_id"], -1006);
  answer("sendMessage", kSent);
  EXPECT_TRUE(succeeded(op));
  for (const auto& line : host.logs) EXPECT_NE(line.event, "plugin.exception") << line.fields;
}

TEST_F(Sending, StopCompletesEverySendOnce) {
  const oc_op under_way = host.send(message("7", "1"));
  const oc_op stopped = host.stop();
  EXPECT_TRUE(succeeded(stopped));
  EXPECT_EQ(failure(under_way).flags, OC_EF_MAYBE_DONE);
  const oc_op late = host.send(message("7", "3"));
  EXPECT_TRUE(failed_with(late, OC_E_CANCELLED));
  EXPECT_EQ(host.wrong_completions(), 0);
}

TEST_F(Sending, BrokenUtf8FromAModelIsReplacedRatherThanThrown) {
  host.send(message("7", "a\xff"));
  ASSERT_NE(open_call("sendMessage"), nullptr);
  EXPECT_EQ(body_of("sendMessage")["text"], "a\xEF\xBF\xBD");
}

TEST_F(Sending, TypingIsShownAndItsFailureHurtsNobody) {
  host.typing("7", true);
  EXPECT_EQ(body_of("sendChatAction"), (json{{"chat_id", 7}, {"action", "typing"}}));
  answer_error("sendChatAction", 400, "Bad Request: chat not found");
  EXPECT_NE(state(), OC_STATE_FAILED);
  host.typing("7", false);
  EXPECT_EQ(open_call("sendChatAction"), nullptr);
}

TEST_F(Sending, TypingRestsForAsLongAsTelegramAsks) {
  host.typing("7", true);
  answer_error("sendChatAction", 429, "Too Many Requests", {{"retry_after", 9}});
  host.advance(8'999);
  host.typing("8", true);
  EXPECT_EQ(open_call("sendChatAction"), nullptr);
  host.advance(1);
  host.typing("8", true);
  EXPECT_NE(open_call("sendChatAction"), nullptr);
}

}  // namespace
}  // namespace openclaw::telegram
