// Messages that show what an address leads to, from the host's side.
#include "telegram_fixture.hpp"

namespace openclaw::telegram {
namespace {

constexpr const char* kUrl = "https://example.org/a.png";

class SendingMedia : public TelegramFixture {
 protected:
  void SetUp() override { start_polling(); }
  static OwnedMessage message(const std::string& mime = "image/png",
                              const std::string& caption = "<a> & *b*") {
    OwnedMessage m;
    m.chat_id = "7";
    m.text = caption;
    m.attachments = {{mime, "a.png", kUrl, 0}};
    return m;
  }
};

TEST_F(SendingMedia, GoesAsWhatItsTypeSays) {
  struct Row {
    const char* mime;
    const char* method;
    const char* field;
  };
  for (const Row& row :
       {Row{"image/png", "sendPhoto", "photo"}, Row{"image/gif", "sendAnimation", "animation"},
        Row{"image/svg+xml", "sendDocument", "document"}, Row{"video/mp4", "sendVideo", "video"},
        Row{"audio/mpeg", "sendAudio", "audio"}, Row{"application/pdf", "sendDocument", "document"},
        Row{"", "sendDocument", "document"}}) {
    const oc_op op = host.send(message(row.mime));
    EXPECT_EQ(body_of(row.method),
              (json{{"chat_id", 7}, {row.field, kUrl}, {"caption", "<a> & *b*"}}))
        << row.mime;
    answer(row.method, kSent);
    ASSERT_TRUE(succeeded(op)) << row.mime;
    EXPECT_EQ(host.completion(op)->json, R"({"message_id":"99"})");
    host.advance(2'000);
  }
}

TEST_F(SendingMedia, AnswersTheMessageInItsTopic) {
  OwnedMessage m = message();
  m.chat_id = "-1005";
  m.thread_id = "12";
  m.reply_to = "34";
  host.send(m);
  const json body = body_of("sendPhoto");
  EXPECT_EQ(body["message_thread_id"], 12);
  EXPECT_EQ(body["reply_parameters"],
            (json{{"message_id", 34}, {"allow_sending_without_reply", true}}));
}

TEST_F(SendingMedia, WithoutACaptionThereIsNone) {
  host.send(message("image/png", ""));
  EXPECT_EQ(body_of("sendPhoto"), (json{{"chat_id", 7}, {"photo", kUrl}}));
}

TEST_F(SendingMedia, WhatTelegramCannotGetIsSentAsTextAtOnce) {
  for (const char* why :
       {"Bad Request: wrong file identifier/HTTP URL specified",
        "Bad Request: failed to get HTTP URL content",
        "Bad Request: wrong type of the web page content", "Bad Request: PHOTO_INVALID_DIMENSIONS",
        "Bad Request: not enough rights to send photos to the chat"}) {
    const oc_op op = host.send(message());
    answer_error("sendPhoto", 400, why);
    EXPECT_EQ(host.completion(op), nullptr) << why;
    EXPECT_EQ(body_of("sendMessage"),
              (json{{"chat_id", 7}, {"text", std::string("<a> & *b*\n") + kUrl}}));
    answer("sendMessage", kSent);
    EXPECT_TRUE(succeeded(op)) << why;
    host.advance(2'000);
  }
  const oc_op op = host.send(message("image/png", ""));
  answer_error("sendPhoto", 400, "Bad Request: failed to get HTTP URL content");
  EXPECT_EQ(body_of("sendMessage")["text"], kUrl);
  answer_error("sendMessage", 400, "Bad Request: chat not found");
  EXPECT_TRUE(failed_with(op, OC_E_REFUSED));
}

TEST_F(SendingMedia, WhatIsWrongWithTheChatIsNotMendedByText) {
  const oc_op gone = host.send(message());
  answer_error("sendPhoto", 400, "Bad Request: chat not found");
  EXPECT_TRUE(failed_with(gone, OC_E_REFUSED));
  const oc_op blocked = host.send(message());
  answer_error("sendPhoto", 403, "Forbidden: bot was blocked by the user");
  EXPECT_TRUE(failed_with(blocked, OC_E_REFUSED));
  EXPECT_EQ(open_call("sendMessage"), nullptr);
}

TEST_F(SendingMedia, WhatMayHaveArrivedIsNotSaidAgainAsText) {
  const oc_op op = host.send(message());
  answer_error("sendPhoto", 500, "Internal Server Error");
  ASSERT_TRUE(failed_with(op, OC_E_NET));
  EXPECT_EQ(host.completion(op)->failure->flags, OC_EF_MAYBE_DONE);
  EXPECT_EQ(open_call("sendMessage"), nullptr);
}

TEST_F(SendingMedia, AMigratedGroupGetsTheSame) {
  OwnedMessage m = message();
  m.chat_id = "-5";
  host.send(m);
  answer_error("sendPhoto", 400, "Bad Request: group chat was upgraded to a supergroup chat",
               {{"migrate_to_chat_id", -1009}});
  EXPECT_EQ(body_of("sendPhoto")["chat_id"], -1009);
}

TEST_F(SendingMedia, ACaptionHasNoMarkupInTheTextInsteadEither) {
  OwnedMessage m = message();
  m.plain = "a & b";
  host.send(m);
  EXPECT_FALSE(body_of("sendPhoto").contains("parse_mode"));
  answer_error("sendPhoto", 400, "Bad Request: PHOTO_INVALID_DIMENSIONS");
  EXPECT_FALSE(body_of("sendMessage").contains("parse_mode"));
}

TEST_F(SendingMedia, WhatIsNoAddressIsText) {
  OwnedMessage m = message();
  m.attachments[0].ref = "AgACfile";
  host.send(m);
  EXPECT_EQ(body_of("sendMessage")["text"], "<a> & *b*\nAgACfile");
}

}  // namespace
}  // namespace openclaw::telegram
