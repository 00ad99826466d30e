// Several gateways on one schema: connections that break, wake-ups, names, batches that meet.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <thread>

#include "link.hpp"
#include "openclaw/testing/storage_proxy.hpp"
#include "test_server.hpp"

namespace openclaw::postgres {
namespace {

using testing::Attempt;
using testing::Finish;
using testing::Gathered;
using ::testing::HasSubstr;
using testing::Ids;
using testing::Ingest;
using testing::Notice;
using testing::StorageProxy;
using testing::StoreClient;
using testing::StoreInstance;

const oc_plugin_api& the_plugin() {
  return *oc_plugin_entry_1(0)->api;
}

std::string shared_section(const std::string& url, const std::string& schema) {
  return R"({"type":"postgres","url":")" + url + R"(","schema":")" + schema + R"("})";
}

Ids ids_of(const std::vector<testing::InboxRow>& rows) {
  Ids ids;
  for (const auto& row : rows) ids.push_back(row.id);
  return ids;
}

class Members : public ::testing::Test {
 protected:
  std::int64_t number(const std::string& sql) {
    std::string out = sql;
    for (auto at = out.find('@'); at != std::string::npos; at = out.find('@')) {
      out.replace(at, 1, place_.schema + ".");
    }
    return server_.number(out);
  }
  /// How many lanes do not say what the inbox says.
  std::int64_t wrong_lanes() {
    return number(
        "SELECT count(*) FROM @lanes l FULL JOIN ("
        "  SELECT sha256(session) AS key, count(member) AS held, count(*) - count(member) AS "
        "nobodys,"
        "         coalesce(max(member), 0) AS holder, count(DISTINCT member) AS holders,"
        "         coalesce(min(id) FILTER (WHERE member IS NULL), 0) AS oldest"
        "  FROM @inbox GROUP BY session) i USING (key)"
        " WHERE (l.held, l.nobodys, l.holder) IS DISTINCT FROM (i.held, i.nobodys, i.holder)"
        "   OR i.holders > 1 OR (l.nobodys > 0 AND l.oldest <> i.oldest)");
  }

