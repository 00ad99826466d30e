// Registration with SASL, as servers that have it behave
// (https://ircv3.net/specs/extensions/sasl-3.1).
#include "registration.hpp"

#include <gtest/gtest.h>

namespace openclaw::irc {
namespace {

class Registering : public ::testing::Test {
 protected:
  Registering() {
    config.nick = "gateway";
    config.username = "openclaw";
    config.real_name = "A bot";
    config.server = "irc.example.org:6697";
    config.key_prefix = "channels.irc.";
  }
  /// The texts that are answered to a line.
  std::vector<std::string> say(const std::string& line) {
    std::vector<std::string> texts;
    for (const Out& out : registration.received(*parse_line(line))) texts.push_back(out.text);
    return texts;
  }
  using Texts = std::vector<std::string>;
  Config config;
  Registration registration{config};
};

TEST_F(Registering, BeginsWithTheCapabilities) {
  config.has_server_password = true;
  const Outs outs = registration.begin();
  ASSERT_EQ(outs.size(), 4U);
  EXPECT_EQ(outs[0].text, "PASS :${secret:serverPassword}");
  EXPECT_TRUE(outs[0].secret);
  EXPECT_EQ(outs[1].text, "CAP LS 302");
  EXPECT_EQ(outs[2].text, "NICK gateway");
  EXPECT_EQ(outs[3].text, "USER openclaw 0 * :A bot");
}

TEST_F(Registering, AsksForWhatIsOfferedInOneLineOrSeveral) {
  registration.begin();
  EXPECT_EQ(say("CAP * LS * :multi-prefix server-time"), Texts{});
  EXPECT_EQ(say("CAP * LS :account-tag sasl=PLAIN"), Texts{"CAP REQ :server-time account-tag"});
  EXPECT_FALSE(registration.has("server-time")) << "not before it is acknowledged";
  EXPECT_EQ(say("CAP * ACK :server-time account-tag "), Texts{"CAP END"});
  EXPECT_TRUE(registration.has("server-time"));
  say("001 gateway :Welcome");
  say("CAP gateway DEL :account-tag");
  EXPECT_FALSE(registration.has("account-tag"));
}

TEST_F(Registering, AServerWithoutCapabilitiesIsFine) {
  registration.begin();
  say("421 * CAP :Unknown command");
  EXPECT_EQ(say("001 gateway_ :Welcome"), Texts{});
  EXPECT_TRUE(registration.welcomed());
  EXPECT_EQ(registration.nick(), "gateway_") << "what the server says, counts";
  EXPECT_FALSE(registration.rejection());
}

TEST_F(Registering, LogsInWithSaslPlain) {
  config.sasl_user = "bot";
  registration.begin();
  EXPECT_EQ(say("CAP * LS :sasl=EXTERNAL,PLAIN"), Texts{"CAP REQ :sasl"});
  EXPECT_EQ(say("CAP * ACK :sasl"), Texts{"AUTHENTICATE PLAIN"});
  const Outs outs = registration.received(*parse_line("AUTHENTICATE +"));
  ASSERT_EQ(outs.size(), 1U);
  EXPECT_TRUE(outs[0].secret);
  const std::string expected("AUTHENTICATE ${base64:\0bot\0${secret:password}}", 46);
  EXPECT_EQ(outs[0].text, expected);
  EXPECT_EQ(wire(outs[0]), expected + "\r\n") << "its NULs are part of what is encoded";
  EXPECT_EQ(say("900 gateway gateway!u@h bot :You are now logged in"), Texts{});
  EXPECT_EQ(say("903 gateway :SASL authentication successful"), Texts{"CAP END"});
  say("001 gateway :Welcome");
  EXPECT_FALSE(registration.rejection());
}

TEST_F(Registering, ARefusedLoginIsForGoodAndNamesTheKey) {
  for (const char* numeric : {"902", "904", "905", "906"}) {
    config.sasl_user = "bot";
    registration.begin();
    say("CAP * LS :sasl");
    say("CAP * ACK :sasl");
    say("AUTHENTICATE +");
    EXPECT_EQ(say(std::string(numeric) + " gateway :SASL authentication failed"), Texts{});
    ASSERT_TRUE(registration.rejection()) << numeric;
    EXPECT_TRUE(registration.rejection()->for_good);
    EXPECT_NE(registration.rejection()->reason.find("channels.irc.password"), std::string::npos);
  }
}

TEST_F(Registering, AServerWithoutLoginIsTriedAgainAndOneWithoutPlainIsNot) {
  config.sasl_user = "bot";
  registration.begin();
  EXPECT_EQ(say("CAP * LS :server-time"), Texts{"CAP REQ :server-time"});
  say("CAP * ACK :server-time");
  say("001 gateway :Welcome");
  ASSERT_TRUE(registration.rejection()) << "services may be away for a while";
  EXPECT_FALSE(registration.rejection()->for_good);
  registration.begin();
  EXPECT_FALSE(registration.rejection());
  EXPECT_EQ(say("CAP * LS :sasl=EXTERNAL"), Texts{});
  ASSERT_TRUE(registration.rejection());
  EXPECT_TRUE(registration.rejection()->for_good);
}

TEST_F(Registering, APasswordOfTheServerThatIsWrongIsForGood) {
  for (const char* line : {"464 * :Password incorrect", "ERROR :Access denied: Bad password?"}) {
    registration.begin();
    say(line);
    ASSERT_TRUE(registration.rejection()) << line;
    EXPECT_TRUE(registration.rejection()->for_good);
    EXPECT_NE(registration.rejection()->reason.find("channels.irc.serverPassword"),
              std::string::npos);
  }
}

TEST_F(Registering, ATakenNickLeadsToOthersAndInTheEndToARejection) {
  registration.begin();
  EXPECT_EQ(say("433 * gateway :Nickname is already in use"), Texts{"NICK gateway_"});
  EXPECT_EQ(say("433 * gateway_ :Nickname is already in use"), Texts{"NICK gateway_2"});
  for (int i = 0; i < 6; ++i) EXPECT_EQ(say("433 * x :in use").size(), 1U) << i;
  EXPECT_EQ(say("433 * x :in use"), Texts{});
  ASSERT_TRUE(registration.rejection());
  EXPECT_FALSE(registration.rejection()->for_good);
}

TEST_F(Registering, ANickThatIsCutAnywayStaysWithinNineLettersAtLast) {
  config.nick = "openclawgateway";
  registration.begin();
  EXPECT_EQ(say("433 * x :in use"), Texts{"NICK openclawgateway_"});
  say("433 * x :in use");
  EXPECT_EQ(say("433 * x :in use"), Texts{"NICK opencla_3"});
}

TEST_F(Registering, AnErroneousNickIsForGood) {
  registration.begin();
  say("432 * gateway :Erroneous Nickname");
  ASSERT_TRUE(registration.rejection());
  EXPECT_TRUE(registration.rejection()->for_good);
}

}  // namespace
}  // namespace openclaw::irc
