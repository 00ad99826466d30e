#include "core/pipeline/turn/failover.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace openclaw::pipeline {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using Step = FailoverAttempt::Step;

const TimePoint kMorning = TimePoint{} + hours(100);
const ProviderRef kA{"a", "m"}, kB{"b", "m"};

Error error(Errc code, std::uint32_t retry_after_ms = 0, int status = 0) {
  Error e;
  e.code = code;
  e.message = "the provider's own words";
  e.retry_after_ms = retry_after_ms;
  e.http_status = status;
  return e;
}

struct Turn {
  Cooldowns& cooldowns;
  FailoverAttempt attempt;
  TimePoint now = kMorning;
  std::string calls;
  std::vector<Millis> waits;
  Turn(Cooldowns& c, std::vector<ProviderRef> chain, TimePoint::duration deadline = minutes(10))
      : cooldowns(c), attempt(std::move(chain), c, kMorning + deadline, [] { return 0.5; }) {}
  Step fail(const Error& e, bool billing = false, bool length = false, bool visible = false) {
    return attempt.after_failure(e, billing, length, visible, now);
  }
  /// Every call fails with `e`, every wait is waited for.
  Step run(const Error& e, bool billing = false) {
    Step step = attempt.begin(now);
    while (step.kind != Step::give_up) {
      if (step.kind == Step::call) {
        calls += step.target.provider;
        step = fail(e, billing);
      } else {
        waits.push_back(step.pause);
        now += step.pause;
        step = attempt.after_wait(now);
      }
      if (calls.size() > 1000) throw std::logic_error("endless");
    }
    return step;
  }
};

TEST(Cooldowns, GrowWithFailuresInARowAndEndWithSuccess) {
  Cooldowns c;
  TimePoint t = kMorning;
  for (const seconds expected : {seconds(30), seconds(60), seconds(300), seconds(300)}) {
    c.failed(kA, error(Errc::network), false, t);
    EXPECT_EQ(c.until(kA), t + expected);
    EXPECT_FALSE(c.available(kA, t + expected - Millis(1)));
    t += expected;
    EXPECT_TRUE(c.available(kA, t));
  }
  c.succeeded(kA, t);
  c.failed(kA, error(Errc::network), false, t);
  EXPECT_EQ(c.until(kA), t + seconds(30));
  EXPECT_TRUE(c.available(kB, t));
}

TEST(Cooldowns, TurnsThatFailTogetherCountOnce) {
  Cooldowns c;
  for (int i = 0; i < 8; ++i) c.failed(kA, error(Errc::network), false, kMorning + Millis(i));
  EXPECT_EQ(c.until(kA), kMorning + seconds(30));
}

TEST(Cooldowns, BillingIsSeparateAndLong) {
  Cooldowns c;
  TimePoint t = kMorning;
  for (const hours expected : {hours(5), hours(10), hours(20), hours(24), hours(24)}) {
    c.failed(kA, error(Errc::permanent), true, t);
    EXPECT_EQ(c.until(kA), t + expected);
    EXPECT_FALSE(c.passes_by_itself(kA));
    t += expected;
  }
  c.failed(kB, error(Errc::network), false, t);
  c.failed(kB, error(Errc::rate), true, t + seconds(1));
  EXPECT_EQ(c.until(kB), t + seconds(1) + hours(5));
}

TEST(Cooldowns, OnlyWhatIsTheProvidersFaultCounts) {
  Cooldowns c;
  for (const Errc code : {Errc::invalid, Errc::cancelled, Errc::not_found}) {
    c.failed(kA, error(code), false, kMorning);
    EXPECT_TRUE(c.available(kA, kMorning));
  }
}

