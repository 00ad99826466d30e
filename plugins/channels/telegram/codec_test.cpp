#include "codec.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace openclaw::telegram {
namespace {

using nlohmann::json;

const Bot kBot{42, "my_bot"};

json group_message(const std::string& text) {
  return {{"message_id", 5},
          {"date", 1790000000},
          {"chat", {{"id", -1001}, {"type", "supergroup"}, {"title", "Team"}}},
          {"from", {{"id", 7}, {"is_bot", false}, {"first_name", "Ann"}, {"last_name", "Lee"}}},
          {"text", text}};
}

std::optional<Incoming> decode(const json& message) {
  const auto update = decode_update(json{{"update_id", 9}, {"message", message}}.dump(), kBot);
  return update ? update->message : std::nullopt;
}

json entity(const char* type, int offset, int length) {
  return {{"type", type}, {"offset", offset}, {"length", length}};
}

TEST(Codec, ReadsAGroupMessage) {
  const auto m = decode(group_message("hello"));
  ASSERT_TRUE(m);
  EXPECT_EQ(m->flags, OC_MSG_GROUP);
  EXPECT_EQ(m->event_id, "42:9") << "another bot counts its own";
  EXPECT_EQ(m->message_id, "5");
  EXPECT_EQ(m->chat_id, "-1001");
  EXPECT_EQ(m->thread_id, "");
  EXPECT_EQ(m->sender_id, "7");
  EXPECT_EQ(m->sender_name, "Ann Lee");
  EXPECT_EQ(m->ts_ms, 1790000000000);
  EXPECT_EQ(m->text, "hello");
}

TEST(Codec, APrivateMessageHasNoFlags) {
  json message = group_message("hello");
  message["chat"] = {{"id", 7}, {"type", "private"}};
  EXPECT_EQ(decode(message)->flags, 0U);
}

TEST(Codec, CountsEntityOffsetsInUtf16Units) {
  json message = group_message("😀 é @My_Bot hi");
  message["entities"] = json::array({entity("mention", 5, 7)});
  EXPECT_EQ(decode(message)->flags, OC_MSG_GROUP | OC_MSG_MENTIONED);
  message["entities"] = json::array({entity("mention", 4, 7)});
  EXPECT_EQ(decode(message)->flags, OC_MSG_GROUP) << "one unit off covers another text";
}

TEST(Codec, AnotherBotsNameIsNoMention) {
  json message = group_message("@my_bot2 hi");
  message["entities"] = json::array({entity("mention", 0, 8)});
  EXPECT_EQ(decode(message)->flags, OC_MSG_GROUP);
}

TEST(Codec, ANameWithoutAnEntityIsNoMention) {
  EXPECT_EQ(decode(group_message("mail me at x@my_bot"))->flags, OC_MSG_GROUP);
}

TEST(Codec, ATextMentionNamesTheBotById) {
  json message = group_message("Bot hi");
  json mention = entity("text_mention", 0, 3);
  mention["user"] = {{"id", 42}, {"is_bot", true}, {"first_name", "Bot"}};
  message["entities"] = json::array({mention});
  EXPECT_EQ(decode(message)->flags, OC_MSG_GROUP | OC_MSG_MENTIONED);
  message["entities"][0]["user"]["id"] = 43;
  EXPECT_EQ(decode(message)->flags, OC_MSG_GROUP);
}

TEST(Codec, ACommandToThisBotLosesItsSuffix) {
  json message = group_message("/status@my_bot now");
  message["entities"] = json::array({entity("bot_command", 0, 14)});
  const auto m = decode(message);
  EXPECT_EQ(m->flags, OC_MSG_GROUP | OC_MSG_MENTIONED);
  EXPECT_EQ(m->text, "/status now");
}

TEST(Codec, ACommandToAnotherBotKeepsItsSuffix) {
  json message = group_message("/status@other now");
  message["entities"] = json::array({entity("bot_command", 0, 13)});
  const auto m = decode(message);
  EXPECT_EQ(m->flags, OC_MSG_GROUP);
  EXPECT_EQ(m->text, "/status@other now");
}

TEST(Codec, AnAnswerToTheBotIsAMention) {
  json message = group_message("why?");
  message["reply_to_message"] = {
      {"message_id", 3}, {"from", {{"id", 42}, {"is_bot", true}}}, {"text", "so"}};
  const auto m = decode(message);
  EXPECT_EQ(m->flags, OC_MSG_GROUP | OC_MSG_MENTIONED);
  EXPECT_EQ(m->reply_to, "3");
}

TEST(Codec, ATopicTheBotOpenedIsNotAnsweredByEachMessageInIt) {
  json message = group_message("hello");
  message["message_thread_id"] = 3;
  message["is_topic_message"] = true;
  message["reply_to_message"] = {{"message_id", 3},
                                 {"from", {{"id", 42}, {"is_bot", true}}},
                                 {"forum_topic_created", {{"name", "x"}}}};
  const auto m = decode(message);
  EXPECT_EQ(m->flags, OC_MSG_GROUP);
  EXPECT_EQ(m->reply_to, "");
  EXPECT_EQ(m->thread_id, "3");
}

TEST(Codec, AThreadOfAnswersIsNoTopic) {
  json message = group_message("hello");
  message["message_thread_id"] = 3;
  EXPECT_EQ(decode(message)->thread_id, "");
}

TEST(Codec, AForumsGeneralTopicIsTopicOne) {
  json message = group_message("hello");
  message["chat"]["is_forum"] = true;
  EXPECT_EQ(decode(message)->thread_id, "1");
}

TEST(Codec, AnAnonymousAdministratorIsTheChatAndNotTheStandIn) {
  json message = group_message("hello");
  message["from"] = {{"id", 1087968824}, {"is_bot", true}, {"first_name", "Group"}};
  message["sender_chat"] = {{"id", -1001}, {"type", "supergroup"}, {"title", "Team"}};
  EXPECT_EQ(decode(message)->sender_id, "-1001");
  EXPECT_EQ(decode(message)->sender_name, "Team");
}

TEST(Codec, OtherBotsAndCopiedChannelPostsAreIgnored) {
  json message = group_message("hello");
  message["from"]["is_bot"] = true;
  EXPECT_FALSE(decode(message));
  message = group_message("hello");
  message["is_automatic_forward"] = true;
  EXPECT_FALSE(decode(message));
}

TEST(Codec, AMessageWithoutASenderIsIgnored) {
  json message = group_message("hello");
  message.erase("from");
  EXPECT_FALSE(decode(message));
  message["from"] = {{"id", "7"}};
  EXPECT_FALSE(decode(message)) << "an id of the wrong type never becomes an identity";
}

TEST(Codec, EditsAndChannelPostsAreIgnoredButCounted) {
  for (const char* kind : {"edited_message", "channel_post", "callback_query"}) {
    const auto update =
        decode_update(json{{"update_id", 9}, {kind, group_message("x")}}.dump(), kBot);
    ASSERT_TRUE(update) << kind;
    EXPECT_EQ(update->id, 9);
    EXPECT_FALSE(update->message) << kind;
  }
}

TEST(Codec, APhotoIsItsLargestSizeAndTheCaptionItsText) {
  json message = group_message("");
  message.erase("text");
  message["caption"] = "look @my_bot";
  message["caption_entities"] = json::array({entity("mention", 5, 7)});
  message["photo"] = {{{"file_id", "s"}, {"width", 90}, {"file_size", 1}},
                      {{"file_id", "l"}, {"width", 1280}, {"file_size", 5000}},
                      {{"file_id", "m"}, {"width", 320}, {"file_size", 300}}};
  const auto m = decode(message);
  EXPECT_EQ(m->text, "look @my_bot");
  EXPECT_EQ(m->flags, OC_MSG_GROUP | OC_MSG_MENTIONED);
  ASSERT_EQ(m->attachments.size(), 1U);
  EXPECT_EQ(m->attachments[0].file_id, "l");
  EXPECT_EQ(m->attachments[0].mime, "image/jpeg");
  EXPECT_EQ(m->attachments[0].bytes, 5000U);
}

TEST(Codec, AnAnimationIsNotGivenTwice) {
  json message = group_message("");
  message.erase("text");
  const json file = {
      {"file_id", "f"}, {"mime_type", "video/mp4"}, {"file_name", "a.mp4"}, {"file_size", 8}};
  message["animation"] = file;
  message["document"] = file;
  const auto m = decode(message);
  ASSERT_EQ(m->attachments.size(), 1U);
  EXPECT_EQ(m->attachments[0].name, "a.mp4");
}

TEST(Codec, AnOversizedOrNegativeNumberIsNotBelieved) {
  json message = group_message("hello");
  message["date"] = INT64_MAX;
  EXPECT_EQ(decode(message)->ts_ms, 0);
  message["entities"] =
      json::array({entity("mention", -1, 5), entity("mention", 2147483647, 2147483647)});
  EXPECT_EQ(decode(message)->flags, OC_MSG_GROUP);
}

TEST(Codec, ReadsUpdatesInOrderOfTheirIds) {
  const json body = {{"ok", true},
                     {"result",
                      {{{"update_id", 12}, {"message", group_message("b")}},
                       {{"update_id", 11}, {"message", group_message("a")}},
                       {{"no_id", true}},
                       "garbage"}}};
  const auto updates = decode_updates(body.dump(), kBot);
  ASSERT_TRUE(updates);
  ASSERT_EQ(updates->size(), 2U);
  EXPECT_EQ((*updates)[0].id, 11);
  EXPECT_EQ((*updates)[1].id, 12);
}

TEST(Codec, AnAnswerThatIsNotOkIsNotAnEmptyOne) {
  EXPECT_FALSE(decode_updates(R"({"ok":false,"result":[]})", kBot));
  EXPECT_FALSE(decode_updates(R"({"ok":true,"result":{}})", kBot));
  EXPECT_FALSE(decode_updates("", kBot));
  EXPECT_FALSE(decode_bot(R"({"ok":true,"result":{"id":"42"}})"));
}

TEST(Codec, IdsThatTelegramCannotGiveAreJunkAndNothingButJunkIsNoAnswer) {
  for (const char* id : {"0", "-1", "9007199254740993", "9223372036854775807", "1e400", "\"7\""}) {
    const std::string junk = std::string(R"({"update_id":)") + id + "}";
    EXPECT_FALSE(decode_update(junk, kBot)) << id;
    EXPECT_FALSE(decode_updates(R"({"ok":true,"result":[)" + junk + "]}", kBot)) << id;
  }
  EXPECT_TRUE(decode_update(R"({"update_id":9007199254740992})", kBot));
  const auto empty = decode_updates(R"({"ok":true,"result":[]})", kBot);
  ASSERT_TRUE(empty);
  EXPECT_TRUE(empty->empty());
}

TEST(Codec, TheViewBorrowsEveryField) {
  json message = group_message("");
  message.erase("text");
  message["voice"] = {{"file_id", "v"}, {"file_size", 3}};
  const auto m = decode(message);
  const IncomingView view(*m);
  ASSERT_EQ(view.message().n_attachments, 1U);
  EXPECT_EQ(view.message().attachments[0].bytes, 3U);
  EXPECT_EQ(view.message().attachments[0].ref.ptr, m->attachments[0].file_id.data());
  EXPECT_EQ(view.message().attachment_stride, sizeof(oc_attachment));
}

}  // namespace
}  // namespace openclaw::telegram
