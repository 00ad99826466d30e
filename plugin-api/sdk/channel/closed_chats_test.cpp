#include "openclaw/cpp/channel/closed_chats.hpp"

#include <gtest/gtest.h>

namespace openclaw::sdk {
namespace {

TEST(ClosedChats, SaysInHowManyAndWhyInTheFirst) {
  ClosedChats chats;
  EXPECT_EQ(chats.trouble(0), std::nullopt);
  EXPECT_EQ(chats.changes_at_ms(), std::nullopt);
  chats.refused("a", "give it a role", 0);
  EXPECT_EQ(chats.trouble(0),
            "the bot may not write in one chat (`openclaw dead list` names them): give it a role");
  chats.refused("b", "let it in", 1);
  EXPECT_EQ(chats.trouble(1),
            "the bot may not write in 2 chats (`openclaw dead list` names them): give it a role")
      << "another refusal changes as little as it can";
  chats.refused("a", "again", 2);
  EXPECT_EQ(chats.trouble(2),
            "the bot may not write in 2 chats (`openclaw dead list` names them): let it in");
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
  EXPECT_NE(chats.trouble(ClosedChats::kRememberedMs)->find("one chat"), std::string::npos);
  chats.refused("b", "why", ClosedChats::kRememberedMs);
  EXPECT_TRUE(chats.trouble(ClosedChats::kRememberedMs + 10)) << "refused again since";
  EXPECT_FALSE(chats.trouble(2 * ClosedChats::kRememberedMs));
}

TEST(ClosedChats, TheOldestGivesWay) {
  ClosedChats chats;
  for (std::size_t i = 0; i <= ClosedChats::kMost; ++i) {
    chats.refused(std::to_string(i), "why", static_cast<std::int64_t>(i));
  }
  EXPECT_NE(chats.trouble(100)->find("100 chats"), std::string::npos);
  EXPECT_EQ(chats.changes_at_ms(), ClosedChats::kRememberedMs + 1);
}

}  // namespace
}  // namespace openclaw::sdk
