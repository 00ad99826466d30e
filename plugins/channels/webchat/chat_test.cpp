#include "chat.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "chats.hpp"

namespace openclaw::webchat {
namespace {

using nlohmann::json;

Say say(const std::string& id, const std::string& text = "hello") {
  return {id, text};
}

TEST(Chat, NumbersEveryEvent) {
  Chat chat("s", "main", "e");
  EXPECT_EQ(chat.user_message(say("m1"), Access::kAllowed, 100)->seq, 1U);
  EXPECT_EQ(json::parse(chat.begin_turn("t"))["seq"], 2);
  EXPECT_EQ(json::parse(chat.add_text("t", "x"))["seq"], 3);
  EXPECT_EQ(chat.deliver("k", "t", "x", 200).message->seq, 4U);
}

TEST(Chat, ReplaysTheMessagesAfterTheLastOneSeen) {
  Chat chat("s", "main", "e");
  chat.deliver("k1", "", "one", 1);
  chat.deliver("k2", "", "two", 2);
  ASSERT_TRUE(chat.can_replay("e", 1));
  const auto missed = chat.missed(1);
  ASSERT_EQ(missed.size(), 1U);
  EXPECT_EQ(missed[0].text, "two");
}

TEST(Chat, DoesNotReplayForAnotherEpochOrAFutureOrAForgottenNumber) {
  Chat chat("s", "main", "e");
  for (int i = 0; i < 300; ++i) chat.deliver("k" + std::to_string(i), "", "x", i);
  EXPECT_FALSE(chat.can_replay("other", 300));
  EXPECT_FALSE(chat.can_replay("e", 301));
  EXPECT_FALSE(chat.can_replay("e", 300 - kRingEvents - 1));
  EXPECT_TRUE(chat.can_replay("e", 300 - kRingEvents));
  EXPECT_EQ(chat.missed(300 - kRingEvents).size(), kRingEvents);
}

TEST(Chat, BoundsTheRingInBytes) {
  Chat chat("s", "main", "e");
  for (int i = 0; i < 20; ++i) {
    chat.deliver("k" + std::to_string(i), "", std::string(30000, 'x'), i);
    EXPECT_LE(chat.bytes(), kRingBytes);
  }
  EXPECT_GT(chat.missed(0).size(), 5U);
}

TEST(Chat, DeliversTheSameKeyOnce) {
  Chat chat("s", "main", "e");
  const auto first = chat.deliver("k", "t", "x", 1);
  const auto again = chat.deliver("k", "t", "x", 2);
  EXPECT_TRUE(first.message);
  EXPECT_FALSE(again.message);
  EXPECT_EQ(first.message_id, again.message_id);
  EXPECT_NE(chat.deliver("k2", "t", "x", 3).message_id, first.message_id);
}

TEST(Chat, AMessageWithoutAKeyIsNeverARepeat) {
  Chat chat("s", "main", "e");
  const auto first = chat.deliver("", "", "x", 1);
  EXPECT_NE(chat.deliver("", "", "x", 1).message_id, first.message_id);
}

TEST(Chat, JoinsTheTextOfARunningTurnForATabThatComesLate) {
  Chat chat("s", "main", "e");
  chat.begin_turn("t");
  chat.add_text("t", "one ");
  chat.add_text("t", "two");
  const Welcome w = chat.resume(0);
  ASSERT_TRUE(w.live);
  EXPECT_EQ(w.live->text, "one two");
  chat.reset_text("t");
  EXPECT_EQ(chat.resume(0).live->text, "");
  chat.deliver("k", "t", "three", 1);
  EXPECT_FALSE(chat.resume(0).live);
}

TEST(Chat, BoundsTheTextOfARunningTurn) {
  Chat chat("s", "main", "e");
  chat.begin_turn("t");
  for (int i = 0; i < 10; ++i) chat.add_text("t", std::string(kMaxLiveBytes / 4, 'x'));
  EXPECT_EQ(chat.resume(0).live->text.size(), kMaxLiveBytes);
}

TEST(Chat, ShowsAnAcceptedMessageUntilTheTranscriptHasIt) {
  Chat chat("s", "main", "e");
  chat.user_message(say("m1", "hi"), Access::kAllowed, 1000);
  const std::vector<ChatMessage> before = {{"h1", "", "user", "hi", 900, 0}};
  ASSERT_EQ(chat.afresh(before, 1100).pending.size(), 1U) << "an earlier hi is another message";
  const std::vector<ChatMessage> stored = {{"h2", "", "user", "hi", 1000, 0}};
  EXPECT_TRUE(chat.afresh(stored, 1100).pending.empty());
}

TEST(Chat, AnAnswerSettlesTheMessagesOfItsTurnOnly) {
  Chat chat("s", "main", "e");
  chat.user_message(say("m1", "one"), Access::kAllowed, 1000);
  chat.begin_turn("t");
  chat.user_message(say("m2", "two"), Access::kAllowed, 1001);
  chat.end_turn("t", 1002);
  chat.deliver("k", "t", "answer", 1003);
  const auto pending = chat.afresh(std::vector<ChatMessage>{}, 1004).pending;
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(pending[0].id, "m2");
}

TEST(Chat, ATurnThatStaysSilentSettlesAfterAWhile) {
  Chat chat("s", "main", "e");
  chat.user_message(say("m1", "one"), Access::kAllowed, 1000);
  chat.begin_turn("t");
  chat.end_turn("t", 2000);
  EXPECT_EQ(chat.afresh(std::vector<ChatMessage>{}, 2100).pending.size(), 1U);
  EXPECT_TRUE(chat.afresh(std::vector<ChatMessage>{}, 7000).pending.empty());
}

TEST(Chat, PendingMessagesDoNotOutliveTheLongestTurn) {
  Chat chat("s", "main", "e");
  chat.user_message(say("m1", "one"), Access::kAllowed, 1000);
  EXPECT_TRUE(chat.afresh(std::vector<ChatMessage>{}, 901'000).pending.empty());
}

TEST(Chat, WithoutATranscriptTheRingIsTheHistoryInOrderOfTime) {
  Chat chat("s", "main", "e");
  chat.set_access(Access::kRefused);
  chat.deliver("k", "", "your code", 1005);
  chat.user_message(say("m1", "hi"), Access::kRefused, 1000);
  const Welcome w = chat.afresh(std::nullopt, 1100);
  ASSERT_EQ(w.history.size(), 2U);
  EXPECT_EQ(w.history[0].id, "m1");
  EXPECT_EQ(w.history[1].role, "system");
  EXPECT_EQ(w.access, "refused");
  EXPECT_TRUE(w.history_complete);
}

TEST(Chat, KeepsLittleOfWhatWasRefusedButTheNotice) {
  Chat chat("s", "main", "e");
  chat.user_message(say("m0"), Access::kRefused, 1);
  chat.deliver("k", "", "your code", 2);
  for (int i = 1; i < 10; ++i) {
    const auto message = chat.user_message(say("m" + std::to_string(i), std::string(kMaxText, 'x')),
                                           Access::kRefused, 2 + i);
    EXPECT_EQ(message->text.size(), kMaxText) << "tabs show it";
    EXPECT_LE(chat.bytes(), kRefusedBytes);
  }
  for (int i = 0; i < 100; ++i)
    chat.user_message(say("n" + std::to_string(i)), Access::kRefused, 20);
  EXPECT_LE(chat.bytes(), kRefusedBytes);
  const auto history = chat.afresh(std::nullopt, 30).history;
  ASSERT_GT(history.size(), 2U);
  EXPECT_EQ(history.front().text, "your code");
  EXPECT_EQ(history.back().id, "n99");
  EXPECT_FALSE(chat.can_replay("e", 2)) << "a page that missed what is gone starts afresh";
  EXPECT_TRUE(chat.can_replay("e", chat.last_seq()));
}

TEST(Chat, SaysWhenTheStoreCouldNotBeRead) {
  Chat chat("s", "main", "e");
  chat.set_access(Access::kAllowed);
  EXPECT_FALSE(chat.afresh(std::nullopt, 0).history_complete);
}

TEST(Chat, ShowsTheSameIdOnce) {
  Chat chat("s", "main", "e");
  EXPECT_TRUE(chat.user_message(say("m1"), Access::kAllowed, 1));
  EXPECT_FALSE(chat.user_message(say("m1"), Access::kAllowed, 2));
}

TEST(Chat, TypingEndsWhenItIsNotRepeated) {
  Chat chat("s", "main", "e");
  chat.set_typing(true, 1000);
  EXPECT_TRUE(chat.resume(10'999).typing);
  EXPECT_FALSE(chat.resume(11'000).typing);
  chat.set_typing(true, 12'000);
  chat.set_typing(false, 12'001);
  EXPECT_FALSE(chat.resume(12'002).typing);
}

TEST(Chats, EvictsTheLongestUnusedWithoutATab) {
  Chats chats("x");
  chats.open("connected", "main", 0).connections.insert(1);
  chats.open("oldest", "main", 1);
  for (std::size_t i = 2; i < kMaxChats + 5; ++i) {
    chats.open("s" + std::to_string(i), "main", static_cast<std::int64_t>(i));
  }
  EXPECT_EQ(chats.size(), kMaxChats);
  EXPECT_NE(chats.find("connected", "main"), nullptr);
  EXPECT_EQ(chats.find("oldest", "main"), nullptr);
}

TEST(Chats, LetsGoOfIdleOnesButNotOfThoseWithATab) {
  Chats chats("x");
  chats.open("a", "main", 0);
  chats.open("b", "main", 0).connections.insert(1);
  chats.sweep(kChatIdleMs - 1);
  EXPECT_EQ(chats.size(), 2U);
  chats.sweep(kChatIdleMs);
  EXPECT_EQ(chats.size(), 1U);
  EXPECT_NE(chats.find("b", "main"), nullptr);
}

TEST(Chats, KeepsTheirBytesWithinTheBound) {
  Chats chats("x");
  for (int i = 0; i < 200; ++i) {
    Chat& chat = chats.open("s" + std::to_string(i), "main", i);
    chat.connections.insert(1);
    for (int k = 0; k < 8; ++k) chat.deliver({}, {}, std::string(30000, 'x'), 1);
  }
  chats.sweep(1);
  std::size_t bytes = 0;
  for (int i = 0; i < 200; ++i) bytes += chats.find("s" + std::to_string(i), "main")->bytes();
  EXPECT_LE(bytes, kMaxChatBytes);
  EXPECT_EQ(chats.size(), 200U) << "a conversation with a tab stays, without its ring";
}

TEST(Chats, KeepsTheirBytesWithinTheBoundBetweenSweeps) {
  Chats chats("x");
  const auto fill = [&](const std::string& sender, std::int64_t now) {
    for (int k = 0; k < 10; ++k) {
      Chat& chat = chats.open(sender, "main", now);
      chat.user_message(say("m" + std::to_string(k), std::string(kMaxText, 'x')), Access::kAllowed,
                        1);
      ASSERT_LE(chats.bytes(), kMaxChatBytes + 2 * (kMaxText + 128));
    }
  };
  chats.open("connected", "main", 0).connections.insert(1);
  for (int i = 0; i < 200; ++i) fill("s" + std::to_string(i), i);
  EXPECT_NE(chats.find("connected", "main"), nullptr);
  EXPECT_EQ(chats.find("s0", "main"), nullptr);
  EXPECT_NE(chats.find("s199", "main"), nullptr);
}

TEST(Chats, CountsTheBytesOfThoseThatAreThereOnly) {
  Chats chats("x");
  Chat& chat = chats.open("a", "main", 0);
  chat.user_message(say("m1"), Access::kAllowed, 1);
  chat.begin_turn("t");
  chat.add_text("t", "answer");
  EXPECT_EQ(chats.bytes(), chat.bytes());
  EXPECT_GT(chats.bytes(), 0U);
  chat.deliver("k", "t", "answer", 2);
  EXPECT_EQ(chats.bytes(), chat.bytes());
  chats.sweep(kChatIdleMs);
  EXPECT_EQ(chats.bytes(), 0U);
}

TEST(Chats, AChatThatComesBackHasAnotherEpoch) {
  Chats chats("x");
  const std::string epoch = chats.open("a", "main", 0).resume(0).epoch;
  chats.sweep(kChatIdleMs);
  EXPECT_FALSE(chats.open("a", "main", 0).can_replay(epoch, 0));
}

}  // namespace
}  // namespace openclaw::webchat
