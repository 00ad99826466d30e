#include "openclaw/cpp/channel/closed_chats.hpp"

#include <gtest/gtest.h>

namespace openclaw::sdk {
namespace {

TEST(ClosedChats, SaysTheNewestRefusalAndHowManyOthersThereAre) {
  ClosedChats chats;
  EXPECT_EQ(chats.trouble(0), std::nullopt);
  EXPECT_EQ(chats.changes_at_ms(), std::nullopt);
  chats.refused("a", "give it a role", 0);
  EXPECT_EQ(chats.trouble(0), "nothing can be sent to the chat a: give it a role");
  chats.refused("b", "let it in", 1);
  EXPECT_EQ(chats.trouble(1), "nothing can be sent to the chat b and 1 other: let it in");
  chats.refused("c", "let it in", 2);
  chats.refused("a", "again", 3);
  EXPECT_EQ(chats.trouble(3), "nothing can be sent to the chat a and 2 others: again");
}

TEST(ClosedChats, ASendThatGoesThroughOpensItsOwnChatOnly) {
  ClosedChats chats;
  chats.refused("a", "why", 0);
  chats.sent("b");
  EXPECT_TRUE(chats.trouble(0));
  chats.sent("a");
  EXPECT_FALSE(chats.trouble(0));
}

TEST(ClosedChats, OneIsForgottenAfterAWhile) {
  ClosedChats chats;
  chats.refused("a", "why", 0);
  chats.refused("b", "why", 10);
  EXPECT_EQ(chats.changes_at_ms(), ClosedChats::kRememberedMs);
  EXPECT_EQ(chats.trouble(ClosedChats::kRememberedMs), "nothing can be sent to the chat b: why");
  chats.refused("b", "why", ClosedChats::kRememberedMs);
  EXPECT_TRUE(chats.trouble(ClosedChats::kRememberedMs + 10)) << "refused again since";
  EXPECT_FALSE(chats.trouble(2 * ClosedChats::kRememberedMs));
}

TEST(ClosedChats, TheOldestGivesWay) {
  ClosedChats chats;
  for (std::size_t i = 0; i <= ClosedChats::kMost; ++i) {
    chats.refused(std::to_string(i), "why", static_cast<std::int64_t>(i));
  }
  EXPECT_EQ(chats.trouble(100), "nothing can be sent to the chat 100 and 99 others: why");
  EXPECT_EQ(chats.changes_at_ms(), ClosedChats::kRememberedMs + 1);
}

}  // namespace
}  // namespace openclaw::sdk
