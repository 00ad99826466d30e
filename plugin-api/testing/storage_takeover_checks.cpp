// Checks of what becomes of a gateway's share when it leaves or dies, among several.
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

using std::chrono::steady_clock;

constexpr std::uint32_t kShortLeaseMs = 400;
/// For what must come within a lease, on a machine that is busy.
constexpr std::uint32_t kSteadyLeaseMs = 2'000;
constexpr std::chrono::milliseconds kLookPause{20};
constexpr std::chrono::seconds kLongEnough{20};

/// What `member` collects until there is something, while the dead one's lease runs out.
Gathered collect_from_the_dead(StoreClient& member) {
  for (const auto until = steady_clock::now() + kLongEnough; steady_clock::now() < until;) {
    auto got = member.collect();
    if (!got.messages.empty() || !got.replies.empty()) return got;
    member.renew();
    EXPECT_EQ(member.last.status, OC_OK) << member.last.message;
    std::this_thread::sleep_for(kLookPause);
  }
  ADD_FAILURE() << "nothing came";
  return {};
}

void who_leaves_leaves_all(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto claimed = a.one(Ingest{.session = "s", .epoch = 8}).id;
  const auto waiting = a.one(Ingest{.session = "s"}).id;
  const auto reply = a.one(Finish{.outbox = {{.idem_key = "k"}}}).id;
  a.one(Move{.id = reply});
  a.close();
  const auto got = b.collect();
  ASSERT_EQ(got.messages.size(), 2u);
  EXPECT_EQ(got.messages[0].id, claimed);
  EXPECT_EQ(got.messages[0].attempts, 1u);
  EXPECT_EQ(got.messages[0].epoch, 0u);
  EXPECT_EQ(got.messages[1].id, waiting);
  ASSERT_EQ(got.replies.size(), 1u);
  EXPECT_EQ(got.replies[0].id, reply);
  EXPECT_EQ(got.replies[0].state, OC_OUTBOX_STARTED);
  // A smaller epoch than that of the one that left.
  EXPECT_EQ(b.one(Attempt{"s", 2, {claimed, waiting}}).status, OC_OK);
  EXPECT_EQ(b.one(Finish{.session = "s", .epoch = 2, .ids = {claimed, waiting}}).status, OC_OK);
}

void who_dies_is_taken_over(StoreUnderTest& store) {
  auto a = store.member("a", kShortLeaseMs), b = store.member("b", kShortLeaseMs);
  const auto id = a.one(Ingest{.session = "s", .epoch = 8}).id;
  const auto reply = a.one(Finish{.outbox = {{.idem_key = "k"}}}).id;
  auto got = collect_from_the_dead(b);
  ASSERT_EQ(got.messages.size(), 1u);
  EXPECT_EQ(got.messages[0].id, id);
  if (got.replies.empty()) got = collect_from_the_dead(b);
  EXPECT_EQ(got.replies.at(0).id, reply);
  EXPECT_EQ(b.one(Attempt{"s", 1, {id}}).status, OC_OK);

  // It was only asleep: whatever it writes now changes nothing.
  Finish late{.session = "s", .epoch = 8, .ids = {id}};
  late.transcript = {{OC_ROLE_USER, "late"}};
  a.try_apply({Put{.key = "late", .value = "1"}, late});
  EXPECT_EQ(a.last.status, OC_E_UNKNOWN);
  EXPECT_NE(a.last.message, "");
  a.renew();
  EXPECT_EQ(a.last.status, OC_E_UNKNOWN);
  a.try_collect();
  EXPECT_EQ(a.last.status, OC_E_UNKNOWN);
  auto reader = store.reader();
  EXPECT_TRUE(reader.kv_get("plugin", "late").empty());
  EXPECT_TRUE(reader.history("s").empty());
  ASSERT_EQ(reader.members().size(), 1u);
  a.close();
  ASSERT_EQ(reader.members().size(), 1u) << "it takes nothing of b's with it";
  EXPECT_EQ(b.one(Finish{.session = "s", .epoch = 1, .ids = {id}}).status, OC_OK);
}

void writing_keeps_alive(StoreUnderTest& store) {
  auto a = store.member("a", kSteadyLeaseMs), b = store.member("b", kSteadyLeaseMs);
  const auto id = a.one(Ingest{.session = "s", .epoch = 3}).id;
  for (const auto until = steady_clock::now() + 3 * std::chrono::milliseconds(kSteadyLeaseMs) / 2;
       steady_clock::now() < until;) {
    a.one(Put{.key = "k", .value = "v"});
    b.renew();
    ASSERT_TRUE(b.collect().messages.empty()) << "it is a's";
    std::this_thread::sleep_for(kLookPause);
  }
  EXPECT_EQ(a.one(Finish{.session = "s", .epoch = 3, .ids = {id}}).status, OC_OK);
  a.renew();
  EXPECT_EQ(a.last.status, OC_OK) << a.last.message;
  EXPECT_EQ(store.reader().members().size(), 2u);
}

void after_the_store_was_away_all_get_their_chance(StoreUnderTest& store) {
  auto a = store.member("a", kSteadyLeaseMs), b = store.member("b", kSteadyLeaseMs);
  const auto id = a.one(Ingest{.session = "s"}).id;
  // Neither can renew for longer than its lease, as when the store is away.
  auto reader = store.reader();
  for (const auto until = steady_clock::now() + kLongEnough; !reader.members().empty();) {
    ASSERT_LT(steady_clock::now(), until) << "they live on without a renewal";
    std::this_thread::sleep_for(kLookPause);
  }
  b.renew();
  EXPECT_TRUE(b.collect().messages.empty()) << "a is given the time of a lease to come back";
  EXPECT_EQ(a.one(Attempt{"s", 3, {id}}).status, OC_OK);
  EXPECT_EQ(a.one(Finish{.session = "s", .epoch = 3, .ids = {id}}).status, OC_OK);
}

void a_dead_ones_name_is_free(StoreUnderTest& store) {
  auto a = store.member("a", kShortLeaseMs);
  const auto id = a.one(Ingest{.session = "s", .epoch = 2}).id;
  // The process lives, so it is no restart: only the end of the lease frees the name.
  StoreClient next;
  for (const auto until = steady_clock::now() + kLongEnough; steady_clock::now() < until;) {
    next = store.try_member("a", StoreInstance::kLongLeaseMs);
    if (next.is_open()) break;
    ASSERT_EQ(next.last.status, OC_E_AGAIN) << next.last.message;
    std::this_thread::sleep_for(kLookPause);
  }
  ASSERT_TRUE(next.is_open());
  EXPECT_EQ(next.collect().messages.at(0).id, id);
  a.try_apply({Ingest{}});
  EXPECT_EQ(a.last.status, OC_E_UNKNOWN);
}

}  // namespace

Checks takeover_checks() {
  return {{"WhoLeavesLeavesAll", who_leaves_leaves_all},
          {"WhoDiesIsTakenOver", who_dies_is_taken_over},
          {"WritingKeepsAlive", writing_keeps_alive},
          {"AfterTheStoreWasAwayAllGetTheirChance", after_the_store_was_away_all_get_their_chance},
          {"ADeadOnesNameIsFree", a_dead_ones_name_is_free}};
}

}  // namespace openclaw::testing
