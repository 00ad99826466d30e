#include "send_rates.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

namespace openclaw::telegram {
namespace {

constexpr std::int64_t kRatesStart = 1'000'000;

/// Replies as the gateway brings them: one at a time for each chat, and when it was told to.
class Crowd {
 public:
  void add(const std::string& chat, int messages) { waiting_[chat] = {kRatesStart, messages}; }
  /// How many went from `from` to before `to`.
  int run(std::int64_t from, std::int64_t to) {
    int sent = 0;
    for (std::int64_t now = from; now < to; ++now) {
      for (auto& [chat, one] : waiting_) {
        while (one.left > 0 && one.back_at <= now) {
          const std::uint32_t ms = rates.begin({chat, ""}, now);
          if (ms != 0) {
            one.back_at = now + ms;
            ++hand_backs;
            continue;
          }
          rates.done({chat, ""});
          one.last_at = now;
          --one.left;
          ++sent;
        }
      }
    }
    return sent;
  }
  [[nodiscard]] std::int64_t last_at(const std::string& chat) { return waiting_.at(chat).last_at; }

  SendRates rates;
  int hand_backs = 0;

 private:
  struct Waiting {
    std::int64_t back_at = 0;
    int left = 0;
    std::int64_t last_at = 0;
  };
  std::map<std::string, Waiting> waiting_;
};

TEST(SendRates, LetsThreePartsOfALongAnswerGoAtOnce) {
  SendRates rates;
  for (int part = 0; part < 3; ++part) {
    EXPECT_EQ(rates.begin({"7", ""}, kRatesStart), 0U);
    rates.done({"7", ""});
  }
  EXPECT_EQ(rates.begin({"7", ""}, kRatesStart), 1'000U);
  EXPECT_EQ(rates.begin({"7", ""}, kRatesStart + 1'000), 0U);
}

TEST(SendRates, LetsThreeAtOnceAndThenOneASecondToAPerson) {
  Crowd crowd;
  crowd.add("7", 100);
  EXPECT_EQ(crowd.run(kRatesStart, kRatesStart + 10'000), 3 + 9);
}

TEST(SendRates, LetsNoMoreThanTwentyAMinuteToAGroup) {
  Crowd crowd;
  crowd.add("-7", 100);
  EXPECT_LE(crowd.run(kRatesStart, kRatesStart + 60'000), 20);
}

TEST(SendRates, LetsThirtyASecondInAllAndHandsEachBackOnce) {
  Crowd crowd;
  for (int chat = 1; chat <= 200; ++chat) crowd.add(std::to_string(chat), 1);
  const int first = crowd.run(kRatesStart, kRatesStart + 1'000);
  EXPECT_LE(first, 35);
  EXPECT_GE(first, 28);
  EXPECT_EQ(crowd.run(kRatesStart + 1'000, kRatesStart + 7'000), 200 - first);
  EXPECT_EQ(crowd.hand_backs, 195);
}

TEST(SendRates, NobodyStarvesWhileOthersKeepComing) {
  Crowd crowd;
  for (int chat = 1; chat <= 60; ++chat) crowd.add(std::to_string(chat), 1'000);
  crowd.run(kRatesStart, kRatesStart + 60'000);
  for (int chat = 1; chat <= 60; ++chat) {
    EXPECT_GT(crowd.last_at(std::to_string(chat)), kRatesStart + 57'000) << chat;
  }
}

TEST(SendRates, TheTopicsOfAGroupShareItsRateInTurn) {
  SendRates rates;
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(rates.begin({"-7", "1"}, kRatesStart), 0U);
    rates.done({"-7", "1"});
  }
  EXPECT_EQ(rates.begin({"-7", "1"}, kRatesStart), 3'500U);
  EXPECT_EQ(rates.begin({"-7", "2"}, kRatesStart), 7'000U);
  EXPECT_EQ(rates.begin({"-7", "1"}, kRatesStart + 3'500), 0U);
  rates.done({"-7", "1"});
  EXPECT_EQ(rates.begin({"-7", "1"}, kRatesStart + 3'500), 7'000U);
  EXPECT_EQ(rates.begin({"-7", "2"}, kRatesStart + 7'000), 0U);
}

TEST(SendRates, OneAtATimeToATopicAndNobodyElseIsDelayed) {
  SendRates rates;
  EXPECT_EQ(rates.begin({"-7", "1"}, kRatesStart), 0U);
  EXPECT_EQ(rates.begin({"-7", "1"}, kRatesStart), SendRates::kUnderWayMs);
  EXPECT_EQ(rates.begin({"-7", "2"}, kRatesStart), 0U);
  EXPECT_EQ(rates.begin({"8", ""}, kRatesStart), 0U);
  rates.done({"-7", "1"});
  EXPECT_EQ(rates.begin({"-7", "1"}, kRatesStart), 0U);
}

TEST(SendRates, AHeldChatTakesNothingUntilItsTimeIsOver) {
  SendRates rates;
  rates.hold("7", 5'000, kRatesStart);
  EXPECT_EQ(rates.begin({"7", ""}, kRatesStart + 4'000), 1'000U);
  EXPECT_EQ(rates.held_ms("7", kRatesStart + 4'999), 1U);
  EXPECT_EQ(rates.begin({"8", ""}, kRatesStart), 0U);
  EXPECT_EQ(rates.begin({"7", ""}, kRatesStart + 5'000), 0U);
}

TEST(SendRates, ForgetsChatsThatWereQuiet) {
  SendRates rates;
  for (int chat = 1; chat <= 5'000; ++chat) {
    const std::int64_t now = kRatesStart + chat * 40;
    ASSERT_EQ(rates.begin({std::to_string(chat), ""}, now), 0U);
    rates.done({std::to_string(chat), ""});
  }
  EXPECT_LE(rates.remembered(), 1'100U);
}

}  // namespace
}  // namespace openclaw::telegram
