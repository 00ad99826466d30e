// The poller's promises, over random outcomes.
#include "poller.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "openclaw/host/status.h"

namespace openclaw::telegram {
namespace {

constexpr std::int64_t kPollStart = 1'000'000;

ApiError error(std::uint32_t status, const std::string& description = "") {
  ApiError e;
  e.status = status;
  e.description = description;
  return e;
}

Poller polling(std::int64_t offset = 0) {
  Poller poller("channels.telegram.", 1, kPollStart);
  poller.start();
  poller.identified(offset, kPollStart);
  return poller;
}

TEST(Poller, TheOffsetCoversOnlyTheUnbrokenRunOfFinishedUpdates) {
  Poller poller = polling();
  const Step step = poller.received({10, 11, 12, 13}, kPollStart);
  EXPECT_EQ(step.submit, (std::vector<std::size_t>{0, 1, 2, 3}));
  poller.settled(0, true);
  poller.settled(2, true);
  EXPECT_EQ(poller.offset(), 11);
  poller.settled(1, false);
  EXPECT_EQ(poller.settled(3, true).kind, Step::Kind::wait);
  EXPECT_EQ(poller.offset(), 11);
  EXPECT_EQ(poller.resume(kPollStart).submit, std::vector<std::size_t>{1});
  const Step next = poller.settled(1, true);
  EXPECT_EQ(next.kind, Step::Kind::get_updates);
  EXPECT_EQ(next.offset, 14);
}

TEST(Poller, AServerThatDoesNotHoldThePollIsAskedOnceASecond) {
  Poller poller = polling();
  // The first poll asks for an answer at once.
  EXPECT_EQ(poller.received({}, kPollStart).kind, Step::Kind::get_updates);
  const Step early = poller.received({}, kPollStart + 10);
  EXPECT_EQ(early.kind, Step::Kind::wait);
  EXPECT_EQ(early.wait_ms, 990U);
  EXPECT_EQ(poller.health().state, OC_STATE_CONNECTED);
  EXPECT_EQ(poller.resume(kPollStart + 1'000).kind, Step::Kind::get_updates);
  EXPECT_EQ(poller.received({}, kPollStart + 2'000).kind, Step::Kind::get_updates);
  // Updates are news at any moment.
  EXPECT_EQ(poller.received({1}, kPollStart + 2'001).kind, Step::Kind::submit);
}

TEST(Poller, NeverPassesAnUpdateThatIsNotFinalWhateverHappens) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const auto below = [&random](int n) {
    return std::uniform_int_distribution<int>(0, n - 1)(random);
  };
  for (int run = 0; run < 200; ++run) {
    Poller poller = polling(100);
    std::int64_t next_id = 100;
    std::int64_t now = kPollStart;
    std::map<std::int64_t, bool> final;
    std::vector<std::int64_t> ids;
    Step step = poller.resume(now);
    for (int i = 0; i < 60; ++i) {
      now += below(20'000);
      if (step.kind == Step::Kind::get_updates) {
        ASSERT_GE(step.offset, 100);
        for (const auto& [id, done] : final) ASSERT_TRUE(id >= step.offset || done) << id;
        if (below(4) == 0) {
          const std::uint32_t statuses[] = {409, 429, 500, 0};
          step = poller.failed(error(statuses[below(4)]), now);
          continue;
        }
        ids.clear();
        for (int n = below(5); n > 0; --n) ids.push_back(next_id += 1 + below(3));
        for (const std::int64_t id : ids) final[id] = false;
        step = poller.received(ids, now);
      } else if (step.kind == Step::Kind::submit) {
        auto order = step.submit;
        std::shuffle(order.begin(), order.end(), random);
        for (const std::size_t index : order) {
          const bool done = below(4) != 0;
          final[ids[index]] = final[ids[index]] || done;
          step = poller.settled(index, done);
        }
        ASSERT_EQ(poller.submits_under_way(), 0U);
      } else {
        ASSERT_EQ(step.kind, Step::Kind::wait) << "it never falls silent";
        step = poller.resume(now);
      }
    }
  }
}

TEST(Poller, AfterADayOfSilenceItStartsAtWhateverIdTelegramGives) {
  Poller poller = polling(50);
  EXPECT_EQ(poller.received({}, kPollStart + Poller::kExpiryMs).offset, 50);
  const Step later = poller.received({}, kPollStart + Poller::kExpiryMs + 1'000);
  EXPECT_EQ(later.kind, Step::Kind::get_updates);
  EXPECT_EQ(later.offset, 0);
}

TEST(Poller, ASetWebhookElsewhereIsExplainedAsAWebhook) {
  Poller poller = polling();
  poller.failed(error(409, "Conflict: terminated by setWebhook request"), kPollStart);
  EXPECT_NE(poller.health().reason.find("webhook is set"), std::string::npos);
}

TEST(Poller, APauseBetweenConflictsDoesNotResetTheBackoffAtOnce) {
  Poller poller = polling();
  const std::uint64_t first = poller.failed(error(409), kPollStart).wait_ms;
  poller.resume(kPollStart + 5'000);
  poller.received({}, kPollStart + 6'000);
  const std::uint64_t second = poller.failed(error(409), kPollStart + 7'000).wait_ms;
  EXPECT_GT(second, first * 3 / 2);
  poller.resume(kPollStart + 20'000);
  poller.received({}, kPollStart + 7'000 + 120'000);
  EXPECT_LT(poller.failed(error(409), kPollStart + 130'000).wait_ms, 5'600U);
}

TEST(Poller, A404OfALaterPollIsAProxysMoodAndNotTheEnd) {
  Poller poller = polling();
  EXPECT_EQ(poller.failed(error(404, "Not Found"), kPollStart).kind, Step::Kind::wait);
  EXPECT_FALSE(poller.failed_for_good());
  poller.resume(kPollStart);
  EXPECT_EQ(poller.failed(error(401, "Unauthorized"), kPollStart).kind, Step::Kind::nothing);
  EXPECT_TRUE(poller.failed_for_good());
  EXPECT_EQ(poller.health().state, OC_STATE_FAILED);
  EXPECT_EQ(poller.resume(kPollStart).kind, Step::Kind::nothing);
}

TEST(Poller, AStalledGetMeIsReplacedToo) {
  Poller poller("channels.telegram.", 1, kPollStart);
  poller.start();
  EXPECT_GT(poller.stalls_in_ms(kPollStart + 119'999), 0U);
  EXPECT_EQ(poller.stalls_in_ms(kPollStart + 120'000), 0U);
  EXPECT_EQ(poller.stalled(kPollStart + 120'000).kind, Step::Kind::get_me);
}

TEST(Poller, AStallWhileItWaitsLeavesTheWaitAlone) {
  Poller poller = polling();
  poller.failed(error(409), kPollStart);
  EXPECT_EQ(poller.stalled(kPollStart + 120'000).kind, Step::Kind::nothing);
}

TEST(Poller, UpdatesThatMoveNothingAreAskedForAgainOnlyAfterAGrowingWait) {
  Poller poller = polling(50);
  std::uint64_t waited = 0;
  for (int i = 0; i < 3; ++i) {
    poller.received({10, 49}, kPollStart);
    poller.settled(0, true);
    const Step step = poller.settled(1, true);
    ASSERT_EQ(step.kind, Step::Kind::wait);
    EXPECT_GT(step.wait_ms, waited);
    waited = step.wait_ms;
    EXPECT_EQ(poller.health().state, OC_STATE_DEGRADED);
    EXPECT_NE(poller.health().reason.find("channels.telegram.apiRoot"), std::string::npos);
    const Step again = poller.resume(kPollStart);
    EXPECT_EQ(again.kind, Step::Kind::get_updates);
    EXPECT_EQ(again.offset, 50);
  }
  EXPECT_GT(waited, 15'000U);
  poller.received({50}, kPollStart);
  EXPECT_EQ(poller.health().state, OC_STATE_DEGRADED) << "not known to be over yet";
  EXPECT_EQ(poller.settled(0, true).kind, Step::Kind::get_updates);
  EXPECT_EQ(poller.health().state, OC_STATE_CONNECTED);
  poller.received({50}, kPollStart);
  EXPECT_LT(poller.settled(0, true).wait_ms, 5'600U);
}

TEST(Poller, NothingFollowsAStop) {
  Poller poller = polling();
  poller.received({10}, kPollStart);
  poller.stop();
  EXPECT_EQ(poller.settled(0, true).kind, Step::Kind::nothing);
  EXPECT_EQ(poller.offset(), 11) << "what was stored is still counted";
  EXPECT_EQ(poller.resume(kPollStart).kind, Step::Kind::nothing);
  EXPECT_EQ(poller.failed(error(500), kPollStart).kind, Step::Kind::nothing);
}

}  // namespace
}  // namespace openclaw::telegram