  TestServer& server_ = TestServer::shared();
  TestPlace place_;
  StoreInstance instance_{the_plugin(), place_.section_json()};
};

/// One gateway behind a proxy that cuts its collects or its batches, and another one.
class MemberBehindAProxy : public Members {
 protected:
  void start(const std::string& cut_at) {
    proxy_.emplace(server_.folder() / ".s.PGSQL.5432", cut_at);
    far_.emplace(the_plugin(),
                 shared_section("postgres://openclaw@/postgres?host=" + proxy_->folder().string(),
                                place_.schema));
    a_ = far_->member("a");
    ASSERT_TRUE(a_.is_open()) << a_.last.message;
    b_ = instance_.member("b");
    ASSERT_TRUE(b_.is_open()) << b_.last.message;
  }
  /// Three messages, a reply and a notice that are a's to collect.
  void leave_some() {
    left_.clear();
    for (int i = 0; i < 3; ++i) {
      left_.push_back(b_.one(Ingest{.session = "s", .flags = OC_INGEST_LEAVE}).id);
    }
    Finish reply;
    reply.outbox = {{.idem_key = "k" + std::to_string(left_[0]), .flags = OC_OUTBOX_LEAVE}};
    reply_ = b_.one(reply).id;
    b_.one(Notice{"a", "t", "hello"});
  }
  /// All of it came with `got`, and nothing comes again.
  void expect_once(const Gathered& got) {
    EXPECT_TRUE(proxy_->did_cut());
    EXPECT_EQ(ids_of(got.messages), left_);
    ASSERT_EQ(got.replies.size(), 1u);
    EXPECT_EQ(got.replies[0].id, reply_);
    EXPECT_EQ(got.notices, (std::vector<Notice>{{"b", "t", "hello"}}));
    EXPECT_FALSE(got.more);
    EXPECT_EQ(wrong_lanes(), 0);
    for (StoreClient* member : {&a_, &b_}) {
      const auto again = member->collect();
      EXPECT_TRUE(again.messages.empty());
      EXPECT_TRUE(again.replies.empty());
      EXPECT_TRUE(again.notices.empty());
    }
    const auto done =
        a_.apply({Attempt{"s", 2, left_}, Finish{.session = "s", .epoch = 2, .ids = left_}});
    EXPECT_EQ(done[1].status, OC_OK) << done[1].reason;
    EXPECT_EQ(number("SELECT count(*) FROM @inbox"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM @lanes"), 0);
  }

  std::optional<StorageProxy> proxy_;
  std::optional<StoreInstance> far_;
  StoreClient a_, b_;
  Ids left_;
  std::uint64_t reply_ = 0;
};

TEST_F(MemberBehindAProxy, ACollectThatIsCutGivesAllOnce) {
  start(".collect(");
  for (const auto where :
       {StorageProxy::Cut::before, StorageProxy::Cut::within, StorageProxy::Cut::after}) {
    SCOPED_TRACE(static_cast<int>(where));
    leave_some();
    proxy_->cut_next(where);
    expect_once(a_.collect());
  }
}

TEST_F(MemberBehindAProxy, ACollectThatFailedGivesItsRowsToTheNext) {
  start(".collect(");
  for (const auto where : {StorageProxy::Cut::before, StorageProxy::Cut::after}) {
    SCOPED_TRACE(static_cast<int>(where));
    leave_some();
    proxy_->cut_next(where, 3);
    auto got = a_.try_collect();
    EXPECT_EQ(a_.last.status, OC_E_AGAIN) << a_.last.message;
    EXPECT_TRUE(got.messages.empty());
    // Another call may come in between.
    while (a_.last.status != OC_OK) a_.try_apply({Finish{}});
    got = a_.collect();
    expect_once(got);
  }
}

TEST_F(MemberBehindAProxy, ACollectThatArrivesLateTakesNothing) {
  start(".collect(");
  leave_some();
  proxy_->cut_next(StorageProxy::Cut::late);
  expect_once(a_.collect());
  const auto later = b_.one(Ingest{.session = "s", .flags = OC_INGEST_LEAVE}).id;
  proxy_->deliver();
  EXPECT_EQ(ids_of(b_.collect().messages), Ids{later});
}

TEST_F(MemberBehindAProxy, ABatchThatIsCutIsDoneOnce) {
  start(".apply(");
  std::int64_t rows = 0;
  for (const auto where :
       {StorageProxy::Cut::before, StorageProxy::Cut::within, StorageProxy::Cut::after}) {
    SCOPED_TRACE(static_cast<int>(where));
    proxy_->cut_next(where);
    const auto results = a_.apply({Ingest{.session = "s"}, Ingest{.session = "t"},
                                   Ingest{.session = "u", .flags = OC_INGEST_LEAVE}});
    EXPECT_TRUE(proxy_->did_cut());
    rows += 3;
    EXPECT_EQ(results[0].flags, 0u);
    EXPECT_EQ(results[2].flags, OC_RESULT_ELSEWHERE) << "also when the answer was found later";
    EXPECT_EQ(number("SELECT count(*) FROM @inbox"), rows);
    EXPECT_EQ(wrong_lanes(), 0);
  }
}

TEST_F(MemberBehindAProxy, ABatchThatArrivesAfterItsMemberWasEndedDoesNotLand) {
  start(".apply(");
  const auto id = a_.one(Ingest{.session = "s", .epoch = 3}).id;
  proxy_->cut_next(StorageProxy::Cut::late, 1'000'000);  // and no way back
  std::thread writing([&] { a_.try_apply({Finish{.session = "s", .epoch = 3, .ids = {id}}}); });
  while (!proxy_->did_cut()) std::this_thread::yield();
  server_.run("UPDATE " + place_.schema +
              ".gateways SET leased_until = now() - interval '1 s' WHERE instance = 'a';"
              "UPDATE " +
              place_.schema +
              ".gateways SET steady_since = now() - interval '1 h' WHERE instance = 'b'");
  EXPECT_EQ(ids_of(b_.collect().messages), Ids{id});
  proxy_->deliver();
  EXPECT_EQ(number("SELECT count(*) FROM @inbox"), 1);
  proxy_->cut_next(StorageProxy::Cut::none);  // now it finds its way, and is told
  writing.join();
  EXPECT_EQ(a_.last.status, OC_E_UNKNOWN);
  EXPECT_THAT(a_.last.message, HasSubstr("lease"));
  EXPECT_EQ(b_.one(Attempt{"s", 1, {id}}).status, OC_OK);
}

TEST_F(Members, WhoWaitsIsWokenByAnothersMessage) {
  auto a = instance_.member("a"), b = instance_.member("b");
  StoreInstance other(the_plugin(), place_.section_json());
  auto waiting = other.reader();
  EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << "it begins to listen";
  a.one(Ingest{.flags = OC_INGEST_LEAVE});
  EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << waiting.last.message;
  a.one(Notice{"b", "t", "hello"});
  EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << waiting.last.message;
  a.one(Ingest{});
  a.close();
  EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << "what it left";
  EXPECT_EQ(b.collect().messages.size(), 2u);
}

TEST_F(Members, LookingForNothingWritesNothing) {
  auto a = instance_.member("a"), b = instance_.member("b");
  a.one(Ingest{.session = "s", .epoch = 1});
  b.one(Ingest{.session = "s"});
  b.collect();
  // Whatever else the server does may take a number meanwhile.
  for (int attempt = 0; attempt < 20; ++attempt) {
    const char* const kNext = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::int8";
    const auto before = number(kNext);
    for (int i = 0; i < 10; ++i) b.collect();
    if (number(kNext) == before) return;
  }
  ADD_FAILURE() << "each collect() begins to write";
}

TEST_F(Members, ManyMessagesAreCollectedInParts) {
  auto a = instance_.member("a"), b = instance_.member("b");
  std::vector<testing::AnyWrite> writes;
  for (int i = 0; i < 600; ++i) {
    writes.emplace_back(Ingest{.session = "long", .flags = OC_INGEST_LEAVE});
  }
  for (int i = 0; i < 5; ++i) {
    writes.emplace_back(Ingest{.session = "large" + std::to_string(i),
                               .payload = std::string(3 << 20, 'x'),
                               .flags = OC_INGEST_LEAVE});
  }
  const auto results = a.apply(writes);
  Ids all, got;
  for (const auto& result : results) all.push_back(result.id);
  auto part = b.collect();
  EXPECT_EQ(part.messages.size(), 256u + 3u) << "of one lane, and of so many bytes";
  while (true) {
    for (const auto id : ids_of(part.messages)) got.push_back(id);
    if (!part.more) break;
    part = b.collect();
  }
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got, all);
  EXPECT_EQ(wrong_lanes(), 0);
}

TEST_F(Members, AMailboxHasAnEnd) {
  auto a = instance_.member("a"), b = instance_.member("b");
  server_.run("INSERT INTO " + place_.schema +
              ".mailbox SELECT member, -n, 0, '', '', ''"
              " FROM " +
              place_.schema +
              ".gateways, generate_series(1, 9998) n"
              " WHERE instance = 'b'");
  a.apply({Notice{"b", "t", "x"}, Notice{"b", "t", "x"}, Notice{"b", "t", "too many"}});
  EXPECT_EQ(b.collect().notices.size(), 10'000u);
  a.one(Notice{"b", "t", "again"});
  EXPECT_EQ(b.collect().notices.size(), 1u);
}

TEST_F(Members, TheNameOfAProcessThatWasKilledIsTakenAtOnce) {
  const pid_t child = ::fork();
  if (child == 0) {
    StoreInstance instance(the_plugin(), place_.section_json());
    auto member = instance.member("a");
    ::_exit(member.is_open() && member.one(Ingest{.epoch = 4}).status == OC_OK ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  auto member = instance_.member("a");
  ASSERT_TRUE(member.is_open()) << member.last.message;
  EXPECT_EQ(member.collect().messages.size(), 1u);
  EXPECT_EQ(member.members().size(), 1u);
}

TEST_F(Members, AGatewayAloneTakesTheSchemaOfKilledOnes) {
  const pid_t child = ::fork();
  if (child == 0) {
    StoreInstance instance(the_plugin(), place_.section_json());
    auto a = instance.member("a"), b = instance.member("b");
    ::_exit(a.one(Ingest{.epoch = 4}).status == OC_OK && b.one(Ingest{}).status == OC_OK ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  auto writer = instance_.writer();
  ASSERT_TRUE(writer.is_open()) << writer.last.message;
  EXPECT_EQ(writer.inbox().size(), 2u);
  EXPECT_EQ(writer.stat("inbox"), 2);
  EXPECT_EQ(writer.stat("maxEpoch"), 4);
  EXPECT_EQ(number("SELECT count(*) FROM @gateways"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM @lanes"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM @inbox WHERE member = 0"), 2);
}

TEST_F(Members, RefusalsNameWhoIsInTheWay) {
  const std::string pid = "pid " + std::to_string(::getpid());
  auto a = instance_.member("a");
  auto again = instance_.member("a");
  EXPECT_THAT(again.last.message, HasSubstr("called a too"));
  EXPECT_THAT(again.last.message, HasSubstr(pid));
  auto alone = instance_.writer();
  EXPECT_EQ(alone.last.status, OC_E_AGAIN);
  EXPECT_THAT(alone.last.message, HasSubstr("that share it"));
  EXPECT_THAT(alone.last.message, HasSubstr(pid));
  a.close();
  alone = instance_.writer();
  ASSERT_TRUE(alone.is_open());
  a = instance_.member("a");
  EXPECT_EQ(a.last.status, OC_E_AGAIN);
  EXPECT_THAT(a.last.message, HasSubstr("does not share it"));
  EXPECT_EQ(instance_.member("").last.status, OC_E_INVAL);
}

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
  const auto work = [&](StoreClient member, unsigned seed) {
    std::mt19937 random(seed);
    std::vector<int> sessions(kSessions);
    for (int i = 0; i < kSessions; ++i) sessions[static_cast<std::size_t>(i)] = i;
    std::vector<std::pair<std::string, std::uint64_t>> mine;
    for (int batch = 0; batch < kBatches; ++batch) {
      std::shuffle(sessions.begin(), sessions.end(), random);
      std::vector<testing::AnyWrite> writes;
      for (const auto& [session, id] : mine) {
        writes.emplace_back(Attempt{session, 1, {id}});
        Finish finish{.session = session, .epoch = 1, .ids = {id}};
        finish.transcript = {{OC_ROLE_USER, "hi"}, {OC_ROLE_ASSISTANT, "hello"}};
        finish.outbox = {{.idem_key = std::to_string(id)},
                         {.idem_key = std::to_string(id) + "b", .flags = OC_OUTBOX_LEAVE}};
        ++left;
        writes.emplace_back(finish);
      }
      std::shuffle(mine.begin(), mine.end(), random);
      const std::size_t ended = writes.size();
      for (const int session : sessions) {
        writes.emplace_back(Ingest{.session = "s" + std::to_string(session)});
      }
      const auto results = member.apply(writes);
      mine.clear();
      for (std::size_t i = 0; i < results.size(); ++i) {
        EXPECT_EQ(results[i].status, OC_OK) << results[i].reason;
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
  for (unsigned i = 0; i < kMembers; ++i) {
    threads.emplace_back(work, instance_.member(std::string(1, static_cast<char>('a' + i))), i);
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
    members.push_back(instance_.member(std::string(1, static_cast<char>('a' + i))));
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
  const auto work = [&](StoreClient member, unsigned seed) {
    std::mt19937 random(seed);
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
    for (unsigned i = 0; i < kMembers; ++i) threads.emplace_back(work, std::move(members[i]), i);
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
