#include "core/pipeline/access/access.hpp"

#include <gtest/gtest.h>

#include <random>

namespace openclaw::pipeline {
namespace {

using std::chrono::seconds;

constexpr std::int64_t kNow = 1'700'000'000'000;

struct Door {
  std::mt19937 engine{7};
  Pairing pairing{[this] { return static_cast<std::uint32_t>(engine()); }};
  SenderRate rate;
  Access access;
  explicit Door(AccessPolicy policy, std::uint32_t per_minute = 0)
      : rate(per_minute), access(std::move(policy), pairing, rate, "telegram") {}
  Decision direct(std::string_view sender, TimePoint now = {}) {
    return access.decide({ChatKind::direct, sender, sender, false}, now, kNow);
  }
  Decision group(std::string_view chat, bool mentioned, std::string_view sender = "9") {
    return access.decide({ChatKind::group, sender, chat, mentioned}, {}, kNow);
  }
};

AccessPolicy dm(std::string policy, std::vector<std::string> from = {}) {
  AccessPolicy p;
  p.dm_policy = std::move(policy);
  p.allow_from = std::move(from);
  return p;
}

AccessPolicy groups(std::string policy, std::vector<std::string> ids, bool mention) {
  AccessPolicy p;
  p.group_policy = std::move(policy);
  p.groups = std::move(ids);
  p.require_mention = mention;
  return p;
}

TEST(Access, AllowlistMatchesExactIdsOnly) {
  Door door(dm("allowlist", {"42", "Ab"}));
  EXPECT_EQ(door.direct("42").verdict, Verdict::allow);
  for (const char* id : {"4", "420", " 42", "ab", ""})
    EXPECT_EQ(door.direct(id).verdict, Verdict::ignore) << id;
}

TEST(Access, TheStarCountsOnlyForOpen) {
  EXPECT_EQ(Door(dm("allowlist", {"*"})).direct("42").verdict, Verdict::ignore);
  EXPECT_EQ(Door(dm("pairing", {"*"})).direct("42").verdict, Verdict::pair);
  EXPECT_EQ(Door(dm("open", {"*"})).direct("42").verdict, Verdict::allow);
  EXPECT_EQ(Door(dm("open")).direct("42").verdict, Verdict::ignore);
  EXPECT_EQ(Door(dm("allowlist", {"*"})).direct("*").verdict, Verdict::ignore);
}

TEST(Access, AnEmptyIdNeverMatches) {
  for (const char* policy : {"open", "allowlist", "pairing"})
    EXPECT_EQ(Door(dm(policy, {"*", ""})).direct("").verdict, Verdict::ignore) << policy;
  EXPECT_EQ(Door(groups("open", {"", "*"}, false)).group("", true).verdict, Verdict::ignore);
}

TEST(Access, DisabledAndUnknownPoliciesLetNobodyIn) {
  for (const char* policy : {"disabled", "Open", ""}) {
    EXPECT_EQ(Door(dm(policy, {"*", "42"})).direct("42").verdict, Verdict::ignore) << policy;
    EXPECT_EQ(Door(groups(policy, {"*"}, false)).group("-1", true).verdict, Verdict::ignore);
  }
}

TEST(Access, AStrangerIsToldTheCodeOnce) {
  Door door(dm("pairing"));
  const Decision first = door.direct("42"), again = door.direct("42");
  EXPECT_EQ(first.verdict, Verdict::pair);
  EXPECT_EQ(first.pairing_code.size(), 8U);
  EXPECT_TRUE(first.first_notice);
  EXPECT_EQ(again.verdict, Verdict::pair);
  EXPECT_FALSE(again.first_notice);
}

TEST(Access, APairedStrangerMaySpeakInPrivateButNotOpenAGroup) {
  Door door(dm("pairing"));
  const Decision asked = door.direct("42");
  ASSERT_TRUE(door.pairing.approve("telegram", asked.pairing_code, kNow).has_value());
  EXPECT_EQ(door.direct("42").verdict, Verdict::allow);
  EXPECT_EQ(door.group("-100", true, "42").verdict, Verdict::ignore);
}

TEST(Access, PairedPeersDoNotCountUnderAllowlist) {
  Door door(dm("allowlist"));
  const auto code = door.pairing.request("telegram", "42", kNow).code;
  ASSERT_TRUE(door.pairing.approve("telegram", code, kNow).has_value());
  EXPECT_EQ(door.direct("42").verdict, Verdict::ignore);
}

TEST(Access, TheFourthStrangerGetsNoReply) {
  Door door(dm("pairing"));
  for (const char* id : {"1", "2", "3"}) EXPECT_EQ(door.direct(id).verdict, Verdict::pair);
  const Decision full = door.direct("4");
  EXPECT_EQ(full.verdict, Verdict::ignore);
  EXPECT_TRUE(full.tell_operator);
  EXPECT_FALSE(door.direct("5").tell_operator);
}

TEST(Access, GroupsNeedTheListAndAMention) {
  Door listed(groups("allowlist", {"-100"}, true));
  EXPECT_EQ(listed.group("-100", true).verdict, Verdict::allow);
  EXPECT_EQ(listed.group("-100", false).verdict, Verdict::ignore);
  EXPECT_EQ(listed.group("-1", true).verdict, Verdict::ignore);
  EXPECT_EQ(Door(groups("allowlist", {"*"}, false)).group("-1", false).verdict, Verdict::allow);
  EXPECT_EQ(Door(groups("open", {}, true)).group("-1", true).verdict, Verdict::allow);
}

TEST(Access, TheSenderIsToldOfTheRateOnce) {
  Door door(dm("open", {"*"}), 2);
  EXPECT_EQ(door.direct("42").verdict, Verdict::allow);
  EXPECT_EQ(door.direct("42").verdict, Verdict::allow);
  const Decision first = door.direct("42"), again = door.direct("42");
  EXPECT_EQ(first.verdict, Verdict::refuse_rate);
  EXPECT_TRUE(first.first_notice);
  EXPECT_EQ(again.verdict, Verdict::refuse_rate);
  EXPECT_FALSE(again.first_notice);
  EXPECT_EQ(door.direct("43").verdict, Verdict::allow);
}

TEST(SenderRate, RefillsOverTheMinute) {
  SenderRate rate(3);
  TimePoint t{};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(rate.allow("c", "s", t));
  EXPECT_FALSE(rate.allow("c", "s", t));
  EXPECT_FALSE(rate.allow("c", "s", t + seconds(19)));
  EXPECT_TRUE(rate.allow("c", "s", t + seconds(20)));
  EXPECT_FALSE(rate.allow("c", "s", t + seconds(20)));
}

TEST(SenderRate, AFloodIsToldOnceUntilItHasBeenQuietForAMinute) {
  SenderRate rate(60);
  int told = 0;
  TimePoint t{};
  for (int i = 0; i < 2000; ++i, t += Millis(100))
    if (!rate.allow("c", "s", t) && rate.should_tell("c", "s")) ++told;
  EXPECT_EQ(told, 1);
  t += seconds(61);
  for (int i = 0; i < 100; ++i)
    if (!rate.allow("c", "s", t) && rate.should_tell("c", "s")) ++told;
  EXPECT_EQ(told, 2);
}

TEST(SenderRate, ChannelsAndSendersAreApart) {
  SenderRate rate(1);
  EXPECT_TRUE(rate.allow("a", "bc", {}));
  EXPECT_TRUE(rate.allow("ab", "c", {}));
  EXPECT_FALSE(rate.allow("a", "bc", {}));
}

TEST(SenderRate, ZeroMeansNoLimitAndNoMemory) {
  SenderRate rate(0);
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(rate.allow("c", "s", {}));
  EXPECT_EQ(rate.size(), 0U);
}

TEST(SenderRate, ForgetsTheLongestSilentFirst) {
  SenderRate rate(1);
  EXPECT_TRUE(rate.allow("c", "first", {}));
  for (std::size_t i = 1; i < SenderRate::kMaxSenders; ++i) rate.allow("c", std::to_string(i), {});
  EXPECT_FALSE(rate.allow("c", "first", {}));  // known still, and in use now
  rate.allow("c", "one more", {});             // "1" goes
  EXPECT_EQ(rate.size(), SenderRate::kMaxSenders);
  EXPECT_FALSE(rate.allow("c", "first", {}));
  EXPECT_TRUE(rate.allow("c", "1", {}));
}

}  // namespace
}  // namespace openclaw::pipeline
