#include "session.hpp"

#include <gtest/gtest.h>

namespace openclaw::irc {
namespace {

class InSession : public ::testing::Test {
 protected:
  static Config make_config() {
    Config config;
    config.nick = "gateway";
    config.username = "openclaw";
    config.server = "irc.example.org:6697";
    config.key_prefix = "channels.irc.";
    config.rooms = {{"#open", ""}, {"#locked", "key"}};
    return config;
  }
  std::vector<std::string> say(const std::string& line) {
    return texts(session.received(*parse_line(line), now));
  }
  std::vector<std::string> tick() { return texts(session.tick(now)); }
  std::vector<std::string> texts(const Step& step) {
    link = step.link;
    std::vector<std::string> out;
    for (const Out& line : step.lines) out.push_back(line.text);
    return out;
  }
  void connect(const std::string& nick = "gateway") {
    EXPECT_EQ(session.start().link, Step::Link::connect);
    session.opened(now);
    joins = say("001 " + nick + " :Welcome");
    say("005 " + nick + " CASEMAPPING=ascii NICKLEN=30 :are supported");
  }
  void join_all() {
    say(":" + session.nick() + "!~openclaw@gw.example JOIN #locked");
    say(":" + session.nick() + "!~openclaw@gw.example JOIN #OPEN");
  }
  using Texts = std::vector<std::string>;
  Config config = make_config();
  Session session{config, 1};
  std::int64_t now = 1000;
  Step::Link link = Step::Link::keep;
  Texts joins;
};

TEST_F(InSession, JoinsItsRoomsAndIsConnectedWhenItIsIn) {
  connect();
  EXPECT_EQ(joins, Texts{"JOIN #locked,#open key"});
  EXPECT_TRUE(session.ready());
  EXPECT_EQ(session.health().state, OC_STATE_CONNECTING);
  join_all();
  EXPECT_EQ(session.health().state, OC_STATE_CONNECTED);
}

TEST_F(InSession, ARoomThatRefusesIsNamedAndTriedAgain) {
  connect();
  join_all();
  say(":gateway!u@h PART #open");
  say("475 gateway #open :Cannot join channel (+k)");
  EXPECT_EQ(session.health().state, OC_STATE_DEGRADED);
  EXPECT_NE(session.health().reason.find("#open"), std::string::npos);
  EXPECT_TRUE(session.away_from("#Open"));
  EXPECT_EQ(tick(), Texts{});
  now = *session.next_ms();
  EXPECT_EQ(tick(), Texts{"JOIN #open"});
  say("471 gateway #open :Cannot join channel (+l)");
  EXPECT_GT(*session.next_ms(), now + 8'000) << "the pause grows";
  say(":gateway!u@h JOIN #open");
  EXPECT_EQ(session.health().state, OC_STATE_CONNECTED);
}

TEST_F(InSession, ThrownOutItComesBackAfterAPauseOrWhenInvited) {
  connect();
  join_all();
  EXPECT_EQ(say(":op!u@h KICK #open gateway :out"), Texts{});
  EXPECT_NE(session.health().reason.find("thrown out"), std::string::npos);
  EXPECT_EQ(say(":op!u@h INVITE gateway #open"), Texts{"JOIN #open"});
  EXPECT_EQ(say(":op!u@h INVITE gateway #elsewhere"), Texts{});
  EXPECT_EQ(say(":op!u@h KICK #open somebody :out"), Texts{});
}

TEST_F(InSession, ARoomThatSaysNothingIsAProblemToo) {
  connect();
  now += 31'000;
  EXPECT_EQ(tick(), Texts{"JOIN #locked,#open key"});
  EXPECT_EQ(session.health().state, OC_STATE_DEGRADED);
}

TEST_F(InSession, AnswersPings) {
  session.start();
  session.opened(now);
  EXPECT_EQ(say("PING :12345"), Texts{"PONG :12345"}) << "some servers ask before the welcome";
}

TEST_F(InSession, ASilentServerIsAskedAndLeftWithin120Seconds) {
  connect();
  join_all();
  const std::int64_t heard = now;
  now = *session.next_ms();
  EXPECT_EQ(tick(), Texts{"PING :alive"});
  EXPECT_EQ(tick(), Texts{}) << "once";
  now = *session.next_ms();
  EXPECT_EQ(tick(), Texts{"QUIT"});
  EXPECT_EQ(link, Step::Link::close);
  EXPECT_LE(now - heard, 120'000);
  session.closed("cancelled", now);
  EXPECT_NE(session.health().reason.find("nothing came"), std::string::npos);
}

TEST_F(InSession, AnyLineShowsThatTheServerIsThere) {
  connect();
  join_all();
  now = *session.next_ms();
  tick();
  say("PONG irc.example.org :alive");
  now += 59'000;
  EXPECT_EQ(tick(), Texts{});
}

TEST_F(InSession, ReconnectsAfterGrowingPauses) {
  std::int64_t pause = 5'000;
  for (int i = 0; i < 10; ++i) {
    session.start();
    session.closed("refused", now);
    const std::int64_t waits = *session.next_ms() - now;
    EXPECT_GE(waits, pause * 9 / 10);
    EXPECT_LE(waits, pause * 11 / 10);
    EXPECT_EQ(session.health().state, OC_STATE_DEGRADED);
    pause = std::min<std::int64_t>(pause * 2, 300'000);
    now = *session.next_ms();
  }
  EXPECT_EQ(session.tick(now).link, Step::Link::connect);
}

TEST_F(InSession, OnlyAConnectionThatHeldShortensThePause) {
  for (int i = 0; i < 4; ++i) {
    connect();
    say("ERROR :Closing Link: throttled");
    session.closed("eof", now);
    EXPECT_NE(session.health().reason.find("throttled"), std::string::npos);
    now = *session.next_ms();
  }
  connect();
  now += 61'000;
  session.closed("eof", now);
  EXPECT_LE(*session.next_ms() - now, 5'500);
}

TEST_F(InSession, ATakenNickIsWonBackWhenItIsFree) {
  connect("gateway_");
  join_all();
  EXPECT_EQ(session.health().state, OC_STATE_DEGRADED);
  EXPECT_NE(session.health().reason.find("gateway_"), std::string::npos);
  EXPECT_EQ(say(":gateway!u@h QUIT :bye"), Texts{"NICK gateway"});
  EXPECT_EQ(say("433 gateway_ gateway :in use"), Texts{});
  now += 60'000;
  EXPECT_EQ(tick(), (Texts{"PING :alive", "NICK gateway"}));
  say(":gateway_!~openclaw@gw.example NICK gateway");
  EXPECT_EQ(session.nick(), "gateway");
  EXPECT_EQ(session.health().state, OC_STATE_CONNECTED);
}

TEST_F(InSession, AServerThatCutsTheNickIsNoThief) {
  connect("gate");
  say("005 gate NICKLEN=4 :are supported");
  join_all();
  EXPECT_EQ(session.health().state, OC_STATE_CONNECTED);
}

TEST_F(InSession, SaysThatItIsABotWhereThereIsAModeForIt) {
  session.start();
  session.opened(now);
  say("001 gateway :Welcome");
  EXPECT_EQ(say("005 gateway BOT=B :are supported"), Texts{"MODE gateway +B"});
  EXPECT_EQ(say("005 gateway BOT=B :are supported"), Texts{});
}

TEST_F(InSession, ARefusalForGoodEndsTheTrying) {
  config.sasl_user = "bot";
  session.start();
  session.opened(now);
  say("CAP * LS :sasl");
  say("CAP * ACK :sasl");
  EXPECT_EQ(say("904 gateway :failed"), Texts{"QUIT"});
  EXPECT_EQ(link, Step::Link::close);
  session.closed("eof", now);
  EXPECT_TRUE(session.failed_for_good());
  EXPECT_EQ(session.next_ms(), std::nullopt);
  EXPECT_EQ(session.health().state, OC_STATE_FAILED);
}

TEST_F(InSession, ASlowWelcomeIsGivenUp) {
  session.start();
  session.opened(now);
  now = *session.next_ms();
  EXPECT_EQ(tick(), Texts{"QUIT"});
  EXPECT_EQ(link, Step::Link::close);
}

TEST_F(InSession, ThePartOfALineForTextCountsOurMask) {
  connect();
  const std::size_t cautious = session.text_budget("#open");
  EXPECT_EQ(cautious, 512U - (1 + 7 + 1 + 8 + 2 + 63 + 9 + 5 + 2 + 2));
  join_all();
  const std::string shown = ":gateway!~openclaw@gw.example PRIVMSG #open :\r\n";
  EXPECT_EQ(session.text_budget("#open"), 512 - shown.size());
  say("396 gateway a.much.longer.cloak.example :is now your displayed host");
  EXPECT_LT(session.text_budget("#open"), 512 - shown.size());
  say("005 gateway LINELEN=2048 :are supported");
  EXPECT_GT(session.text_budget("#open"), 1900U);
}

TEST_F(InSession, RequiredAccountsNeedAServerThatTellsThem) {
  config.require_account = true;
  connect();
  join_all();
  EXPECT_NE(session.health().reason.find("requireAccount"), std::string::npos);
}

TEST_F(InSession, StopsWithQuit) {
  connect();
  EXPECT_EQ(texts(session.stop()), Texts{"QUIT"});
  EXPECT_EQ(link, Step::Link::close);
  session.closed("eof", now);
  EXPECT_EQ(session.next_ms(), std::nullopt);
}

}  // namespace
}  // namespace openclaw::irc
