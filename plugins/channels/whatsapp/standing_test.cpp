#include "standing.hpp"

#include <gtest/gtest.h>

#include "openclaw/host/status.h"

namespace openclaw::whatsapp {
namespace {

Config config(bool secret, const std::string& number) {
  Config out;
  out.key_prefix = "channels.whatsapp.";
  out.has_app_secret = secret;
  out.phone_number_id = number;
  return out;
}

TEST(Standing, WithANumberItConnectsWhenMetaHasAnswered) {
  const Config c = config(true, "1");
  Standing standing(c);
  EXPECT_EQ(standing.state().state, OC_STATE_CONNECTING);
  standing.webhook_verified();
  EXPECT_EQ(standing.state().state, OC_STATE_CONNECTING) << "that proves nothing of the token";
  standing.unreachable("no network");
  EXPECT_EQ(standing.state().reason, "no network");
  standing.reachable();
  standing.number_answered();
  EXPECT_EQ(standing.state(), (State{OC_STATE_CONNECTED, ""}));
}

TEST(Standing, WithoutANumberItSaysThatNothingIsProvenUntilSomethingIs) {
  const Config c = config(true, "");
  Standing heard(c);
  EXPECT_EQ(heard.state().state, OC_STATE_DEGRADED) << "degraded delivers, connecting does not";
  EXPECT_NE(heard.state().reason.find("phoneNumberId"), std::string::npos);
  heard.webhook_verified();
  EXPECT_EQ(heard.state().state, OC_STATE_CONNECTED);
  Standing spoke(c);
  spoke.sent("1");
  EXPECT_EQ(spoke.state().state, OC_STATE_CONNECTED);
}

TEST(Standing, WithoutTheAppSecretItStaysDegradedAndNamesTheKey) {
  const Config c = config(false, "");
  Standing standing(c);
  standing.sent("1");
  EXPECT_EQ(standing.state().state, OC_STATE_DEGRADED);
  EXPECT_NE(standing.state().reason.find("channels.whatsapp.appSecret"), std::string::npos);
}

TEST(Standing, WhileMetaIsUnreachableTheMissingSecretIsSaidToo) {
  const Config c = config(false, "1");
  Standing standing(c);
  EXPECT_EQ(standing.state().state, OC_STATE_CONNECTING);
  EXPECT_EQ(standing.state().reason.find("channels.whatsapp.appSecret is missing"), 0U);
  standing.unreachable("no network");
  EXPECT_EQ(standing.state().reason.find("no network; besides, channels.whatsapp.appSecret is"),
            0U);
}

TEST(Standing, ThatNothingComesIsTroubleUntilSomethingDoes) {
  Config c = config(true, "1");
  c.route_path = "/channels/whatsapp/webhook";
  Standing standing(c);
  standing.number_answered();
  standing.nothing_comes();
  EXPECT_EQ(standing.state().state, OC_STATE_DEGRADED);
  for (const char* word : {"nothing comes from WhatsApp", "/channels/whatsapp/webhook",
                           "subscribed", "channels.whatsapp.appSecret"}) {
    EXPECT_NE(standing.state().reason.find(word), std::string::npos) << word;
  }
  standing.sent("1");
  EXPECT_EQ(standing.state().state, OC_STATE_DEGRADED) << "that a message goes out proves nothing";
  standing.webhook_verified();
  EXPECT_EQ(standing.state().state, OC_STATE_CONNECTED);
}

TEST(Standing, ARefusedTokenIsFinalAndAnOperatorsProblemIsNot) {
  const Config c = config(true, "1");
  Standing standing(c);
  standing.number_answered();
  standing.needs_operator("1", "register it");
  EXPECT_EQ(standing.state(), (State{OC_STATE_DEGRADED, "register it"}));
  standing.sent("1");
  EXPECT_EQ(standing.state().state, OC_STATE_CONNECTED);
  standing.refused("token");
  standing.webhook_verified();
  standing.sent("1");
  EXPECT_EQ(standing.state(), (State{OC_STATE_FAILED, "token"}));
}

TEST(Standing, OneNumbersProblemIsNotHiddenByAnotherThatSends) {
  const Config c = config(true, "");
  Standing standing(c);
  standing.needs_operator("1", "register it");
  standing.sent("2");
  EXPECT_EQ(standing.state(), (State{OC_STATE_DEGRADED, "number 1: register it"}));
  standing.sent("1");
  EXPECT_EQ(standing.state().state, OC_STATE_CONNECTED);
}

}  // namespace
}  // namespace openclaw::whatsapp
