// Previews of answers in the making in groups, from the host's side.
#include "telegram_fixture.hpp"

namespace openclaw::telegram {
namespace {

constexpr const char* kMessage =
    R"({"ok":true,"result":{"message_id":55,"date":1,"chat":{"id":-1005,"type":"supergroup"}}})";

class Previewing : public TelegramFixture {
 protected:
  void SetUp() override { start_polling(); }
  void write(std::string_view text, std::string_view chat = "-1005") {
    host.partial(OC_PARTIAL_TEXT, chat, "t1", text, "12");
  }
};

TEST_F(Previewing, AGroupSeesALongAnswerGrowAndThenTheAnswer) {
  write("the");
  host.advance(1'999);
  EXPECT_EQ(open_call("sendMessage"), nullptr);
  host.advance(1);
  EXPECT_EQ(body_of("sendMessage"), (json{{"chat_id", -1005},
                                          {"message_thread_id", 12},
                                          {"text", "the"},
                                          {"disable_notification", true}}));
  answer("sendMessage", kMessage);
  write(" answer");
  host.advance(4'999);
  EXPECT_EQ(open_call("editMessageText"), nullptr) << "a group has few messages a minute";
  host.advance(1);
  EXPECT_EQ(body_of("editMessageText"),
            (json{{"chat_id", -1005}, {"message_id", 55}, {"text", "the answer"}}));
  answer("editMessageText", kMessage);
  host.partial(OC_PARTIAL_END, "-1005", "t1", "", "12");
  OwnedMessage m;
  m.chat_id = "-1005";
  m.turn_id = "t1";
  m.text = "the whole answer";
  const oc_op op = host.send(m);
  answer("sendMessage", kMessage);
  EXPECT_TRUE(succeeded(op));
  host.advance(5'000);
  EXPECT_EQ(body_of("deleteMessage"), (json{{"chat_id", -1005}, {"message_id", 55}}));
  answer("deleteMessage", kTrue);
  EXPECT_EQ(host.state.at("previews").bytes, "[]");
}

TEST_F(Previewing, HasTheFormOfTheAnswer) {
  write("so **very**");
  host.advance(2'000);
  EXPECT_EQ(body_of("sendMessage")["text"], "so <b>very</b>");
  EXPECT_EQ(body_of("sendMessage")["parse_mode"], "HTML");
  answer("sendMessage", kMessage);
  write(" good");
  host.advance(5'000);
  EXPECT_EQ(body_of("editMessageText"), (json{{"chat_id", -1005},
                                              {"message_id", 55},
                                              {"text", "so <b>very</b> good"},
                                              {"parse_mode", "HTML"}}));
}

TEST_F(Previewing, APrivateChatHasDraftsInstead) {
  write("the", "7");
  host.advance(10'000);
  EXPECT_EQ(open_call("sendMessage"), nullptr);
  EXPECT_NE(open_call("sendMessageDraft"), nullptr);
}

TEST_F(Previewing, APostWhoseFateIsUnknownIsNotRepeated) {
  write("the");
  host.advance(2'000);
  drop("sendMessage", {OC_E_NET, "cut", OC_EF_MAYBE_DONE});
  write(" answer");
  host.advance(60'000);
  EXPECT_EQ(open_call("sendMessage"), nullptr);
}

TEST_F(Previewing, ALimitIsWaitedForAndDeletingWhatIsGoneIsDone) {
  write("the");
  host.advance(2'000);
  answer_error("sendMessage", 429, "Too Many Requests: retry after 9", {{"retry_after", 9}});
  host.advance(8'999);
  EXPECT_EQ(open_call("sendMessage"), nullptr);
  host.advance(1);
  answer("sendMessage", kMessage);
  host.partial(OC_PARTIAL_END, "-1005", "t1", "", "12");
  host.advance(5'000);
  answer_error("deleteMessage", 400, "Bad Request: message to delete not found");
  EXPECT_EQ(host.state.at("previews").bytes, "[]");
}

TEST_F(Previewing, AnAnswerGoesFirstAndALimitHoldsBoth) {
  OwnedMessage m;
  m.chat_id = "-1005";
  m.text = "another answer";
  for (int i = 0; i < 2; ++i) {
    host.send(m);
    answer("sendMessage", kMessage);
  }
  write("the");
  host.advance(2'000);
  EXPECT_EQ(open_call("sendMessage"), nullptr) << "the group's last place is for an answer";
  const oc_op sent = host.send(m);
  answer("sendMessage", kMessage);
  EXPECT_TRUE(succeeded(sent));
  host.advance(12'000);
  answer_error("sendMessage", 429, "Too Many Requests: retry after 9", {{"retry_after", 9}});
  const oc_op held = host.send(m);
  EXPECT_TRUE(failed_with(held, OC_E_AGAIN)) << "no answer runs into the same limit";
}

TEST_F(Previewing, APostThatStopOvertakesIsListed) {
  write("the");
  host.advance(2'000);
  const oc_op call = open_call("sendMessage")->op;
  host.quiesce();
  host.respond(call, 200, kMessage);
  host.stop();
  EXPECT_EQ(json::parse(host.state.at("previews").bytes)[0]["id"], "55");
}

class PreviewsOff : public TelegramFixture {};

TEST_F(PreviewsOff, NeitherDraftsNorPreviews) {
  create(R"({"botToken":"${secret:botToken}","streaming":"off"})");
  host.start();
  answer("getMe", kMe);
  for (const char* chat : {"7", "-1005"}) host.partial(OC_PARTIAL_TEXT, chat, "t1", "the");
  host.advance(10'000);
  EXPECT_EQ(open_call("sendMessage"), nullptr);
  EXPECT_EQ(open_call("sendMessageDraft"), nullptr);
}

}  // namespace
}  // namespace openclaw::telegram
