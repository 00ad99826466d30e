// One of several gateways: who has the connection.
#include <algorithm>

#include "irc_fixture.hpp"

namespace openclaw::irc {
namespace {

class OneOfSeveral : public IrcFixture {
 protected:
  OneOfSeveral() {
    host.leases_granted = false;
    host.other_gateways = 1;
  }
  void grant() {
    host.grant("connection");
    host.run();
  }
  void take_away() {
    host.take_away("connection");
    host.run();
  }
  void come_up_with_the_lease() {
    create();
    start_op = host.start();
    grant();
    welcome();
    sent();
  }
  /// No connection comes about for so long.
  void cut_off(int seconds) {
    for (int i = 0; i < seconds; ++i) {
      if (!host.connections.empty()) cut();
      host.advance(1'000);
    }
  }
  bool quit_was_said() {
    const auto lines = sent();
    return std::count(lines.begin(), lines.end(), "QUIT") == 1;
  }
};

TEST_F(OneOfSeveral, WithoutTheLeaseItStandsByAndDoesNotConnect) {
  create();
  start_op = host.start();
  host.advance(1'000);
  EXPECT_TRUE(succeeded(start_op));
  EXPECT_EQ(state(), OC_STATE_STANDBY);
  EXPECT_NE(reason().find("another gateway has the connection to irc.example.org"),
            std::string::npos)
      << reason();
  host.advance(3'600'000);
  EXPECT_TRUE(host.connections.empty());
  EXPECT_NE(failure(host.send(message())).flags & OC_EF_NOT_DONE, 0U);
  for (const auto& line : host.logs) EXPECT_NE(line.event, "irc.trouble");
}

TEST_F(OneOfSeveral, GrantedItTakesOver) {
  create();
  start_op = host.start();
  host.advance(60'000);
  grant();
  EXPECT_EQ(state(), OC_STATE_CONNECTING);
  welcome();
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(reason(), "");
}

TEST_F(OneOfSeveral, TakenAwayItLeavesAndStandsBy) {
  come_up_with_the_lease();
  const oc_op under_way = host.send(message());
  take_away();
  EXPECT_EQ(state(), OC_STATE_STANDBY);
  EXPECT_TRUE(quit_was_said());
  EXPECT_TRUE(connection().closed_with);
  EXPECT_NE(failure(under_way).flags & OC_EF_MAYBE_DONE, 0U);
  say(":ada!u@h PRIVMSG #room :bot: hello");
  EXPECT_TRUE(host.submitted.empty()) << "the other hears it too";
  host.connection_closed(connection().op);
  host.advance(3'600'000);
  EXPECT_EQ(host.connections.size(), 1U);
  EXPECT_EQ(state(), OC_STATE_STANDBY);
}

TEST_F(OneOfSeveral, GivenBackWhileTheOldConnectionEndsItConnectsAfterIt) {
  come_up_with_the_lease();
  take_away();
  grant();
  EXPECT_EQ(host.connections.size(), 1U);
  host.connection_closed(connection().op);
  ASSERT_EQ(host.connections.size(), 2U);
  welcome();
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(OneOfSeveral, OverByTheClockNothingIsHeardOrSaidThoughNobodySaidSo) {
  come_up_with_the_lease();
  host.lapse("connection");
  say(":ada!u@h PRIVMSG #room :bot: hello");
  EXPECT_TRUE(host.submitted.empty());
  EXPECT_EQ(state(), OC_STATE_STANDBY);
  EXPECT_TRUE(quit_was_said());
  EXPECT_NE(failure(host.send(message())).flags & OC_EF_NOT_DONE, 0U);
}

TEST_F(OneOfSeveral, OverByTheClockItDoesNotConnectAgain) {
  come_up_with_the_lease();
  cut();
  host.lapse("connection");
  host.advance(60'000);
  EXPECT_EQ(host.connections.size(), 1U);
  EXPECT_EQ(state(), OC_STATE_STANDBY);
  grant();
  EXPECT_EQ(host.connections.size(), 2U);
}

TEST_F(OneOfSeveral, AHolderThatDoesNotGetThroughLetsAnotherTryAndWantsItAgain) {
  create();
  start_op = host.start();
  grant();
  for (int round = 0; round < 2; ++round) {
    cut_off(59);
    EXPECT_TRUE(host.holds("connection"));
    cut_off(2);
    EXPECT_FALSE(host.holds("connection")) << "another may try";
    EXPECT_EQ(state(), OC_STATE_STANDBY);
    EXPECT_NE(reason().find("another gateway may try for a minute: irc.example.org:6697 cannot "
                            "be reached (reset by peer)"),
              std::string::npos)
        << reason();
    const auto connections = host.connections.size();
    host.advance(57'000);
    EXPECT_EQ(host.wanted.count("connection"), 0U);
    host.advance(3'000);
    EXPECT_EQ(host.wanted.count("connection"), 1U) << "all may be cut off";
    EXPECT_EQ(host.connections.size(), connections);
    grant();
    EXPECT_EQ(host.connections.size(), connections + 1) << "at once";
  }
  welcome();
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  host.advance(30'000);
  EXPECT_TRUE(host.holds("connection"));
}

TEST_F(OneOfSeveral, AServerThatTakesTheConnectionAndSaysNothingIsNotReached) {
  create();
  start_op = host.start();
  grant();
  open();
  host.advance(60'000);
  EXPECT_FALSE(host.holds("connection"));
  EXPECT_NE(reason().find("irc.example.org:6697 does not answer"), std::string::npos) << reason();
  host.connection_closed(connection().op);
  host.advance(62'000);
  EXPECT_NE(reason().find("another gateway has the connection"), std::string::npos) << reason();
}

TEST_F(OneOfSeveral, AConnectionThatStandsEndsTheTrouble) {
  create();
  start_op = host.start();
  grant();
  cut_off(5);
  // The pause before the next try is random.
  const auto before = host.connections.size();
  for (int i = 0; i < 50 && host.connections.size() == before; ++i) host.advance(1'000);
  welcome();
  cut_off(58);
  EXPECT_TRUE(host.holds("connection"));
}

TEST_F(OneOfSeveral, AloneAHolderGoesOnAndStepsDownOnceAnotherHasCome) {
  host.other_gateways = 0;
  create();
  start_op = host.start();
  grant();
  cut_off(200);
  EXPECT_TRUE(host.holds("connection"));
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  host.other_gateways = 1;
  cut_off(61);
  EXPECT_FALSE(host.holds("connection"));
}

TEST_F(OneOfSeveral, QuiescedItLeavesTheNickToTheNextAtOnceAndTheLeaseIsTheHosts) {
  come_up_with_the_lease();
  EXPECT_TRUE(succeeded(host.quiesce()));
  EXPECT_TRUE(host.holds("connection"));
  EXPECT_TRUE(quit_was_said());
  EXPECT_TRUE(connection().closed_with);
  EXPECT_EQ(state(), OC_STATE_STANDBY);
  EXPECT_NE(reason().find("this gateway ends: another one takes the connection to "
                          "irc.example.org:6697 over"),
            std::string::npos)
      << reason();
  host.connection_closed(connection().op);
  EXPECT_NE(failure(host.send(message())).flags & OC_EF_NOT_DONE, 0U) << "the next one sends it";
  host.advance(60'000);
  EXPECT_EQ(host.connections.size(), 1U);
  EXPECT_TRUE(succeeded(host.stop()));
}

TEST_F(OneOfSeveral, QuiescedItSendsFirstWhatItHasBegun) {
  come_up_with_the_lease();
  const oc_op begun = host.send(message());
  const auto lines = sent();
  EXPECT_TRUE(succeeded(host.quiesce()));
  EXPECT_FALSE(quit_was_said());
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_NE(failure(host.send(message())).flags & OC_EF_NOT_DONE, 0U) << "nothing new is begun";
  pong(lines);
  EXPECT_TRUE(succeeded(begun));
  EXPECT_TRUE(quit_was_said());
  EXPECT_EQ(state(), OC_STATE_STANDBY);
}

TEST_F(OneOfSeveral, QuiescedItWaitsForTheServersAnswerOnlySoLong) {
  come_up_with_the_lease();
  const oc_op begun = host.send(message());
  sent();
  EXPECT_TRUE(succeeded(host.quiesce()));
  host.advance(4'900);
  EXPECT_FALSE(quit_was_said());
  host.advance(200);
  EXPECT_TRUE(quit_was_said());
  EXPECT_NE(failure(begun).flags & OC_EF_MAYBE_DONE, 0U);
  EXPECT_EQ(state(), OC_STATE_STANDBY);
}

TEST_F(OneOfSeveral, QuiescedWithoutAConnectionItTriesNoMore) {
  come_up_with_the_lease();
  cut();
  EXPECT_TRUE(succeeded(host.quiesce()));
  EXPECT_EQ(state(), OC_STATE_STANDBY);
  host.advance(60'000);
  EXPECT_EQ(host.connections.size(), 1U);
}

TEST_F(OneOfSeveral, AloneQuiescedItStillSends) {
  host.other_gateways = 0;
  come_up_with_the_lease();
  EXPECT_TRUE(succeeded(host.quiesce()));
  host.lapse("connection");
  const oc_op op = host.send(message());
  pong(sent());
  EXPECT_TRUE(succeeded(op));
  say(":ada!u@h PRIVMSG #room :bot: hello");
  EXPECT_TRUE(host.submitted.empty());
  EXPECT_FALSE(quit_was_said());
  host.other_gateways = 1;
  say(":ada!u@h PRIVMSG #room :bot: hello");
  EXPECT_TRUE(quit_was_said()) << "another has come meanwhile";
}

TEST_F(OneOfSeveral, TheNickThatTheOneBeforeStillHasIsAskedForSoon) {
  create(R"({"server":"ircs://irc.example.org","nick":"bot"})");
  start_op = host.start();
  grant();
  open();
  say(":irc.example.org 433 * bot :Nickname is already in use");
  say(":irc.example.org 001 bot_ :Welcome");
  say(":irc.example.org 005 bot_ CASEMAPPING=ascii NICKLEN=30 :are supported");
  sent();
  host.advance(5'600);
  EXPECT_EQ(sent(), std::vector<std::string>{"NICK bot"});
  say(":irc.example.org 433 bot_ bot :Nickname is already in use");
  host.advance(11'200);
  EXPECT_EQ(sent(), std::vector<std::string>{"NICK bot"});
  say(":bot_!u@h NICK bot");
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(OneOfSeveral, WhatOnlyTheOperatorCanMendShowsInEachGatewayInTurn) {
  create();
  start_op = host.start();
  grant();
  open();
  say("ERROR :Closing Link: (Bad Password)");
  say(":irc.example.org 464 bot :Password incorrect");
  EXPECT_EQ(state(), OC_STATE_FAILED);
  EXPECT_FALSE(host.holds("connection"));
}

}  // namespace
}  // namespace openclaw::irc