TEST(Cooldowns, RespectALongRetryAfterWithinReason) {
  Cooldowns c;
  c.failed(kA, error(Errc::rate, 120'000), false, kMorning);
  EXPECT_EQ(c.until(kA), kMorning + seconds(120));
  c.failed(kB, error(Errc::rate, 4'000'000'000), false, kMorning);
  EXPECT_EQ(c.until(kB), kMorning + hours(1));
}

TEST(Cooldowns, InventedModelNamesTakeBoundedMemory) {
  Cooldowns c;
  for (int i = 0; i < 5000; ++i)
    c.failed({"a", std::to_string(i)}, error(Errc::network), false, kMorning);
  int kept = 0;
  for (int i = 0; i < 5000; ++i) kept += c.until({"a", std::to_string(i)}).has_value();
  EXPECT_LE(kept, 1024);
  EXPECT_FALSE(c.available({"a", "4999"}, kMorning));
}

TEST(Failover, AsksTheFirstAndIsDone) {
  Cooldowns c;
  Turn t(c, {kA, kB});
  const Step step = t.attempt.begin(kMorning);
  ASSERT_EQ(step.kind, Step::call);
  EXPECT_EQ(step.target, kA);
  c.failed(kA, error(Errc::network), false, kMorning);
  t.attempt.succeeded(kMorning);
  EXPECT_TRUE(c.available(kA, kMorning));
}

TEST(Failover, TriesTheSameProviderTwiceMoreThenTheNext) {
  Cooldowns c;
  Turn t(c, {kA, kB}, seconds(20));
  t.run(error(Errc::network));
  EXPECT_EQ(t.calls, "aaabbb");
  EXPECT_EQ(t.waits, (std::vector<Millis>{Millis(1000), Millis(2000), Millis(1000), Millis(2000)}));
  EXPECT_FALSE(c.available(kA, t.now));
}

TEST(Failover, WaitsForAShortRetryAfterAndFailsOverOnALongOne) {
  Cooldowns c;
  Turn t(c, {kA, kB});
  t.attempt.begin(kMorning);
  const Step wait = t.fail(error(Errc::rate, 60'000));
  EXPECT_EQ(wait.kind, Step::wait);
  EXPECT_EQ(wait.pause, Millis(60'000));
  EXPECT_EQ(t.attempt.after_wait(kMorning + seconds(60)).target, kA);
  EXPECT_EQ(t.fail(error(Errc::rate, 60'001)).target, kB);
}

TEST(Failover, BadCredentialsAndTimeoutsGoToTheNextAtOnce) {
  for (const Errc code : {Errc::auth, Errc::deadline, Errc::not_found, Errc::plugin}) {
    Cooldowns c;
    Turn t(c, {kA, kB});
    t.attempt.begin(kMorning);
    const Step step = t.fail(error(code));
    ASSERT_EQ(step.kind, Step::call);
    EXPECT_EQ(step.target, kB);
  }
}

TEST(Failover, OnlyTheOperatorCanMendCredentialsSoNobodyWaits) {
  for (const bool billing : {false, true}) {
    Cooldowns c;
    Turn first(c, {kA}), second(c, {kA});
    const Step step = first.run(error(Errc::auth), billing);
    EXPECT_EQ(first.calls, "a");
    EXPECT_TRUE(first.waits.empty());
    EXPECT_FALSE(step.error.retryable);
    EXPECT_NE(step.error.message.find("operator"), std::string::npos);
    EXPECT_EQ(second.run(error(Errc::auth)).kind, Step::give_up);
    EXPECT_EQ(second.calls, "");
  }
}

TEST(Failover, AVisibleBeginningIsNeverFollowedByAnotherAnswer) {
  Cooldowns c;
  Turn t(c, {kA, kB});
  t.attempt.begin(kMorning);
  const Step step = t.fail(error(Errc::network), false, false, true);
  EXPECT_EQ(step.kind, Step::give_up);
  EXPECT_FALSE(step.error.retryable);
}

TEST(Failover, TooLongAConversationNeverFailsOver) {
  Cooldowns c;
  for (const Error& e : {error(Errc::invalid), error(Errc::too_large)}) {
    Turn t(c, {kA, kB});
    t.attempt.begin(kMorning);
    const Step step = t.fail(e, false, true);
    EXPECT_EQ(step.kind, Step::give_up);
    EXPECT_TRUE(step.too_long);
    EXPECT_EQ(step.error.code, Errc::too_large);
    EXPECT_TRUE(c.available(kA, kMorning));
  }
}

TEST(Failover, TooLargeAnAnswerIsAskedOfTheNextAndTakesTheProviderFromNobody) {
  Cooldowns c;
  Turn t(c, {kA, kB}, seconds(20));
  const Step step = t.run(error(Errc::too_large));
  EXPECT_EQ(t.calls, "ab");
  EXPECT_TRUE(t.waits.empty());
  EXPECT_FALSE(step.too_long);
  EXPECT_TRUE(c.available(kA, kMorning));
  EXPECT_EQ(step.error.message.find("conversation"), std::string::npos);
  EXPECT_EQ(step.error.message.find("operator"), std::string::npos);
}

TEST(Failover, ARefusalOfWhatWasAskedIsFinalAndTakesTheProviderFromNobody) {
  Cooldowns c;
  Turn t(c, {kA, kB}, seconds(20));
  const Step step = t.run(error(Errc::permanent));
  EXPECT_EQ(t.calls, "ab");
  EXPECT_TRUE(t.waits.empty());
  EXPECT_TRUE(c.available(kA, kMorning));
  EXPECT_TRUE(c.available(kB, kMorning));
  EXPECT_FALSE(step.error.retryable);
  EXPECT_EQ(step.error.message.find("operator"), std::string::npos);
}

TEST(Failover, WhoFoundItTooLongIsAskedAgainOnceItIsShorter) {
  Cooldowns c;
  Turn t(c, {kA, kB}, minutes(10));
  t.attempt.begin(kMorning);
  t.fail(error(Errc::auth));
  t.fail(error(Errc::invalid), false, true);
  const Step step = t.attempt.after_shortening(kMorning);
  EXPECT_EQ(step.kind, Step::call);
  EXPECT_EQ(step.target, kB);
  EXPECT_EQ(t.attempt.after_shortening(kMorning + minutes(10)).kind, Step::give_up);
}

TEST(Failover, OverloadGoesRoundTheChainTenTimesMore) {
  Cooldowns c;
  Turn t(c, {kA, kB}, hours(2));
  const Step step = t.run(error(Errc::network, 0, 529));
  EXPECT_EQ(t.calls.size(), 22U);
  EXPECT_EQ(t.calls.substr(0, 4), "abab");
  EXPECT_EQ(t.waits.size(), 10U);
  EXPECT_EQ(t.waits[0], Millis(2500));
  EXPECT_EQ(t.waits[1], Millis(5000));
  EXPECT_EQ(t.waits[9], Millis(30'000));
  EXPECT_TRUE(step.error.retryable);
  EXPECT_TRUE(c.available(kA, t.now));
}

TEST(Failover, NoWaitReachesPastTheDeadline) {
  for (const Error& e : {error(Errc::again), error(Errc::network), error(Errc::rate, 50'000)}) {
    for (int s = 0; s < 200; s += 7) {
      Cooldowns c;
      Turn t(c, {kA, kB}, seconds(s));
      t.run(e);
      EXPECT_LE(t.now, kMorning + seconds(s));
    }
  }
}

TEST(Failover, ProbesAProviderAtTheEndOfItsCooldown) {
  Cooldowns c;
  c.failed(kA, error(Errc::network), false, kMorning - seconds(5));
  Turn t(c, {kA});
  const Step wait = t.attempt.begin(kMorning);
  ASSERT_EQ(wait.kind, Step::wait);
  EXPECT_GE(wait.pause, seconds(25));
  EXPECT_LE(wait.pause, seconds(26));
  EXPECT_EQ(t.attempt.after_wait(kMorning + wait.pause).kind, Step::call);
}

/// Four failures in a row, the last one `ago` before kMorning: five minutes of cooldown.
void break_down(Cooldowns& c, const ProviderRef& ref, seconds ago) {
  TimePoint t = kMorning - ago - hours(1);
  for (int i = 0; i < 3; ++i, t += minutes(10)) c.failed(ref, error(Errc::network), false, t);
  c.failed(ref, error(Errc::network), false, kMorning - ago);
}

TEST(Failover, WhoHasNobodyElseIsAskedDuringItsCooldownAndNoticedWhenItIsBack) {
  Cooldowns c;
  break_down(c, kA, seconds(11));
  Turn back(c, {kA});
  ASSERT_EQ(back.attempt.begin(kMorning).kind, Step::call);
  back.attempt.succeeded(kMorning);
  EXPECT_TRUE(c.available(kA, kMorning));
}

TEST(Failover, AProbeThatFailsEndsTheTurnAndTheNextOneIsTenSecondsLater) {
  Cooldowns c;
  break_down(c, kA, seconds(11));
  Turn first(c, {kA});
  const Step over = first.run(error(Errc::network));
  EXPECT_EQ(first.calls, "a");
  EXPECT_TRUE(first.waits.empty());
  EXPECT_NE(over.detail.find("the provider's own words"), std::string::npos);
  EXPECT_EQ(c.until(kA), kMorning - seconds(11) + seconds(300)) << "no longer for it";
  const Step soon = Turn(c, {kA}).attempt.begin(kMorning + seconds(9));
  EXPECT_EQ(soon.kind, Step::give_up);
  EXPECT_NE(soon.detail.find("no provider was left to ask"), std::string::npos);
  EXPECT_EQ(Turn(c, {kA}).attempt.begin(kMorning + seconds(10)).kind, Step::call);
  EXPECT_EQ(Turn(c, {kA}).attempt.begin(kMorning + seconds(10)).kind, Step::give_up)
      << "one at a time";
}

TEST(Failover, TheOneWhoseCooldownEndsFirstIsProbed) {
  Cooldowns c;
  break_down(c, kA, seconds(11));
  break_down(c, kB, seconds(60));
  EXPECT_EQ(Turn(c, {kA, kB}).attempt.begin(kMorning).target, kB);
  EXPECT_EQ(Turn(c, {kA, kB}).attempt.begin(kMorning).target, kA) << "kB has just been asked";
}

TEST(Failover, NobodyIsProbedBeforeTheTimeThatItNamed) {
  Cooldowns c;
  c.failed(kA, error(Errc::rate, 600'000), false, kMorning);
  EXPECT_EQ(Turn(c, {kA}, hours(1)).attempt.begin(kMorning + seconds(500)).kind, Step::give_up);
}

TEST(Failover, AMendedAccountIsNoticed) {
  Cooldowns c;
  c.failed(kA, error(Errc::rate), true, kMorning - minutes(1));
  EXPECT_EQ(Turn(c, {kA}).attempt.begin(kMorning).kind, Step::call);
}

TEST(Failover, SkipsWhatIsCoolingAndPrefersTheFirstAgainLater) {
  Cooldowns c;
  c.failed(kA, error(Errc::network), false, kMorning);
  EXPECT_EQ(Turn(c, {kA, kB}).attempt.begin(kMorning).target, kB);
  EXPECT_EQ(Turn(c, {kA, kB}).attempt.begin(kMorning + seconds(30)).target, kA);
}

TEST(Failover, DoesNotWaitOutALongCooldown) {
  Cooldowns c;
  c.failed(kA, error(Errc::rate, 600'000), false, kMorning);
  const Step step = Turn(c, {kA}, hours(1)).attempt.begin(kMorning);
  EXPECT_EQ(step.kind, Step::give_up);
  EXPECT_EQ(step.error.retry_after_ms, 600'000U);
  EXPECT_NE(step.detail.find("600 s"), std::string::npos);
}

TEST(Failover, ThePersonReadsNoTechnicalWords) {
  Cooldowns c;
  const Step step = Turn(c, {kA}, seconds(20)).run(error(Errc::network));
  EXPECT_EQ(step.error.message.find("own words"), std::string::npos);
  EXPECT_NE(step.detail.find("a/m: the provider's own words"), std::string::npos);
}

TEST(Failover, AnEmptyChainAndACancelledTurnEndAtOnce) {
  Cooldowns c;
  EXPECT_EQ(Turn(c, {}).attempt.begin(kMorning).kind, Step::give_up);
  Turn t(c, {kA, kB});
  t.attempt.begin(kMorning);
  const Step step = t.fail(error(Errc::cancelled));
  EXPECT_EQ(step.kind, Step::give_up);
  EXPECT_EQ(step.error.code, Errc::cancelled);
  EXPECT_TRUE(c.available(kA, kMorning));
}

}  // namespace
}  // namespace openclaw::pipeline
