#include "openclaw/cpp/channel/section.hpp"

#include <gmock/gmock.h>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::sdk {
namespace {

template <class Fn>
std::string refusal(Fn read) {
  try {
    read();
  } catch (const Refused& refused) {
    return refused.what();
  }
  return {};
}

TEST(ChannelSection, NamesKeysAndRoutesOfTheChannelOrItsAccount) {
  const ChannelSection channel("chat", "{}"), account("chat/work", "{}");
  EXPECT_EQ(channel.prefix(), "channels.chat.");
  EXPECT_EQ(channel.route("webhook"), "/channels/chat/webhook");
  EXPECT_EQ(account.prefix(), "channels.chat.accounts.work.");
  EXPECT_EQ(account.route("webhook"), "/channels/chat/work/webhook");
}

TEST(ChannelSection, WhatIsAbsentOrNullHasItsDefault) {
  for (const char* text : {"", "{}", R"({"a":null})"}) {
    const ChannelSection section("chat", text);
    EXPECT_EQ(section.find("a"), nullptr);
    EXPECT_EQ(section.text("a"), "");
    EXPECT_EQ(section.address("a", "https://x/"), "https://x");
    EXPECT_TRUE(section.flag("a", true));
    EXPECT_EQ(section.number("a", 1, 9, 5), 5);
  }
}

TEST(ChannelSection, GivesWhatIsThere) {
  const ChannelSection section("chat", R"({"t":"x","u":"https://y///","f":false,"n":9,"l":[1]})");
  EXPECT_EQ(refusal([&] { section.require("t", "remedy"); }), "");
  EXPECT_EQ(section.text("t"), "x");
  EXPECT_EQ(section.address("u", "https://x"), "https://y");
  EXPECT_FALSE(section.flag("f", true));
  EXPECT_EQ(section.number("n", 1, 9, 5), 9);
  ASSERT_NE(section.find("l"), nullptr);
  EXPECT_TRUE(section.find("l")->is_array());
}

TEST(ChannelSection, EveryRefusalNamesTheKey) {
  const ChannelSection section("chat/work", R"({"t":1,"f":"yes","n":10,"m":1.5})");
  const std::string prefix = "channels.chat.accounts.work.";
  EXPECT_EQ(refusal([&] { (void)section.text("t"); }), prefix + "t must be a string, in quotes");
  EXPECT_EQ(refusal([&] { section.require("k", "set CHAT_K"); }),
            prefix + "k is missing: set CHAT_K");
  EXPECT_EQ(refusal([&] { (void)section.flag("f", true); }), prefix + "f must be true or false");
  EXPECT_EQ(refusal([&] { (void)section.number("n", 1, 9, 5); }),
            prefix + "n must be a number from 1 to 9");
  EXPECT_EQ(refusal([&] { (void)section.number("m", 1, 9, 5); }),
            prefix + "m must be a number from 1 to 9");
  EXPECT_EQ(refusal([&] { section.refuse("q", "is odd"); }), prefix + "q is odd");
  for (const char* text : {"[]", "1", "{", "null"}) {
    EXPECT_EQ(refusal([&] { ChannelSection("chat", text); }), "channels.chat must be a mapping");
  }
  const std::string deep = R"({"a":)" + std::string(5000, '[') + std::string(5000, ']') + "}";
  EXPECT_EQ(refusal([&] { ChannelSection("chat", deep); }), "channels.chat must be a mapping");
}

}  // namespace
}  // namespace openclaw::sdk
