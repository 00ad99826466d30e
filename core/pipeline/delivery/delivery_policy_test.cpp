#include "core/pipeline/delivery/delivery_policy.hpp"

#include <gtest/gtest.h>

namespace openclaw::pipeline {
namespace {

constexpr std::int64_t kUnixMs = 1'700'000'000'000;
constexpr std::uint64_t kForEver = UINT64_MAX;
const TimePoint kSteady = TimePoint{} + std::chrono::hours(1);

SendOutcome failed(Errc code, std::uint32_t attempts = 1) {
  SendOutcome o;
  o.error.code = code;
  o.error.message = "why";
  o.error.retryable = true;
  o.attempts = attempts;
  return o;
}

DeliveryDecision after(const SendOutcome& o, std::string resend = "hold", double random = 0.5) {
  DeliveryOptions options;
  options.resend_unknown = std::move(resend);
  return DeliveryPolicy(options, [=] { return random; }).after_attempt(o, kSteady, kUnixMs);
}

TEST(DeliveryPolicy, SentIsSent) {
  SendOutcome o;
  o.sent = true;
  EXPECT_EQ(after(o).next, Next::sent);
}

TEST(DeliveryPolicy, TriesThreeTimesWithGrowingPauses) {
  EXPECT_EQ(after(failed(Errc::network, 1)).at, kSteady + Millis(1000));
  EXPECT_EQ(after(failed(Errc::network, 2)).at, kSteady + Millis(2000));
  EXPECT_EQ(after(failed(Errc::network, 3)).next, Next::dead);
}

TEST(DeliveryPolicy, KeepsTheMinimumAndTheCap) {
  DeliveryOptions o;
  o.first = Millis(10);
  o.max_attempts = 100;
  DeliveryPolicy p(o, [] { return 0.0; });
  EXPECT_EQ(p.after_attempt(failed(Errc::network, 1), kSteady, kUnixMs).at, kSteady + Millis(500));
  EXPECT_LE(p.after_attempt(failed(Errc::network, 99), kSteady, kUnixMs).at,
            kSteady + Millis(30'000));
}

TEST(DeliveryPolicy, HoldsTheChatForTheWholeRetryAfterAndDoesNotCountIt) {
  auto o = failed(Errc::rate, 3);
  o.error.retry_after_ms = 90'000;
  const auto d = after(o);
  EXPECT_EQ(d.next, Next::retry_at);
  EXPECT_EQ(d.at, kSteady + Millis(90'000));
  EXPECT_FALSE(d.counts);
  EXPECT_TRUE(after(failed(Errc::rate)).counts);
  EXPECT_EQ(after(failed(Errc::rate, 3)).next, Next::dead);
}

TEST(DeliveryPolicy, WhatTheChannelHandsBackIsNoFailureAndComesWhenItSays) {
  auto o = failed(Errc::again, 99);
  o.error.retry_after_ms = 340;
  const auto d = after(o);
  EXPECT_EQ(d.next, Next::retry_at);
  EXPECT_EQ(d.at, kSteady + Millis(340));
  EXPECT_TRUE(d.handed_back);
  EXPECT_FALSE(d.counts);
  o.error.retry_after_ms = 1;
  EXPECT_EQ(after(o).at, kSteady + DeliveryOptions{}.handed_back_minimum)
      << "each time costs writes";
}

TEST(DeliveryPolicy, OnlyAChannelThatNamesAMomentAndDidNothingHandsBack) {
  EXPECT_FALSE(after(failed(Errc::again)).handed_back);
  EXPECT_EQ(after(failed(Errc::again)).at, kSteady + Millis(1000));
  auto o = failed(Errc::rate);
  o.error.retry_after_ms = 340;
  EXPECT_FALSE(after(o).handed_back) << "the platform has said so";
  o = failed(Errc::again);
  o.error.retry_after_ms = 340;
  o.error.maybe_done = true;
  EXPECT_EQ(after(o).next, Next::unknown);
}

TEST(DeliveryPolicy, AnUnknownOutcomeIsResentOnlyWithAKeyOrByPolicy) {
  auto o = failed(Errc::network);
  o.error.maybe_done = true;
  EXPECT_EQ(after(o).next, Next::unknown);
  EXPECT_EQ(after(failed(Errc::unknown)).next, Next::unknown);
  EXPECT_EQ(after(o, "resend").next, Next::retry_at);
  o.idempotent_ms = kForEver;
  EXPECT_EQ(after(o).next, Next::retry_at);
}

TEST(DeliveryPolicy, WhatMayHaveArrivedIsNeverCalledDead) {
  auto o = failed(Errc::network, 3);
  o.error.maybe_done = true;
  o.idempotent_ms = kForEver;
  EXPECT_EQ(after(o).next, Next::unknown);
  o.attempts = 1;
  o.expires_in = Millis{0};
  EXPECT_EQ(after(o).next, Next::unknown);
}

TEST(DeliveryPolicy, ARefusalIsDeadAtOnce) {
  for (const Errc code : {Errc::invalid, Errc::unsupported, Errc::too_large, Errc::not_found}) {
    auto o = failed(code);
    o.error.retryable = false;
    EXPECT_EQ(after(o).next, Next::dead);
  }
  EXPECT_EQ(after(failed(Errc::permanent)).next, Next::dead);
  EXPECT_EQ(after(failed(Errc::permanent)).reason, "why");
}

TEST(DeliveryPolicy, ABadTokenWaitsForTheOperatorWithoutCounting) {
  const auto d = after(failed(Errc::auth, 3));
  EXPECT_EQ(d.next, Next::retry_at);
  EXPECT_EQ(d.at, kSteady + Millis(30'000));
  EXPECT_FALSE(d.counts);
}

TEST(DeliveryPolicy, ExpiresInsteadOfBeingReplayedLate) {
  auto o = failed(Errc::auth);
  o.expires_in = Millis{29'999};
  const auto d = after(o);
  EXPECT_EQ(d.next, Next::dead);
  EXPECT_NE(d.reason.find("expired"), std::string::npos);
  o.expires_in = Millis{30'001};
  EXPECT_EQ(after(o).next, Next::retry_at);
}

TEST(DeliveryPolicy, WhatMayHaveArrivedIsResentWhileThePlatformKnowsItsKey) {
  const DeliveryPolicy hold({}, [] { return 0.5; });
  EXPECT_FALSE(hold.may_resend(0, kUnixMs, kUnixMs));
  EXPECT_TRUE(hold.may_resend(kForEver, 0, kUnixMs));
  EXPECT_TRUE(hold.may_resend(60'000, kUnixMs - 59'999, kUnixMs));
  EXPECT_FALSE(hold.may_resend(60'000, kUnixMs - 60'000, kUnixMs));
  EXPECT_FALSE(hold.may_resend(60'000, kUnixMs + 1, kUnixMs)) << "the clock was set back";
  DeliveryOptions o;
  o.resend_unknown = "resend";
  EXPECT_TRUE(DeliveryPolicy(o, [] { return 0.5; }).may_resend(0, kUnixMs, kUnixMs));
}

TEST(DeliveryPolicy, AResendThatWouldComeAfterTheKeysTimeIsNotMade) {
  auto o = failed(Errc::network);
  o.error.maybe_done = true;
  o.idempotent_ms = 60'000;
  o.sent_unix_ms = kUnixMs - 58'999;
  EXPECT_EQ(after(o).next, Next::retry_at);
  o.sent_unix_ms = kUnixMs - 59'000;
  EXPECT_EQ(after(o).next, Next::unknown) << "the pause is a second";
}

TEST(DeliveryPolicy, ADoubtOutlastsALaterAttemptThatSurelyFailed) {
  auto o = failed(Errc::rate);
  o.error.retry_after_ms = 90'000;
  o.doubted = true;
  o.idempotent_ms = 60'000;
  o.sent_unix_ms = kUnixMs - 1'000;
  EXPECT_EQ(after(o).next, Next::unknown) << "the key is forgotten by then";
  o.idempotent_ms = kForEver;
  EXPECT_EQ(after(o).next, Next::retry_at);
  o = failed(Errc::permanent);
  o.doubted = true;
  o.idempotent_ms = kForEver;
  EXPECT_EQ(after(o).next, Next::unknown) << "the first may have arrived";
}

}  // namespace
}  // namespace openclaw::pipeline
