// What channels send with, in a channel that posts each message to an address.
#include <gmock/gmock.h>

#include <optional>

#include "openclaw/cpp/channel/http_calls.hpp"
#include "openclaw/cpp/channel/send_results.hpp"
#include "openclaw/cpp/waiting_op.hpp"
#include "openclaw/testing/fake_host.hpp"

namespace openclaw::sdk {
namespace {

class Poster final : public Channel {
 public:
  Poster(Host& h, std::string_view /*name*/, std::string_view /*config_json*/)
      : Channel(h), calls_(h), results_(h, "the test") {
    calls_.on_ended([this] {
      if (calls_.under_way() == 0) stop_.end();
    });
  }

  void send(oc_op op, const oc_message& message) override {
    const std::string text = copy(message.text);
    if (stopping_) return results_.stopped(op);
    if (text.empty()) return results_.refuse(op, {OC_E_REFUSED, "empty", OC_EF_NOT_DONE});
    if (text == "later") return results_.hand_back(op, "not yet", 1500);
    if (text == "never") return results_.hand_back(op, "not yet", std::int64_t{1} << 40);
    HttpRequest request;
    request.method = "POST";
    request.url = "https://x/";
    request.body = text;
    limit_time(request, 3'000);
    const auto head = std::make_shared<std::uint32_t>(0);
    call_ = calls_.begin(
        request,
        [this, op, head](const std::optional<Failure>& failure, std::uint32_t status,
                         const std::string& body) {
          if (failure) return results_.failed(op, *failure);
          if (*head != status) return results_.failed(op, {OC_E_NET, "the head did not come"});
          results_.sent(op, body);
        },
        [head](std::uint32_t status, const Headers&) { *head = status; });
  }
  void cancel(oc_op) override { calls_.cancel(call_); }
  void stop(oc_op op) override {
    stopping_ = true;
    stop_.begin(op);
    calls_.cancel_all();
    host().post([this] {
      if (calls_.under_way() == 0) stop_.end();
    });
  }

 private:
  HttpCalls calls_;
  SendResults results_;
  WaitingOp stop_{host()};
  std::uint64_t call_ = 0;
  bool stopping_ = false;
};

class Sending : public ::testing::Test {
 protected:
  Sending() {
    EXPECT_EQ(host.create(PluginApi<Poster, ChannelSlots<Poster>>::table, "poster", "{}"), "");
  }
  oc_op send(const std::string& text) {
    testing::OwnedMessage message;
    message.text = text;
    const oc_op op = host.send(message);
    host.run();
    return op;
  }
  const Failure& failure(oc_op op) {
    const auto* done = host.completion(op);
    static const Failure kNone{};
    EXPECT_TRUE(done != nullptr && done->failure);
    return done != nullptr && done->failure ? *done->failure : kNone;
  }

