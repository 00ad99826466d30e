// Reactions, from the host's side.
#include "whatsapp_fixture.hpp"

namespace openclaw::whatsapp {
namespace {

constexpr const char* kEyes = "\xF0\x9F\x91\x80";

class Reacting : public WhatsAppFixture {
 protected:
  void SetUp() override {
    start();
    post(texts({text("hi")}));
  }
  json body() { return json::parse(open_calls().at(0)->body); }
};

TEST_F(Reacting, PutsItThereAndTakesItAwayFromTheNumberThatWasWrittenTo) {
  host.react(kAnn, "wamid.IN", kEyes, true);
  EXPECT_EQ(open_calls().at(0)->url, "https://graph.facebook.com/v23.0/106540352242922/messages");
  EXPECT_EQ(body(), (json{{"messaging_product", "whatsapp"},
                          {"recipient_type", "individual"},
                          {"to", kAnn},
                          {"type", "reaction"},
                          {"reaction", {{"message_id", "wamid.IN"}, {"emoji", kEyes}}}}));
  host.react(kAnn, "wamid.IN", kEyes, false);
  EXPECT_EQ(open_calls().size(), 1U) << "one at a time";
  answer(kSent);
  EXPECT_EQ(body()["reaction"], (json{{"message_id", "wamid.IN"}, {"emoji", ""}}));
}

TEST_F(Reacting, ALimitLeavesItOut) {
  const oc_op op = host.send(message());
  answer_error(400, 131056);
  EXPECT_EQ(failure(op).code, OC_E_RATE);
  host.react(kAnn, "wamid.IN", kEyes, true);
  EXPECT_TRUE(open_calls().empty());
}

TEST_F(Reacting, ItCountsAsAMessageAndLeavesHalfOfTheCreditToReplies) {
  for (int i = 0; i < 60; ++i) {
    host.react(kAnn, "wamid." + std::to_string(i), kEyes, true);
    if (!open_calls().empty()) answer(kSent);
  }
  EXPECT_EQ(host.http.size(), 23U);
  host.send(message());
  EXPECT_EQ(open_calls().size(), 1U);
}

TEST_F(Reacting, AFailureHurtsNobody) {
  host.react(kAnn, "wamid.IN", kEyes, true);
  answer_error(401, 190);
  EXPECT_NE(state(), OC_STATE_FAILED);
}

TEST_F(Reacting, TheMessageSaysWhichNumberItCameTo) {
  host.react(kAnn, "wamid.IN", kEyes, true, {}, R"({"phone_number_id":"777"})");
  EXPECT_EQ(open_calls().at(0)->url, "https://graph.facebook.com/v23.0/777/messages");
  answer(kSent);
  host.react("16505550000", "wamid.OLD", kEyes, true, {}, R"({"phone_number_id":"777"})");
  EXPECT_EQ(open_calls().size(), 1U) << "after a restart, nobody has been heard of";
  answer(kSent);
  host.react(kAnn, "wamid.IN", kEyes, true, {}, R"({"phone_number_id":"../x"})");
  EXPECT_TRUE(open_calls().empty());
}

TEST_F(Reacting, TakingAwayIsTriedAgainAfterALimitAndAfterTrouble) {
  host.react(kAnn, "wamid.IN", kEyes, false);
  answer_error(400, 131056);
  EXPECT_EQ(failure(host.send(message())).code, OC_E_AGAIN) << "the pair is held";
  // The pair's credit is gone as well, so Meta's six seconds are not the end of it.
  for (int i = 0; i < 30 && open_calls().empty(); ++i) host.advance(10'000);
  answer_error(503, 0);
  host.advance(10'000);
  answer(kSent);
  host.advance(60'000);
  EXPECT_TRUE(open_calls().empty());
}

TEST_F(Reacting, WhatIsNoIdOfWhatsAppsIsNotAskedAbout) {
  host.react(kAnn, "7", kEyes, true);
  host.react("not a chat", "wamid.IN", kEyes, true);
  host.react("16505550000", "wamid.IN", kEyes, true);  // never heard of, and no number is set
  EXPECT_TRUE(open_calls().empty());
}

}  // namespace
}  // namespace openclaw::whatsapp
