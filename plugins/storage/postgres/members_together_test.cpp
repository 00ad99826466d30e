// Several gateways that write to one schema at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <random>
#include <set>
#include <thread>

#include "link.hpp"
#include "test_members.hpp"

namespace openclaw::postgres {
namespace {

using testing::Attempt;
using testing::Finish;
using testing::Ids;
using testing::Ingest;
using testing::StoreClient;

/// Many sessions a batch, in an order of its own each time: a circle of waiting would cost each a
/// second, and a batch.
TEST_F(Members, BatchesOfManySessionsNeverWaitInACircle) {
  constexpr int kMembers = 3, kBatches = 40, kSessions = 40;
  const char* const kDeadlocks =
      "SELECT deadlocks FROM pg_stat_database WHERE datname = 'postgres'";
  const auto before = number(kDeadlocks);
  std::atomic<int> came{0}, left{0};
  std::mutex lock;
  std::set<std::uint64_t> replies;
  const auto work = [&](StoreClient member, int place) {
    std::mt19937 random(static_cast<unsigned>(place));
    std::vector<int> sessions(kSessions);
    for (int i = 0; i < kSessions; ++i) sessions[static_cast<std::size_t>(i)] = i;
    std::vector<std::pair<std::string, std::uint64_t>> mine;
    Ids sending;
    for (int batch = 0; batch < kBatches; ++batch) {
      std::shuffle(sessions.begin(), sessions.end(), random);
      std::vector<testing::AnyWrite> writes;
      for (const auto id : sending) {
        writes.emplace_back(testing::Move{.id = id, .state = OC_OUTBOX_SENT});
      }
      sending.clear();
      for (const auto& [session, id] : mine) {
        writes.emplace_back(Attempt{session, 1, {id}});
        Finish finish{.session = session, .epoch = 1, .ids = {id}};
        finish.transcript = {{OC_ROLE_USER, "hi"}, {OC_ROLE_ASSISTANT, "hello"}};
        finish.outbox = {
            {.idem_key = std::to_string(id), .session = session},
            {.idem_key = std::to_string(id) + "b", .session = session, .flags = OC_OUTBOX_LEAVE}};
        ++left;
        writes.emplace_back(finish);
      }
      const std::size_t ended = writes.size();
      for (const int session : sessions) {
        writes.emplace_back(Ingest{.session = "s" + std::to_string(session)});
      }
      const auto results = member.apply(writes);
      mine.clear();
      for (std::size_t i = 0; i < results.size(); ++i) {
        EXPECT_EQ(results[i].status, OC_OK) << results[i].reason;
        if (i < ended && results[i].id != 0) sending.push_back(results[i].id);
        if (i < ended || results[i].flags != 0) continue;
        mine.emplace_back("s" + std::to_string(sessions[i - ended]), results[i].id);
      }
      const auto got = member.collect({.messages = 10, .replies = 10});
      for (const auto& row : got.messages) mine.emplace_back(row.session, row.id);
      std::vector<testing::AnyWrite> sent;
      for (const auto& row : got.replies) {
        sent.emplace_back(testing::Move{.id = row.id, .state = OC_OUTBOX_SENT});
      }
      if (!sent.empty()) member.apply(sent);
      const std::scoped_lock held(lock);
      for (const auto& row : got.replies) EXPECT_TRUE(replies.insert(row.id).second) << row.id;
      ++came;
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kMembers; ++i) {
    threads.emplace_back(work, instance_.member(member_name(i)), i);
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(came.load(), kMembers * kBatches);
  auto last = instance_.member("last");
  for (const auto& row : last.collect().replies) replies.insert(row.id);
  EXPECT_GT(left.load(), 0);
  EXPECT_GE(static_cast<int>(replies.size()), left.load()) << "with those of who left";
  last.close();
  EXPECT_EQ(wrong_lanes(), 0);
  EXPECT_EQ(number("SELECT count(*) FROM @inbox"),
            number("SELECT sum(inbox)::int8 FROM @gateways"));
  EXPECT_EQ(number("SELECT count(*) FROM @outbox"),
            number("SELECT sum(outbox)::int8 FROM @gateways"));
  // A server process tells its share at the latest when it ends; the members have left.
  EXPECT_EQ(number(kDeadlocks), before);
}

/// Gateways whose connections are killed all the time: each message ends once, in its order.
TEST_F(Members, KilledBackendsLoseNothingAndDoubleNothing) {
  constexpr int kMembers = 3, kMessages = 60, kSessions = 5;
  std::atomic<int> left{kMembers * kMessages}, calls{0};
  std::atomic<bool> stop{false};
  std::vector<StoreClient> members;
  for (int i = 0; i < kMembers; ++i) {
    members.push_back(instance_.member(member_name(i)));
    ASSERT_TRUE(members.back().is_open()) << members.back().last.message;
  }
  std::thread killer([&] {
    Link link(server_.url());
    link.open(deadline_in(20'000));
    while (!stop.load()) {
      link.run(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
          " WHERE application_name = 'openclaw' AND pid <> pg_backend_pid()"
          " AND backend_type = 'client backend' ORDER BY random() LIMIT 1",
          {}, deadline_in(20'000));
      for (const int before = calls.load(); calls.load() < before + 8 && !stop.load();) {
        std::this_thread::yield();
      }
    }
  });
  std::mutex lock;
  std::map<std::string, Ids> ended;
  const auto work = [&](StoreClient member, int place) {
    std::mt19937 random(static_cast<unsigned>(place));
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    int to_send = kMessages;
    std::map<std::string, Ids> mine;
    while (left.load() > 0 && std::chrono::steady_clock::now() < deadline) {
      ++calls;
      if (to_send > 0) {
        const std::string session = "s" + std::to_string(random() % kSessions);
        const auto results = member.try_apply({Ingest{.session = session}});
        if (member.last.status == OC_OK) {
          --to_send;
          if (results[0].flags == 0) mine[session].push_back(results[0].id);
        } else if (!OC_APPLY_NOT_DONE(member.last.status)) {
          ADD_FAILURE() << member.last.message;
          return;
        }
      }
      for (const auto& row : member.try_collect({.messages = 3}).messages) {
        mine[row.session].push_back(row.id);
      }
      if (mine.empty()) continue;
      auto lane = std::next(mine.begin(), static_cast<long>(random() % mine.size()));
      const Ids ids{lane->second.front()};
      {
        const std::scoped_lock held(lock);
        const auto results = member.try_apply(
            {Attempt{lane->first, 1, ids}, Finish{.session = lane->first, .epoch = 1, .ids = ids}});
        if (member.last.status != OC_OK) continue;
        EXPECT_EQ(results[1].status, OC_OK) << results[1].reason;
        ended[lane->first].push_back(ids[0]);
      }
      --left;
      lane->second.erase(lane->second.begin());
      if (lane->second.empty()) mine.erase(lane);
    }
  };
  {
    std::vector<std::thread> threads;
    for (int i = 0; i < kMembers; ++i) {
      threads.emplace_back(work, std::move(members[static_cast<std::size_t>(i)]), i);
    }
    for (auto& thread : threads) thread.join();
  }
  stop.store(true);
  killer.join();
  std::size_t all = 0;
  for (const auto& [session, ids] : ended) {
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end())) << session;
    EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end()) << session;
    all += ids.size();
  }
  EXPECT_EQ(all, std::size_t{kMembers * kMessages});
  EXPECT_EQ(number("SELECT count(*) FROM @inbox"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM @lanes"), 0);
}

}  // namespace
}  // namespace openclaw::postgres
