// Connections that break, servers that restart.
#include <gmock/gmock.h>

#include <csignal>
#include <random>
#include <set>
#include <thread>

#include "openclaw/testing/patience.hpp"
#include "openclaw/testing/storage_proxy.hpp"
#include "test_server.hpp"

namespace openclaw::redis {
namespace {

using testing::comes_true;
using testing::Finish;
using ::testing::HasSubstr;
using testing::Ingest;
using testing::StorageProxy;
using testing::StoreClient;
using testing::StoreInstance;
using Cut = StorageProxy::Cut;

/// A store behind a proxy, on a server of its own.
class Recovery : public ::testing::Test {
 protected:
  Recovery() {
    // So that a batch comes by the script's name, by which the proxy knows it.
    server_.run(Args{"SCRIPT", "LOAD", apply_script().text});
  }
  std::int64_t rows() { return server_.number(Args{"XLEN", place_.key("inbox")}); }

  TestServer server_;
  TestPlace place_{server_};
  StorageProxy proxy_{server_.socket(), apply_script().sha1};
  StoreInstance instance_{*oc_plugin_entry_1(0)->api,
                          section("redis+unix://" + proxy_.socket().string(), place_.prefix)};
  StoreClient writer_ = instance_.writer();
};

TEST_F(Recovery, ABatchThatNeverArrivedIsSentAgain) {
  for (const Cut cut : {Cut::before, Cut::within}) {
    const auto before = rows();
    proxy_.cut_next(cut);
    const std::string event = "e" + std::to_string(before);
    const auto result = writer_.one(Ingest{.event_id = event});
    EXPECT_TRUE(proxy_.did_cut());
    EXPECT_EQ(result.status, OC_OK);
    EXPECT_EQ(result.flags, 0u);
    EXPECT_EQ(rows(), before + 1);
    EXPECT_EQ(writer_.one(Ingest{.event_id = event}).id, result.id);
  }
}

TEST_F(Recovery, ABatchWhoseAnswerWasCutOffIsNotDoneTwice) {
  const auto before = writer_.one(Ingest{}).id;
  proxy_.cut_next(Cut::after);
  // Without an event id no key would hold a second one back.
  const auto results = writer_.apply({Ingest{}, Ingest{}, testing::Move{.id = 4711}});
  EXPECT_TRUE(proxy_.did_cut());
  EXPECT_GT(results[0].id, before);
  EXPECT_EQ(results[1].id, results[0].id + 1);
  EXPECT_EQ(results[2].status, OC_E_NOTFOUND) << "each write has its own result";
  EXPECT_EQ(rows(), 3);
  EXPECT_EQ(writer_.one(Ingest{}).id, results[1].id + 1) << "and it goes on";
}

TEST_F(Recovery, ItIsFoundOutAlsoWhenTheServerComesBackLater) {
  proxy_.cut_next(Cut::after, 4);
  writer_.one(Ingest{});
  EXPECT_EQ(rows(), 1);
  proxy_.cut_next(Cut::before, 4);
  writer_.one(Ingest{});
  EXPECT_EQ(rows(), 2);
}

TEST_F(Recovery, ABatchThatArrivesLateDoesNotLandASecondTime) {
  proxy_.cut_next(Cut::late);
  writer_.one(Ingest{});
  EXPECT_EQ(rows(), 1) << "it was asked about, and sent again";
  proxy_.deliver();
  EXPECT_EQ(rows(), 1)
      << "the first one reached the server now, with a token that is none any more";
  writer_.one(Ingest{});
  EXPECT_EQ(rows(), 2);
}

TEST_F(Recovery, CutsAnywhereLoseNothingAndRepeatNothing) {
  const auto seed = std::random_device()();
  RecordProperty("seed", std::to_string(seed));
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr Cut kCuts[] = {Cut::none, Cut::before, Cut::within, Cut::after};
  std::set<std::uint64_t> ids;
  for (int i = 0; i < 30; ++i) {
    proxy_.cut_next(kCuts[random() % 4], static_cast<int>(random() % 2));
    const auto results = writer_.apply({Ingest{}, Ingest{}});
    for (const auto& result : results) ids.insert(result.id);
    proxy_.cut_next(Cut::none);
  }
  EXPECT_EQ(ids.size(), 60u);
  EXPECT_EQ(rows(), 60);
}

TEST_F(Recovery, ReadersFindTheirWayBack) {
  auto reader = instance_.reader();
  writer_.one(Ingest{.event_id = "e"});
  server_.stop(SIGTERM);
  server_.start();
  EXPECT_EQ(reader.inbox().size(), 1u);
  EXPECT_EQ(writer_.one(Ingest{.event_id = "f"}).status, OC_OK) << "cut while it was idle";
  EXPECT_EQ(reader.inbox().size(), 2u);
}

TEST_F(Recovery, WhileTheServerIsAwayNothingIsDoneAndItSaysSo) {
  // Not through the proxy, which may take a batch before it sees that the server is gone.
  writer_.close();
  StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
  auto writer = instance.writer();
  server_.stop(SIGTERM);
  writer.try_apply({Ingest{}});
  EXPECT_TRUE(OC_APPLY_NOT_DONE(writer.last.status)) << writer.last.status;
  EXPECT_THAT(writer.last.message, HasSubstr("storage.url"));
  server_.start();
  // At most one attempt to connect every so often.
  ASSERT_TRUE(comes_true([&] {
    writer.try_apply({Ingest{}});
    return !OC_APPLY_NOT_DONE(writer.last.status);
  })) << writer.last.message;
  EXPECT_EQ(writer.last.status, OC_OK) << writer.last.message;
  EXPECT_EQ(rows(), 1);
}

TEST_F(Recovery, AServerThatIsKilledLosesNothingItAcknowledged) {
  std::set<std::uint64_t> ids;
  for (int life = 0; life < 3; ++life) {
    for (int i = 0; i < 50; ++i) ids.insert(writer_.one(Ingest{}).id);
    server_.stop(SIGKILL);
    server_.start();
  }
  EXPECT_EQ(ids.size(), 150u);
  EXPECT_EQ(rows(), 150);
}

TEST_F(Recovery, KillsUnderLoadCostNothingButTime) {
  std::atomic<int> acknowledged{0};
  std::atomic<bool> ended{false};
  std::set<std::uint64_t> ids;
  // The server ends with the thread that starts it, so that this one is the writer's.
  std::thread load([&] {
    while (!ended.load()) {
      const auto results = writer_.try_apply({Ingest{}});
      if (writer_.last.status == OC_OK) {
        ids.insert(results.at(0).id);
        ++acknowledged;
        continue;
      }
      EXPECT_TRUE(OC_APPLY_NOT_DONE(writer_.last.status)) << writer_.last.message;
      if (!OC_APPLY_NOT_DONE(writer_.last.status)) ended.store(true);
    }
  });
  for (int kills = 0; kills < 6 && !ended.load(); ++kills) {
    const int before = acknowledged.load();
    EXPECT_TRUE(comes_true([&] { return acknowledged.load() >= before + 20 || ended.load(); }));
    server_.stop(SIGKILL);
    server_.start();
  }
  ended.store(true);
  load.join();
  EXPECT_EQ(rows(), static_cast<std::int64_t>(ids.size()));
  EXPECT_EQ(static_cast<int>(ids.size()), acknowledged.load());
}

TEST_F(Recovery, ClientsThatAreKilledAllTheTimeCostNothingButTime) {
  std::atomic<int> acknowledged{0}, kills{0};
  std::atomic<bool> ended{false};
  std::thread killer([&] {
    Link link(read_address(server_.url()));
    link.open(deadline_in(20'000));
    while (!ended.load()) {
      kills += static_cast<int>(
          link.run(Args{"CLIENT", "KILL", "TYPE", "normal"}, deadline_in(20'000)).number());
      // However slow the machine is, two batches come through between one kill and the next.
      for (const int before = acknowledged.load(); acknowledged.load() < before + 2;) {
        if (ended.load()) return;
        std::this_thread::yield();
      }
    }
  });
  std::set<std::uint64_t> ids;
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (kills.load() < 100 && std::chrono::steady_clock::now() < until) {
    const auto results = writer_.try_apply({Ingest{}});
    if (writer_.last.status == OC_OK) {
      ids.insert(results.at(0).id);
      ++acknowledged;
      continue;
    }
    EXPECT_TRUE(OC_APPLY_NOT_DONE(writer_.last.status)) << writer_.last.message;
    if (!OC_APPLY_NOT_DONE(writer_.last.status)) break;
  }
  ended.store(true);
  killer.join();
  EXPECT_EQ(rows(), static_cast<std::int64_t>(ids.size()));
}

// ---- what the server says instead of doing it ----

TEST_F(Recovery, AFullMemoryRefusesWholeBatchesAndPasses) {
  writer_.one(Ingest{});
  server_.run(Args{"CONFIG", "SET", "maxmemory", "1"});
  writer_.try_apply({Ingest{}, Ingest{}, Finish{.transcript = {{OC_ROLE_USER, "x"}}}});
  EXPECT_EQ(writer_.last.status, OC_E_IO) << writer_.last.message;
  EXPECT_THAT(writer_.last.message, HasSubstr("maxmemory"));
  EXPECT_EQ(rows(), 1) << "not even a part of it";
  EXPECT_EQ(writer_.inbox().size(), 1u) << "it can be read";
  server_.run(Args{"CONFIG", "SET", "maxmemory", "0"});
  EXPECT_EQ(writer_.one(Ingest{}).status, OC_OK);
}

TEST_F(Recovery, AServerThatBecameAReplicaTakesNothing) {
  writer_.one(Ingest{});
  server_.run(Args{"REPLICAOF", "127.0.0.1", "1"});
  writer_.try_apply({Ingest{}});
  EXPECT_EQ(writer_.last.status, OC_E_AGAIN) << writer_.last.message;
  EXPECT_THAT(writer_.last.message, HasSubstr("replica"));
  server_.run(Args{"REPLICAOF", "NO", "ONE"});
  EXPECT_EQ(writer_.one(Ingest{}).status, OC_OK);
  EXPECT_EQ(rows(), 2);
}

TEST_F(Recovery, TooFewReplicasRefuseWholeBatches) {
  server_.run(Args{"CONFIG", "SET", "min-replicas-to-write", "1"});
  writer_.try_apply({Ingest{}});
  EXPECT_TRUE(OC_APPLY_NOT_DONE(writer_.last.status)) << writer_.last.message;
  EXPECT_THAT(writer_.last.message, HasSubstr("min-replicas-to-write"));
  server_.run(Args{"CONFIG", "SET", "min-replicas-to-write", "0"});
  EXPECT_EQ(writer_.one(Ingest{}).status, OC_OK);
  EXPECT_EQ(rows(), 1);
}

TEST_F(Recovery, AServerThatForgotTheScriptsGetsThemAgain) {
  auto reader = instance_.reader();
  writer_.one(Ingest{});
  server_.run(Args{"SCRIPT", "FLUSH"});
  EXPECT_EQ(writer_.one(Ingest{}).status, OC_OK);
  EXPECT_EQ(reader.inbox().size(), 2u);
}

TEST_F(Recovery, AnotherOnesKeyInTheMiddleEndsTheWriter) {
  writer_.one(Ingest{});
  server_.run(Args{"SET", place_.key("transcript:s"), "not ours"});
  writer_.try_apply(
      {Ingest{}, Finish{.session = "s", .transcript = {{OC_ROLE_USER, "x"}}}, Ingest{}});
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "a part of it may be there";
  EXPECT_THAT(writer_.last.message, HasSubstr("WRONGTYPE"));
  writer_.try_apply({Ingest{}});
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "for good";
  // Once that key is gone, the next start goes on with what is there.
  server_.run(Args{"UNLINK", place_.key("transcript:s")});
  writer_.close();
  auto next = instance_.writer();
  ASSERT_TRUE(next.is_open()) << next.last.message;
  const auto rows_then = next.inbox();
  ASSERT_EQ(rows_then.size(), 2u) << "the part that came before it";
  EXPECT_GT(next.one(Ingest{}).id, rows_then.back().id) << "no id is given twice";
  EXPECT_EQ(next.one(Finish{.session = "s", .transcript = {{OC_ROLE_USER, "x"}}}).status, OC_OK);
}

TEST_F(Recovery, ABusyServerIsWaitedFor) {
  server_.run(Args{"CONFIG", "SET", "busy-reply-threshold", "1"});
  Link slow(read_address(server_.url()));
  slow.open(deadline_in(20'000));
  std::thread busy([&] {
    try {
      slow.run(Args{"EVAL", "while true do end", "0"}, deadline_in(20'000));
    } catch (const RedisError&) {
      // It was killed, below.
    }
  });
  Link other(read_address(server_.url()));
  other.open(deadline_in(20'000));
  std::thread killer([&] {
    // Once it is seen to be busy the writer has its turn to see it too.
    const auto is_busy = [&] {
      try {
        other.run(Args{"PING"}, deadline_in(20'000));
        return false;
      } catch (const RedisError& error) {
        return error.code == "BUSY";
      }
    };
    EXPECT_TRUE(comes_true(is_busy));
    for (int i = 0; i < 1000; ++i) is_busy();
    other.run(Args{"SCRIPT", "KILL"}, deadline_in(20'000));
  });
  EXPECT_EQ(writer_.one(Ingest{}).status, OC_OK);
  killer.join();
  busy.join();
  EXPECT_EQ(rows(), 1);
}

}  // namespace
}  // namespace openclaw::redis
