#include "recent_chats.hpp"

#include <gtest/gtest.h>

namespace openclaw::whatsapp {
namespace {

TEST(RecentChats, TypingNamesTheNewestMessageAndTheNumberItCameTo) {
  RecentChats chats;
  chats.heard("ann", {"wamid.1", "10"}, 1'000);
  chats.heard("ann", {"wamid.2", "20"}, 2'000);
  const auto shown = chats.begin_typing("ann", 0);
  ASSERT_TRUE(shown);
  EXPECT_EQ(shown->wamid, "wamid.2");
  EXPECT_EQ(shown->phone_number_id, "20");
  EXPECT_FALSE(chats.begin_typing("bob", 0)) << "nothing to mark as read";
}

TEST(RecentChats, TypingIsRepeatedAtMostEvery20Seconds) {
  RecentChats chats;
  chats.heard("ann", {"wamid.1", "10"}, 1'000);
  EXPECT_TRUE(chats.begin_typing("ann", 0));
  EXPECT_FALSE(chats.begin_typing("ann", 6'000));
  EXPECT_FALSE(chats.begin_typing("ann", 19'999));
  EXPECT_TRUE(chats.begin_typing("ann", 20'000));
}

TEST(RecentChats, ANewMessageIsMarkedAsReadAtOnceAndARedeliveredOneIsNot) {
  RecentChats chats;
  chats.heard("ann", {"wamid.1", "10"}, 1'000);
  EXPECT_TRUE(chats.begin_typing("ann", 0));
  chats.heard("ann", {"wamid.1", "10"}, 1'000);
  EXPECT_FALSE(chats.begin_typing("ann", 1'000));
  chats.heard("ann", {"wamid.2", "10"}, 2'000);
  EXPECT_TRUE(chats.begin_typing("ann", 1'000));
}

TEST(RecentChats, WhatWasRedeliveredLateTakesNoNewerMessagesPlace) {
  RecentChats chats;
  chats.heard("ann", {"wamid.2", "10"}, 2'000);
  chats.heard("ann", {"wamid.1", "10"}, 1'000);
  EXPECT_EQ(chats.find("ann")->wamid, "wamid.2");
}

TEST(RecentChats, TheChatThatWasHeardOfLongestAgoIsForgottenFirst) {
  RecentChats chats(2);
  chats.heard("a", {"1", ""}, 0);
  chats.heard("b", {"2", ""}, 0);
  chats.heard("a", {"3", ""}, 0);
  chats.heard("c", {"4", ""}, 0);
  EXPECT_EQ(chats.size(), 2U);
  EXPECT_EQ(chats.find("b"), nullptr);
  EXPECT_NE(chats.find("a"), nullptr);
}

}  // namespace
}  // namespace openclaw::whatsapp
