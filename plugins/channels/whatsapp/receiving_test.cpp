// The webhook, from the host's side.
#include "intake.hpp"
#include "receiver.hpp"
#include "whatsapp_fixture.hpp"

namespace openclaw::whatsapp {
namespace {

class Receiving : public WhatsAppFixture {};

TEST_F(Receiving, VerifiesWithTheBareChallenge) {
  start();
  const auto reply = host.request("GET", kPath, {}, {},
                                  "hub.mode=subscribe&hub.verify_token=open%20sesame"
                                  "&hub.challenge=1158201444");
  EXPECT_EQ(reply->status, 200U);
  EXPECT_EQ(reply->body, "1158201444");
}

TEST_F(Receiving, AnotherWordOrAnotherModeIsForbidden) {
  start();
  for (const char* query :
       {"hub.mode=subscribe&hub.verify_token=other&hub.challenge=1",
        "hub.mode=unsubscribe&hub.verify_token=open%20sesame&hub.challenge=1", ""}) {
    const auto reply = host.request("GET", kPath, {}, {}, query);
    EXPECT_EQ(reply->status, 403U) << query;
    EXPECT_EQ(reply->body, "");
  }
}

TEST_F(Receiving, WithoutAVerifyTokenNobodyIsVerified) {
  start({{"token", "x"}, {"appSecret", "y"}});
  const char* query = "hub.mode=subscribe&hub.verify_token=&hub.challenge=1";
  EXPECT_EQ(host.request("GET", kPath, {}, {}, query)->status, 403U);
  EXPECT_NE(host.logs.back().fields.find("channels.whatsapp.verifyToken is missing"),
            std::string::npos);
}

TEST_F(Receiving, AStrangersGuessesFillNoLog) {
  start();
  const auto guess = [this] {
    host.request("GET", kPath, {}, {}, "hub.mode=subscribe&hub.verify_token=x&hub.challenge=1");
    return host.logs.size();
  };
  const std::size_t first = guess();
  EXPECT_EQ(guess(), first);
  host.advance(60'000);
  EXPECT_EQ(guess(), first + 1);
}

TEST_F(Receiving, AFloodOfPayloadsIsBounded) {
  host.auto_accept = false;
  start();
  for (std::size_t i = 0; i < Receiver::kMaxPayloads; ++i) {
    EXPECT_FALSE(post(texts({text("x", "wamid." + std::to_string(i))}))) << i;
  }
  EXPECT_EQ(post(texts({text("x", "wamid.OVER")}))->status, 503U);
  host.accept(host.submitted[0].op);
  EXPECT_FALSE(post(texts({text("x", "wamid.NEXT")})));
}

TEST_F(Receiving, AnswersOnlyOnceEveryMessageIsStored) {
  host.auto_accept = false;
  start();
  EXPECT_FALSE(post(texts({text("1", "wamid.1"), text("2", "wamid.2")})));
  ASSERT_EQ(host.submitted.size(), 2U);
  EXPECT_EQ(host.submitted[0].message.event_id, "wamid.1");
  EXPECT_EQ(host.submitted[0].message.extra_json, R"({"phone_number_id":"106540352242922"})");
  host.accept(host.submitted[1].op);
  EXPECT_TRUE(host.replies.empty());
  host.accept(host.submitted[0].op, "duplicate");
  ASSERT_EQ(host.replies.size(), 1U);
  EXPECT_EQ(host.replies.begin()->second.status, 200U);
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVED);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
}

TEST_F(Receiving, SignsAreOverTheBytesAsTheyCame) {
  start();
  const std::string utf8 = texts({text("café 😀")});
  const std::string escaped = json::parse(utf8).dump(-1, ' ', true);
  ASSERT_NE(utf8, escaped);
  EXPECT_EQ(post(escaped)->status, 200U);
  EXPECT_EQ(post(utf8)->status, 200U);
  EXPECT_EQ(
      host.request("POST", kPath, {{"X-Hub-Signature-256", signature_of(utf8)}}, escaped)->status,
      401U);
  EXPECT_EQ(host.submitted.back().message.text, "café 😀");
}

TEST_F(Receiving, AWrongOrMissingSignatureIsRefused) {
  start();
  const std::string body = texts({text("hi")});
  EXPECT_EQ(host.request("POST", kPath, {}, body)->status, 401U);
  EXPECT_EQ(
      host.request("POST", kPath, {{"X-Hub-Signature-256", signature_of(body, "other")}}, body)
          ->status,
      401U);
  EXPECT_TRUE(host.submitted.empty());
  EXPECT_TRUE(host.evidence.empty());
  EXPECT_EQ(host.metrics["webhook_refused_total"], 2);
}

TEST_F(Receiving, WithoutTheAppSecretNothingIsAcceptedAndTheKeyIsNamed) {
  EXPECT_TRUE(succeeded(start({{"token", "x"}})));
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_NE(reason().find("channels.whatsapp.appSecret"), std::string::npos);
  const std::string body = texts({text("hi")});
  EXPECT_EQ(
      host.request("POST", kPath, {{"X-Hub-Signature-256", signature_of(body, "")}}, body)->status,
      401U);
  EXPECT_EQ(post(body)->status, 401U);
  EXPECT_TRUE(host.submitted.empty());
}

TEST_F(Receiving, WhatCannotBeStoredIsAskedForAgain) {
  host.auto_accept = false;
  start();
  post(texts({text("1", "wamid.1"), text("2", "wamid.2")}));
  host.refuse(host.submitted[0].op, {OC_E_AGAIN, "full", OC_EF_NOT_DONE});
  EXPECT_TRUE(host.replies.empty()) << "the second is under way";
  host.accept(host.submitted[1].op);
  EXPECT_EQ(host.replies.begin()->second.status, 503U);
}

TEST_F(Receiving, OneThatCanNeverBeAcceptedHoldsUpNoOthers) {
  host.auto_accept = false;
  start();
  post(texts({text("1", "wamid.1"), text("2", "wamid.2")}));
  host.refuse(host.submitted[0].op, {OC_E_INVAL, "too long", OC_EF_NOT_DONE});
  host.accept(host.submitted[1].op);
  EXPECT_EQ(host.replies.begin()->second.status, 200U);
}

TEST_F(Receiving, AHugePayloadIsStoredInOrderAFewAtATime) {
  host.auto_accept = false;
  start();
  std::vector<json> many;
  for (int i = 0; i < 100; ++i)
    many.push_back(text(std::to_string(i), "wamid." + std::to_string(i)));
  post(texts(many));
  for (std::size_t i = 0; i < 100; ++i) {
    ASSERT_LE(host.submitted.size(), i + Intake::kAtOnce);
    ASSERT_GT(host.submitted.size(), i);
    EXPECT_EQ(host.submitted[i].message.text, std::to_string(i));
    EXPECT_TRUE(host.replies.empty());
    host.accept(host.submitted[i].op);
  }
  EXPECT_EQ(host.replies.begin()->second.status, 200U);
}

TEST_F(Receiving, StatusesAndReactionsAreAcknowledgedWithoutASubmit) {
  start();
  const json failed = {{"id", "wamid.OUT"},
                       {"status", "failed"},
                       {"errors", {{{"code", 131047}, {"title", "Re-engagement message"}}}}};
  EXPECT_EQ(post(payload({{{"statuses", {failed}}}}))->status, 200U);
  EXPECT_EQ(host.logs.back().event, "whatsapp.undelivered");
  EXPECT_NE(host.logs.back().fields.find("24 hours"), std::string::npos);
  EXPECT_EQ(post(payload({{{"statuses", {failed}}}}))->status, 200U);
  EXPECT_EQ(host.metrics["undelivered_total"], 1) << "told twice, counted once";
  json reaction = text("x");
  reaction["type"] = "reaction";
  EXPECT_EQ(post(texts({reaction}))->status, 200U);
  EXPECT_EQ(host.metrics["ignored_total"], 1);
  EXPECT_TRUE(host.submitted.empty());
}

TEST_F(Receiving, SignedGarbageIsABadRequest) {
  start();
  for (const char* body : {"", "{", "[]", R"({"object":"page"})"}) {
    EXPECT_EQ(post(body)->status, 400U) << body;
  }
}

TEST_F(Receiving, QuiesceTakesNothingNewAndFinishesWhatIsUnderWay) {
  host.auto_accept = false;
  start();
  post(texts({text("hi")}));
  const oc_op op = host.quiesce();
  EXPECT_EQ(host.completion(op), nullptr);
  EXPECT_EQ(post(texts({text("late", "wamid.LATE")}))->status, 503U);
  host.accept(host.submitted[0].op);
  EXPECT_TRUE(succeeded(op));
  EXPECT_EQ(host.submitted.size(), 1U);
}

TEST_F(Receiving, AnAccountHasAPathOfItsOwn) {
  start(section(), "whatsapp/work");
  EXPECT_TRUE(host.has_route("POST", "/channels/whatsapp/work/webhook"));
  EXPECT_TRUE(host.has_route("GET", "/channels/whatsapp/work/webhook"));
  EXPECT_FALSE(host.has_route("POST", kPath));
}

class Watching : public WhatsAppFixture {
 protected:
  void send_one() {
    host.send(message());
    answer(kSent);
  }
  std::size_t lost() const {
    std::size_t n = 0;
    for (const std::uint32_t kind : host.evidence) n += kind == OC_EVIDENCE_RECEIVE_LOST ? 1 : 0;
    return n;
  }
  static std::string receipt() {
    json value = value_of({});
    value.erase("messages");
    value["statuses"] = {{{"id", "wamid.OUT"}, {"status", "sent"}, {"recipient_id", kAnn}}};
    return payload({value});
  }
};

TEST_F(Watching, ThatSendsSucceedDoesNotHideThatNothingComes) {
  start();
  for (int i = 0; i < 12; ++i) {
    send_one();
    host.advance(10'000);
  }
  EXPECT_EQ(lost(), 1U);
  EXPECT_EQ(state(), OC_STATE_DEGRADED);
  EXPECT_NE(reason().find("nothing comes from WhatsApp"), std::string::npos) << reason();
  EXPECT_EQ(post(receipt())->status, 200U);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_RECEIVED);
  EXPECT_EQ(host.timers(), 0U);
}

TEST_F(Watching, AReceiptForEachMessageIsWell) {
  start();
  for (int i = 0; i < 30; ++i) {
    send_one();
    host.advance(6'000);
    post(receipt());
    host.advance(4'000);
  }
  host.advance(600'000);
  EXPECT_EQ(lost(), 0U);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_EQ(host.timers(), 0U);
}

TEST_F(Watching, WhatReachesAnotherGatewayProvesThatWhatsAppDelivers) {
  host.other_gateways = 1;
  start();
  for (int i = 0; i < 30; ++i) {
    send_one();
    host.advance(6'000);
    host.hear("webhook", "");
    host.advance(4'000);
  }
  host.advance(600'000);
  EXPECT_EQ(lost(), 0U);
  EXPECT_EQ(state(), OC_STATE_CONNECTED);
  EXPECT_TRUE(host.told.empty()) << "what was heard is not told again";
  for (int i = 0; i < 3; ++i) post(receipt());
  EXPECT_EQ(host.told.size(), 1U) << "not with each";
  host.advance(10'000);
  post(receipt());
  EXPECT_EQ(host.told.size(), 2U);
}

TEST_F(Watching, WithoutAnAppSecretNothingIsWaitedFor) {
  start({{"token", "x"}});
  send_one();
  EXPECT_EQ(host.timers(), 0U);
}

TEST_F(Watching, StopEndsTheWatch) {
  start();
  send_one();
  EXPECT_EQ(host.timers(), 1U);
  host.stop();
  EXPECT_EQ(host.timers(), 0U);
}

}  // namespace
}  // namespace openclaw::whatsapp
