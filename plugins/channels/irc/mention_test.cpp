#include "mention.hpp"

#include <gtest/gtest.h>

namespace openclaw::irc {
namespace {

TEST(Mention, TheNickIsAWordAnywhere) {
  const ISupport server;
  for (const char* text : {"bot: hi", "hi bot", "hi, Bot!", "is (bot) there?", "@bot"}) {
    EXPECT_TRUE(find_mention(text, "bot", server).mentioned) << text;
  }
  for (const char* text : {"robot", "bots", "bot-net", "bot_", "", "bo t", "bot\xC3\xA9"}) {
    EXPECT_FALSE(find_mention(text, "bot", server).mentioned) << text;
  }
  EXPECT_FALSE(find_mention("anything", "", server).mentioned);
}

TEST(Mention, TheAddressIsTakenOff) {
  const ISupport server;
  EXPECT_EQ(find_mention("bot: hello", "bot", server).text, "hello");
  EXPECT_EQ(find_mention("BOT, hello bot", "bot", server).text, "hello bot");
  EXPECT_EQ(find_mention("@bot hello", "bot", server).text, "hello");
  EXPECT_EQ(find_mention("bot is nice", "bot", server).text, "bot is nice");
  EXPECT_EQ(find_mention("bot:", "bot", server).text, "bot:") << "something must be left";
}

TEST(Mention, FormattingIsTakenOut) {
  EXPECT_EQ(without_formatting("\x02"
                               "bold\x02 \x03"
                               "04,12red\x03 \x04"
                               "ff0000hex \x1Di\x0F"),
            "bold red hex i");
  EXPECT_EQ(without_formatting("\x03,x 1,2"), ",x 1,2");
}

}  // namespace
}  // namespace openclaw::irc
