// What counts as a message to an agent, and how it looks there.
#include "codec.hpp"

#include "discord_fixture.hpp"
#include "intake.hpp"
#include "payload.hpp"
#include "places.hpp"

namespace openclaw::discord {
namespace {

class Codec : public DiscordFixture {};

TEST_F(Codec, ADirectMessage) {
  const auto m = decode_message(dm("175928847299117063", " hi "), "42");
  ASSERT_TRUE(m);
  EXPECT_EQ(m->text, "hi");
  EXPECT_EQ(m->sender_id, "7");
  EXPECT_EQ(m->sender_name, "Ann");
  EXPECT_EQ(m->ts_ms, 1462015105796);
  EXPECT_EQ(m->flags, 0U);
}

TEST_F(Codec, AMentionOrAReplyToTheBotAddressesItAndTheMentionIsTakenOut) {
  json message = in_guild("1", "<@!42> what is <@43>? <@42>");
  message["mentions"] = {{{"id", "43"}}, {{"id", "42"}}};
  auto m = decode_message(message, "42");
  EXPECT_EQ(m->text, "what is <@43>?");
  EXPECT_EQ(m->flags, OC_MSG_MENTIONED);
  EXPECT_EQ(m->sender_name, "Annie");
  message = in_guild("1", "and?");
  message["type"] = 19;
  message["message_reference"] = {{"message_id", "55"}, {"channel_id", "800"}};
  message["referenced_message"] = {{"author", {{"id", "42"}}}};
  m = decode_message(message, "42");
  EXPECT_EQ(m->flags, OC_MSG_MENTIONED);
  EXPECT_EQ(m->reply_to, "55");
  message["referenced_message"] = {{"author", {{"id", "7"}}}};
  EXPECT_EQ(decode_message(message, "42")->flags, 0U);
}

TEST_F(Codec, BotsWebhooksAndNoticesAreNobody) {
  json bot = dm("1", "x");
  bot["author"]["bot"] = true;
  json own = dm("1", "x");
  own["author"]["id"] = "42";
  json hook = dm("1", "x");
  hook["webhook_id"] = "5";
  json notice = dm("1", "x");
  notice["type"] = 7;
  json empty = dm("1", " ");
  json mention_only = dm("1", "<@42>");
  for (const json& message : {bot, own, hook, notice, empty, mention_only, json(), json(1)}) {
    EXPECT_FALSE(decode_message(message, "42")) << message;
  }
}

TEST_F(Codec, AttachmentsForwardsAndStickers) {
  json message = dm("1", "");
  message["attachments"] = {{{"id", "9"},
                             {"filename", "a.png"},
                             {"size", 123},
                             {"url", "https://cdn.discordapp.com/a.png"},
                             {"content_type", "image/png"}}};
  const auto m = decode_message(message, "42");
  ASSERT_EQ(m->attachments.size(), 1U);
  const IncomingView view(*m);
  EXPECT_EQ(sdk::view(view.message().attachments[0].ref), "https://cdn.discordapp.com/a.png");
  EXPECT_EQ(view.message().attachments[0].bytes, 123U);
  json forward = dm("1", "");
  forward["message_reference"] = {{"type", 1}, {"message_id", "55"}};
  forward["message_snapshots"] = {{{"message", {{"content", "said elsewhere"}}}}};
  EXPECT_EQ(decode_message(forward, "42")->text, "said elsewhere");
  EXPECT_EQ(decode_message(forward, "42")->reply_to, "");
  json sticker = dm("1", "");
  sticker["sticker_items"] = {{{"name", "wave"}}};
  EXPECT_EQ(decode_message(sticker, "42")->text, "wave");
}

TEST(Places, KnowsThreadsAndForgetsTheOldest) {
  Places places;
  places.learn("GUILD_CREATE", {{"channels", {{{"id", "1"}, {"type", 0}, {"parent_id", "9"}}}},
                                {"threads", {{{"id", "2"}, {"type", 12}, {"parent_id", "1"}}}}});
  EXPECT_EQ(places.parent_of("1"), "") << "a category is no parent";
  EXPECT_EQ(places.parent_of("2"), "1");
  EXPECT_FALSE(places.parent_of("3"));
  for (std::size_t i = 0; i < Places::kRemembered; ++i) places.set(std::to_string(100 + i), "");
  EXPECT_EQ(places.remembered(), Places::kRemembered);
  EXPECT_FALSE(places.parent_of("1"));
}

Incoming said(const std::string& channel) {
  Incoming message;
  message.chat_id = channel;
  return message;
}

TEST(Intake, DurableIsTheUnbrokenRunAndChannelsDoNotWaitForEachOther) {
  Intake intake;
  for (std::int64_t i = 1; i <= 3; ++i) intake.add(i, said(i == 2 ? "b" : "a"));
  const auto first = intake.next()->id;
  const auto second = intake.next()->id;
  EXPECT_EQ(intake.next(), nullptr) << "the third waits for the first";
  intake.settled(second, true);
  EXPECT_EQ(intake.durable(), 0);
  intake.settled(first, true);
  EXPECT_EQ(intake.durable(), 2);
  EXPECT_EQ(intake.next()->seq, 3);
}

TEST(Intake, AFailureKeepsItsPlace) {
  Intake intake;
  intake.add(1, said("a"));
  intake.add(2, said("a"));
  const auto id = intake.next()->id;
  intake.settled(id, false);
  EXPECT_EQ(intake.next()->id, id);
  EXPECT_FALSE(intake.add(2, said("a"))) << "known from before";
}

TEST(Payload, IsReadOnlyWhenItIsOne) {
  for (const char* bad : {"", "[]", "{}", R"({"op":"1"})", R"({"op":-1})", R"({"op":1e9})"}) {
    EXPECT_FALSE(decode_payload(bad)) << bad;
  }
  EXPECT_EQ(decode_payload(R"({"op":0,"s":5,"t":"X","d":{}})")->seq, 5);
  EXPECT_EQ(decode_payload(R"({"op":0,"s":-5})")->seq, 0);
  EXPECT_LE(resume_payload(std::string(128, 'a'), INT64_C(1) << 53).size() + 200, kMaxClientEvent);
}

}  // namespace
}  // namespace openclaw::discord
