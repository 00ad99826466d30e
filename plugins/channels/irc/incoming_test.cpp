#include "incoming.hpp"

#include <gtest/gtest.h>

#include "people.hpp"

namespace openclaw::irc {
namespace {

class Hearing : public ::testing::Test {
 protected:
  std::optional<Incoming> hear(const std::string& text) {
    return decode(*parse_line(text), {nick, server, vouched, true, true, require_account}, ids);
  }
  std::string nick = "bot";
  ISupport server;
  EventIds ids{1, 2};
  bool vouched = true, require_account = false;
};

TEST_F(Hearing, AWordInARoom) {
  const auto in =
      hear("@time=2026-01-31T12:00:00.123Z;msgid=m1 :Ada!~ada@Host PRIVMSG #Room :bot: hi");
  ASSERT_TRUE(in);
  EXPECT_EQ(in->flags, OC_MSG_ROOM | OC_MSG_MENTIONED);
  EXPECT_EQ(in->chat_id, "#room");
  EXPECT_EQ(in->sender_id, "ada!~ada@host");
  EXPECT_EQ(in->sender_name, "Ada");
  EXPECT_EQ(in->text, "hi");
  EXPECT_EQ(in->event_id, "msgid:m1");
  EXPECT_EQ(in->ts_ms, 1'769'860'800'123);
  EXPECT_EQ(hear(":a!b@c PRIVMSG #room :hello all")->flags, OC_MSG_ROOM);
}

TEST_F(Hearing, ADirectMessageIsAddressedByThePerson) {
  const auto in = hear(":Ada!~ada@host PRIVMSG Bot :bot: hi");
  ASSERT_TRUE(in);
  EXPECT_EQ(in->flags, 0U);
  EXPECT_EQ(in->chat_id, in->sender_id);
  EXPECT_EQ(in->extra_json, R"({"nick":"Ada"})");
  EXPECT_EQ(in->text, "bot: hi");
}

TEST_F(Hearing, TheAccountIsTheIdentityWhenTheServerVouchesForIt) {
  EXPECT_EQ(hear("@account=Ada :x!y@z PRIVMSG bot :hi")->sender_id, "account:Ada");
  EXPECT_EQ(hear("@account=* :x!y@z PRIVMSG bot :hi")->sender_id, "x!y@z");
  vouched = false;
  EXPECT_EQ(hear("@account=Ada :x!y@z PRIVMSG bot :hi")->sender_id, "x!y@z")
      << "a tag that the server has not promised is anybody's claim";
}

TEST_F(Hearing, NoNickCanLookLikeAnAccount) {
  EXPECT_FALSE(hear(":account:ada!y@z PRIVMSG bot :hi"));
}

TEST_F(Hearing, WithRequireAccountNobodyElseIsHeard) {
  require_account = true;
  EXPECT_FALSE(hear(":x!y@z PRIVMSG bot :hi"));
  EXPECT_TRUE(hear("@account=Ada :x!y@z PRIVMSG bot :hi"));
}

TEST_F(Hearing, WhatCouldBeginACircleIsNotHeard) {
  for (const char* line :
       {":a!b@c NOTICE bot :hi", ":a!b@c NOTICE #room :bot: hi",
        ":bot!b@c PRIVMSG #room :bot: mine", "@bot :a!b@c PRIVMSG bot :hi",
        ":irc.example.org PRIVMSG bot :hi", ":a!b@c PRIVMSG bot :\x01PING 1\x01",
        ":a!b@c PRIVMSG bot :\x01VERSION\x01", ":a!b@c PRIVMSG other :hi",
        ":a!b@c PRIVMSG bot : ", ":a!b@c PRIVMSG bot", ":a!b@c PRIVMSG @#room :hi"}) {
    EXPECT_FALSE(hear(line)) << line;
  }
}

TEST_F(Hearing, AnActionIsText) {
  EXPECT_EQ(hear(":Ada!b@c PRIVMSG #room :\x01"
                 "ACTION waves at bot\x01")
                ->text,
            "* Ada waves at bot");
}

TEST_F(Hearing, EventsWithoutIdAreToldApart) {
  const auto first = hear(":a!b@c PRIVMSG bot :hi");
  const auto second = hear(":a!b@c PRIVMSG bot :hi");
  EXPECT_NE(first->event_id, second->event_id);
  EXPECT_NE(EventIds(1, 3).next(), EventIds(1, 2).next());
}

TEST(Identity, EachPartIsLoweredByItsOwnRule) {
  const ISupport rfc1459;
  EXPECT_EQ(identity_of(*parse_line(":A[~]!~B[@H~.Example PING"), false, rfc1459),
            "a{^}!~b[@h~.example");
}

class Known : public ::testing::Test {
 protected:
  void saw(const std::string& line) { people.saw(*parse_line(line), server); }
  void SetUp() override {
    people.spoke("account:Ada", *parse_line(":ada!u@h PRIVMSG bot :hi"), server);
  }
  People::Reach reach(const std::string& id, const std::string& known = {}) {
    return people.reach(id, known, server);
  }
  ISupport server;
  People people;
};

TEST_F(Known, APersonIsFollowedToAnotherNick) {
  saw(":ada!u@h NICK countess");
  EXPECT_EQ(reach("account:Ada").nick, "countess");
}

TEST_F(Known, WhoHasGoneIsNotAnsweredUnderANickThatMayBeAnothers) {
  saw(":ada!u@h QUIT :bye");
  EXPECT_TRUE(reach("account:Ada").gone);
}

TEST_F(Known, SomebodyElseWithTheNickGetsNothing) {
  saw(":ada!eve@evil JOIN #room");
  EXPECT_TRUE(reach("account:Ada").gone);
  people.spoke("account:Ada", *parse_line(":ada2!u@h PRIVMSG bot :hi"), server);
  EXPECT_EQ(reach("account:Ada").nick, "ada2");
  saw(":eve!eve@evil NICK ada2");
  EXPECT_TRUE(reach("account:Ada").gone);
}

TEST_F(Known, AfterARestartTheMessageItselfTellsTheNick) {
  EXPECT_EQ(reach("account:Bob", "bob").nick, "bob");
  EXPECT_EQ(reach("bob!u@h").nick, "bob");
  EXPECT_EQ(reach("account:Bob").nick, "");
  EXPECT_TRUE(reach("account:Bob", "ada").gone) << "that nick is Ada's now";
}

TEST_F(Known, TheMemoryIsBounded) {
  for (int i = 0; i < 3000; ++i) {
    people.spoke("account:" + std::to_string(i),
                 *parse_line(":n" + std::to_string(i) + "!u@h PRIVMSG bot :hi"), server);
  }
  EXPECT_EQ(reach("account:Ada").nick, "") << "the oldest is forgotten";
  EXPECT_EQ(reach("account:2999").nick, "n2999");
}

}  // namespace
}  // namespace openclaw::irc
