#include "core/pipeline/access/pairing.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <random>

namespace openclaw::pipeline {
namespace {

constexpr std::int64_t kAskedMs = 1'700'000'000'000;

std::function<std::uint32_t()> random_source(unsigned seed = 1) {
  return [engine = std::mt19937(seed)]() mutable { return static_cast<std::uint32_t>(engine()); };
}

TEST(Pairing, CodesAreEightUnmistakableCharacters) {
  Pairing p(random_source());
  for (int i = 0; i < 200; ++i) {
    const auto code = p.request("c" + std::to_string(i), "x", kAskedMs).code;
    EXPECT_EQ(code.size(), 8U);
    EXPECT_EQ(code.find_first_not_of("ABCDEFGHJKLMNPQRSTUVWXYZ23456789"), std::string::npos);
  }
}

TEST(Pairing, TheSamePeerKeepsItsCode) {
  Pairing p(random_source());
  const auto first = p.request("tg", "1", kAskedMs), again = p.request("tg", "1", kAskedMs + 1000);
  EXPECT_TRUE(first.is_new);
  EXPECT_FALSE(again.is_new);
  EXPECT_EQ(first.code, again.code);
}

TEST(Pairing, ThreeMayWaitPerChannel) {
  Pairing p(random_source());
  for (const char* peer : {"1", "2", "3"}) EXPECT_TRUE(p.request("tg", peer, kAskedMs).is_new);
  EXPECT_TRUE(p.request("tg", "4", kAskedMs).full);
  EXPECT_TRUE(p.request("tg/work", "4", kAskedMs).is_new);
  EXPECT_TRUE(p.request("tg", "4", kAskedMs + Pairing::kValidMs).is_new);
}

TEST(Pairing, ANewcomerTakesThePlaceOfTheOneWhoWaitedLongest) {
  Pairing p(random_source());
  const auto oldest = p.request("tg", "1", kAskedMs);
  p.request("tg", "2", kAskedMs + 1);
  p.request("tg/work", "1", kAskedMs + 2);
  p.request("tg", "3", kAskedMs + 2);
  EXPECT_TRUE(p.request("tg", "4", kAskedMs + Pairing::kSureMs - 1).full);
  EXPECT_TRUE(p.request("tg", "4", kAskedMs + Pairing::kSureMs).is_new);
  EXPECT_TRUE(p.approve("tg", oldest.code, kAskedMs + Pairing::kSureMs).has_error());
  // The second oldest has not waited long enough yet, and the other account is nobody's business.
  EXPECT_TRUE(p.request("tg", "5", kAskedMs + Pairing::kSureMs).full);
  EXPECT_EQ(p.pending(kAskedMs + Pairing::kSureMs).size(), 4U);
  EXPECT_TRUE(p.request("tg", "5", kAskedMs + Pairing::kSureMs + 1).is_new);
}

TEST(Pairing, TellsTheOperatorOnceInAWhileThatItIsFull) {
  Pairing p(random_source());
  for (const char* peer : {"1", "2", "3"}) p.request("tg", peer, kAskedMs);
  EXPECT_TRUE(p.request("tg", "4", kAskedMs).tell_operator);
  EXPECT_FALSE(p.request("tg", "4", kAskedMs + 1).tell_operator);
  EXPECT_FALSE(p.request("tg", "5", kAskedMs + 2).tell_operator);
  EXPECT_FALSE(p.request("tg", "", kAskedMs + 2).tell_operator);
  for (const char* peer : {"1", "2", "3"}) p.request("x", peer, kAskedMs + 3);
  EXPECT_TRUE(p.request("x", "4", kAskedMs + 3).tell_operator);
  EXPECT_TRUE(p.request("tg", "4", kAskedMs - 1).tell_operator);  // the clock was set back
}

TEST(Pairing, RevokingARequestVoidsItsCode) {
  Pairing p(random_source());
  const auto code = p.request("tg", "1", kAskedMs).code;
  EXPECT_EQ(p.revoke("tg/work", "1"), Pairing::Revoked::nothing);
  EXPECT_EQ(p.revoke("tg", "1"), Pairing::Revoked::request);
  EXPECT_TRUE(p.approve("tg", code, kAskedMs).has_error());
  EXPECT_TRUE(p.pending(kAskedMs).empty());
}

TEST(Pairing, ApprovesTheCodeAsAPersonTypesIt) {
  Pairing p(random_source());
  std::string code = p.request("tg", "1", kAskedMs).code;
  for (char& c : code) c = static_cast<char>(std::tolower(c));
  code.insert(4, "-");
  const auto approved = p.approve("tg", " " + code, kAskedMs);
  ASSERT_TRUE(approved.has_value());
  EXPECT_EQ(approved->peer, "1");
  EXPECT_TRUE(p.approved("tg", "1"));
  EXPECT_FALSE(p.approved("tg/work", "1"));
  EXPECT_TRUE(p.pending(kAskedMs).empty());
  EXPECT_EQ(p.revoke("tg", "1"), Pairing::Revoked::approval);
  EXPECT_FALSE(p.approved("tg", "1"));
  EXPECT_EQ(p.revoke("tg", "1"), Pairing::Revoked::nothing);
}

TEST(Pairing, RefusesWrongExpiredAndForeignCodes) {
  Pairing p(random_source());
  const auto code = p.request("tg", "1", kAskedMs).code;
  EXPECT_EQ(p.approve("tg", "", kAskedMs).error().code, Errc::not_found);
  EXPECT_TRUE(p.approve("tg", code + "A", kAskedMs).has_error());
  EXPECT_TRUE(p.approve("tg", code.substr(0, 7), kAskedMs).has_error());
  EXPECT_TRUE(p.approve("dc", code, kAskedMs).has_error());
  EXPECT_TRUE(p.approve("tg", code, kAskedMs + Pairing::kValidMs).has_error());
  EXPECT_FALSE(p.approved("tg", "1"));
}

TEST(Pairing, ACodeIsGoodOnce) {
  Pairing p(random_source());
  const auto code = p.request("tg", "1", kAskedMs).code;
  EXPECT_TRUE(p.approve("tg", code, kAskedMs).has_value());
  EXPECT_TRUE(p.approve("tg", code, kAskedMs).has_error());
}

TEST(Pairing, AClockSetBackDoesNotMakeACodeLiveLonger) {
  Pairing p(random_source());
  constexpr std::int64_t year = 365LL * 24 * 3'600'000;
  p.request("tg", "1", kAskedMs);
  const auto code = p.request("tg", "1", kAskedMs - year).code;
  EXPECT_TRUE(p.approve("tg", code, kAskedMs - year + Pairing::kValidMs).has_error());
}

TEST(Pairing, ABrokenSourceOfRandomnessGivesNoSharedCode) {
  Pairing p([] { return 5U; });
  EXPECT_TRUE(p.request("tg", "1", kAskedMs).is_new);
  EXPECT_TRUE(p.request("tg", "2", kAskedMs).full);
}

TEST(Pairing, SurvivesARestart) {
  Pairing before(random_source());
  const auto code = before.request("tg", "1", kAskedMs).code;
  ASSERT_TRUE(before.approve("tg", before.request("tg", "2", kAskedMs).code, kAskedMs).has_value());
  Pairing after(random_source(2));
  ASSERT_TRUE(after.restore(before.serialise()).has_value());
  EXPECT_EQ(after.serialise(), before.serialise());
  EXPECT_TRUE(after.approved("tg", "2"));
  EXPECT_EQ(after.request("tg", "1", kAskedMs).code, code);
}

TEST(Pairing, ADamagedSnapshotChangesNothing) {
  Pairing p(random_source());
  p.request("tg", "1", kAskedMs);
  const std::string good = p.serialise();
  for (
      const char* bad :
      {"", "{", "[]", "{}", R"({"version":2,"pending":[],"approved":[]})",
       R"({"version":1,"pending":[{"channel":"c","peer":"p","code":"short","expires":1}],"approved":[]})",
       R"({"version":1,"pending":[],"approved":[{"channel":"c","peer":""}]})",
       R"({"version":1,"pending":[],"approved":[{"channel":"c","peer":7}]})"}) {
    EXPECT_TRUE(p.restore(bad).has_error()) << bad;
    EXPECT_EQ(p.serialise(), good);
  }
}

TEST(Pairing, AnEmptyPeerIsNobody) {
  Pairing p(random_source());
  EXPECT_TRUE(p.request("tg", "", kAskedMs).full);
  EXPECT_FALSE(p.approved("tg", ""));
}

}  // namespace
}  // namespace openclaw::pipeline
