#include "send_rates.hpp"

#include <gtest/gtest.h>

namespace openclaw::whatsapp {
namespace {

constexpr std::int64_t kStart = 1'000'000;
const Pair kAnn{"1", "16505551234"};
const Pair kBob{"1", "16505559999"};

/// 0 when it went (and is over), else how long to wait.
std::uint32_t go(SendRates& rates, const Pair& pair, std::int64_t now) {
  const auto ms = rates.begin(pair, now);
  if (ms == 0) rates.done(pair);
  return ms;
}

TEST(SendRates, ABurstOf45GoesAtOnceAndThenOneEverySixSeconds) {
  SendRates rates;
  for (int i = 0; i < 45; ++i) EXPECT_EQ(go(rates, kAnn, kStart), 0U) << i;
  EXPECT_EQ(go(rates, kAnn, kStart), 6'000U);
  EXPECT_EQ(go(rates, kAnn, kStart + 5'999), 1U);
  EXPECT_EQ(go(rates, kAnn, kStart + 6'000), 0U);
  EXPECT_EQ(go(rates, kAnn, kStart + 6'000), 6'000U);
  EXPECT_EQ(go(rates, kBob, kStart), 0U) << "each person has a rate of their own";
}

TEST(SendRates, OneAtATimeToAPerson) {
  SendRates rates;
  EXPECT_EQ(rates.begin(kAnn, kStart), 0U);
  EXPECT_EQ(rates.begin(kAnn, kStart), SendRates::kUnderWayMs);
  rates.done(kAnn);
  EXPECT_EQ(rates.begin(kAnn, kStart), 0U);
}

TEST(SendRates, WhatMayBeLeftOutLeavesHalfOfTheCreditToReplies) {
  SendRates rates;
  const Pair pair{"1", "ann"};
  int spent = 0;
  while (rates.spend(pair, 0) == 0) ++spent;
  EXPECT_EQ(spent, 23);
  EXPECT_EQ(rates.spend(pair, 0), 6'000U);
  EXPECT_EQ(rates.begin(pair, 0), 0U);
  EXPECT_GT(rates.spend(pair, 6'000), 0U);
  EXPECT_EQ(rates.spend(pair, 12'000), 0U) << "also while a reply is under way";
  rates.hold(Scope::chat, pair, 500'000, 12'000);
  EXPECT_EQ(rates.spend(pair, 12'000), 500'000U);
}

TEST(SendRates, APairLimitHoldsThatPersonAndEndsTheirCredit) {
  SendRates rates;
  go(rates, kAnn, kStart);
  rates.hold(Scope::chat, kAnn, 6'000, kStart);
  EXPECT_EQ(rates.held_ms(kAnn, kStart), 6'000U);
  EXPECT_EQ(go(rates, kAnn, kStart + 1), 5'999U);
  EXPECT_EQ(go(rates, kBob, kStart + 1), 0U);
  EXPECT_EQ(go(rates, kAnn, kStart + 6'000), 0U);
  EXPECT_EQ(go(rates, kAnn, kStart + 6'000), 6'000U);
}

TEST(SendRates, ANumbersLimitHoldsAllOfItsPeopleAndNamesEachAMoment) {
  SendRates rates;
  rates.hold(Scope::number, kAnn, 5'000, kStart);
  const auto first = go(rates, kAnn, kStart);
  const auto second = go(rates, kBob, kStart);
  EXPECT_EQ(first, 5'000U);
  EXPECT_GT(second, first);
  EXPECT_EQ(go(rates, {"2", "16505551234"}, kStart), 0U) << "another number of ours";
  EXPECT_EQ(go(rates, kAnn, kStart + 5'000), 0U);
}

TEST(SendRates, TheAppsLimitHoldsEverybody) {
  SendRates rates;
  rates.hold(Scope::everything, kAnn, 60'000, kStart);
  EXPECT_GE(go(rates, {"2", "16505550000"}, kStart), 60'000U);
  EXPECT_EQ(rates.held_ms({"3", "x"}, kStart), 60'000U);
}

TEST(SendRates, ALaterShorterHoldEndsNoLongerOne) {
  SendRates rates;
  rates.hold(Scope::number, kAnn, 900'000, kStart);
  rates.hold(Scope::number, kAnn, 5'000, kStart);
  EXPECT_EQ(rates.held_ms(kAnn, kStart), 900'000U);
  rates.hold(Scope::message, kBob, 900'000, kStart);
  EXPECT_EQ(rates.held_ms({"9", "x"}, kStart), 0U);
}

TEST(SendRates, ForgetsWhoHasTheirCreditBack) {
  SendRates rates;
  for (int i = 0; i < 5'000; ++i) {
    go(rates, {"1", std::to_string(i)}, kStart + std::int64_t{i} * 10'000);
  }
  EXPECT_LT(rates.remembered(), 1'100U);
}

}  // namespace
}  // namespace openclaw::whatsapp