  testing::FakeHost host;
};

TEST_F(Sending, AReceiptIsEvidenceAndCounted) {
  const oc_op op = send("hello");
  ASSERT_NE(host.last_http(), nullptr);
  EXPECT_EQ(host.last_http()->total_ms, 3'000U);
  EXPECT_EQ(host.last_http()->connect_ms, 3'000U);
  EXPECT_EQ(host.completion(op), nullptr);
  host.respond(host.last_http()->op, 200, "a \"b\" \xFF");
  ASSERT_NE(host.completion(op), nullptr);
  EXPECT_EQ(host.completion(op)->json, "{\"message_id\":\"a \\\"b\\\" \uFFFD\"}");
  EXPECT_THAT(host.evidence, ::testing::ElementsAre(OC_EVIDENCE_SENT));
  EXPECT_EQ(host.metrics["sends_total"], 1);
  EXPECT_EQ(host.wrong_completions(), 0);
}

TEST_F(Sending, AFailureIsCountedAndKeepsItsMeaning) {
  const oc_op op = send("hello");
  host.fail(host.last_http()->op, {OC_E_NET, "gone", OC_EF_MAYBE_DONE, 7});
  EXPECT_EQ(failure(op).code, OC_E_NET);
  EXPECT_EQ(failure(op).flags, std::uint32_t{OC_EF_MAYBE_DONE});
  EXPECT_EQ(failure(op).retry_after_ms, 7U);
  EXPECT_EQ(failure(send("")).code, OC_E_REFUSED);
  EXPECT_EQ(host.metrics["send_errors_total"], 2);
}

TEST_F(Sending, WhatDoesNotReachThePlatformIsEvidenceUntilOneDoes) {
  for (const oc_status code : {OC_E_NET, OC_E_DEADLINE, OC_E_AUTH}) {
    host.evidence.clear();
    send("hello");
    host.fail(host.last_http()->op, {code, "gone", OC_EF_MAYBE_DONE});
    EXPECT_THAT(host.evidence, ::testing::ElementsAre(OC_EVIDENCE_SEND_LOST)) << code;
  }
  send("hello");
  host.respond(host.last_http()->op, 200, "1");
  EXPECT_EQ(host.evidence.back(), OC_EVIDENCE_SENT);
}

TEST_F(Sending, AnAnswerAndAHandBackProveNothingLost) {
  send("");
  send("later");
  for (const oc_status code : {OC_E_REFUSED, OC_E_RATE, OC_E_CANCELLED}) {
    send("hello");
    host.fail(host.last_http()->op, {code, "no", OC_EF_NOT_DONE});
  }
  EXPECT_TRUE(host.evidence.empty());
}

TEST_F(Sending, WhatTheHostWouldNotTakeMayComeAgain) {
  host.http_full = true;
  const oc_op op = send("hello");
  EXPECT_EQ(failure(op).code, OC_E_AGAIN);
  EXPECT_EQ(failure(op).flags, std::uint32_t{OC_EF_NOT_DONE | OC_EF_RETRY});
  host.http_full = false;
  const oc_op stop = host.stop();
  host.run();
  EXPECT_NE(host.completion(stop), nullptr) << "nothing is under way";
}

TEST_F(Sending, WhatIsHandedBackWasSurelyNotSent) {
  const oc_op op = send("later");
  EXPECT_EQ(failure(op).code, OC_E_AGAIN);
  EXPECT_EQ(failure(op).message, "not yet");
  EXPECT_EQ(failure(op).flags, std::uint32_t{OC_EF_NOT_DONE | OC_EF_RETRY});
  EXPECT_EQ(failure(op).retry_after_ms, 1500U);
  EXPECT_EQ(failure(send("never")).retry_after_ms, UINT32_MAX);
  EXPECT_EQ(host.metrics["sends_postponed_total"], 2);
  EXPECT_EQ(host.metrics["send_errors_total"], 0);
}

TEST_F(Sending, TheStopWaitsForWhatIsUnderWayAndTakesNothingNew) {
  const oc_op first = send("one"), second = send("two");
  const oc_op stop = host.stop();
  host.run();
  EXPECT_TRUE(host.http[0].cancelled && host.http[1].cancelled);
  EXPECT_EQ(failure(send("three")).code, OC_E_CANCELLED);
  const Failure cancelled{OC_E_CANCELLED, "cancelled", OC_EF_MAYBE_DONE};
  if (host.http_open(host.http[0].op)) host.fail(host.http[0].op, cancelled);
  if (host.http_open(host.http[1].op)) host.fail(host.http[1].op, cancelled);
  host.run();
  EXPECT_EQ(failure(first).code, OC_E_CANCELLED);
  EXPECT_EQ(failure(second).code, OC_E_CANCELLED);
  ASSERT_NE(host.completion(stop), nullptr);
  EXPECT_FALSE(host.completion(stop)->failure);
  EXPECT_EQ(host.wrong_completions(), 0);
}

TEST_F(Sending, ASendThatIsCancelledStillEnds) {
  const oc_op op = send("one");
  host.cancel(op);
  host.run();
  EXPECT_TRUE(host.http[0].cancelled);
  if (host.http_open(host.http[0].op)) {
    host.fail(host.http[0].op, {OC_E_CANCELLED, "cancelled", OC_EF_MAYBE_DONE});
  }
  EXPECT_EQ(failure(op).code, OC_E_CANCELLED);
}

}  // namespace
}  // namespace openclaw::sdk
