// One gateway a store: leases, takeovers, and servers that lose what they had.
#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "openclaw/testing/patience.hpp"
#include "openclaw/testing/storage_proxy.hpp"
#include "test_server.hpp"

namespace openclaw::redis {
namespace {

using testing::comes_true;
using ::testing::HasSubstr;
using testing::Ingest;
using testing::StorageProxy;
using testing::StoreClient;
using testing::StoreInstance;

/// A store that somebody holds.
class Holding : public ::testing::Test {
 protected:
  std::int64_t waiting() { return server_.number(Args{"XLEN", place_.key("inbox")}); }
  /// As if the holder ran on another machine, and its lease had ended `ago_ms` ago.
  void move_away(int ago_ms = 1) {
    server_.run(Args{"HSET", place_.key("gateway"), "holder", "far, pid 1 [boot/pid:[1]/5]",
                     "until", std::to_string(now_ms() - ago_ms)});
  }
  std::int64_t now_ms() {
    const Reply time = server_.run(Args{"TIME"});
    return time[0].number() * 1000 + time[1].number() / 1000;
  }
  std::int64_t left_ms() {
    return server_.number(Args{"HGET", place_.key("gateway"), "until"}) - now_ms();
  }

  TestServer& server_ = TestServer::shared();
  TestPlace place_;
  StoreInstance instance_{*oc_plugin_entry_1(0)->api, place_.section_json()};
  StoreClient writer_ = instance_.writer();
};

TEST_F(Holding, AGatewayThatWasTakenOverWritesNothingMore) {
  writer_.one(Ingest{});
  // It was paused, and has not renewed its lease.
  move_away();
  {
    StoreInstance other(*oc_plugin_entry_1(0)->api, place_.section_json());
    auto successor = other.writer();
    ASSERT_TRUE(successor.is_open()) << successor.last.message;
    writer_.try_apply({Ingest{}});
    EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "which ends the gateway";
    EXPECT_THAT(writer_.last.message, HasSubstr("another gateway has taken over"));
    EXPECT_EQ(waiting(), 1);
    successor.one(Ingest{});
  }
  writer_.try_apply({Ingest{}});
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "for good";
  writer_.renew();
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN);
  EXPECT_EQ(waiting(), 2);
}

TEST_F(Holding, ABatchThatArrivesAfterTheStoreWasTakenDoesNotLand) {
  server_.run(Args{"SCRIPT", "LOAD", apply_script().text});
  StorageProxy proxy(server_.socket(), apply_script().sha1);
  move_away();
  StoreInstance far(*oc_plugin_entry_1(0)->api,
                    section("redis+unix://" + proxy.socket().string(), place_.prefix));
  auto late = far.writer();
  ASSERT_TRUE(late.is_open()) << late.last.message;
  proxy.cut_next(StorageProxy::Cut::late, 1'000'000);  // and no way back for the writer
  std::thread writing([&] { late.try_apply({Ingest{}}); });
  EXPECT_TRUE(comes_true([&] { return proxy.did_cut(); }));
  move_away();
  StoreInstance other(*oc_plugin_entry_1(0)->api, place_.section_json());
  auto successor = other.writer();
  EXPECT_TRUE(successor.is_open()) << successor.last.message;
  proxy.deliver();
  EXPECT_EQ(waiting(), 0);
  proxy.cut_next(StorageProxy::Cut::none);  // now it finds its way, and is told
  writing.join();
  EXPECT_EQ(late.last.status, OC_E_UNKNOWN);
  EXPECT_EQ(waiting(), 0);
}

TEST_F(Holding, ALeaseGrowsByRenewingAndEndsWithTheStore) {
  server_.run(Args{"HSET", place_.key("gateway"), "until", std::to_string(now_ms() + 1000)});
  EXPECT_LE(left_ms(), 1'000);
  const auto next_ms = writer_.renew();
  EXPECT_EQ(writer_.last.status, OC_OK);
  EXPECT_GT(left_ms(), 1'000);
  EXPECT_GT(next_ms, 0u);
  EXPECT_LT(next_ms, 5'000u) << "more than once within the lease";
  server_.run(Args{"HSET", place_.key("gateway"), "token", "99:of another"});
  writer_.renew();
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "which ends the gateway";
  EXPECT_THAT(writer_.last.message, HasSubstr("another gateway has taken over"));
}

TEST_F(Holding, TheStoreOfAGatewayThatLivesIsNotTaken) {
  auto second = instance_.writer();
  EXPECT_FALSE(second.is_open());
  EXPECT_EQ(second.last.status, OC_E_AGAIN);
  EXPECT_THAT(second.last.message, HasSubstr("pid " + std::to_string(::getpid())));
  EXPECT_THAT(second.last.message, HasSubstr("storage.prefix"));
  EXPECT_EQ(writer_.one(Ingest{}).status, OC_OK);
}

TEST_F(Holding, ARenewedLeaseElsewhereIsRespected) {
  move_away(-300);
  std::atomic<bool> ended{false};
  std::thread renewer([&] {
    Link link(read_address(server_.url()));
    link.open(deadline_in(20'000));
    while (!ended.load()) {
      link.run(Args{"HSET", place_.key("gateway"), "until", std::to_string(now_ms() + 9'000)},
               deadline_in(20'000));
    }
  });
  auto second = instance_.writer();
  ended.store(true);
  renewer.join();
  EXPECT_FALSE(second.is_open());
  EXPECT_THAT(second.last.message, HasSubstr("far, pid 1"));
}

TEST_F(Holding, ThatOfAProcessThatWasKilledIsTakenAtOnce) {
  writer_.close();
  const pid_t child = ::fork();
  if (child == 0) {
    StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
    auto writer = instance.writer();
    ::_exit(writer.is_open() && writer.one(Ingest{}).status == OC_OK ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const auto begun = std::chrono::steady_clock::now();
  auto writer = instance_.writer();
  ASSERT_TRUE(writer.is_open()) << writer.last.message;
  EXPECT_EQ(writer.inbox().size(), 1u);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(9)) << "not a lease";
}

TEST_F(Holding, WhoDumpsHoldsTheStore) {
  writer_.one(Ingest{});
  EXPECT_FALSE(instance_.snapshot().is_open()) << "a gateway writes";
  EXPECT_EQ(instance_.snapshot().last.status, OC_E_AGAIN);
  writer_.close();
  auto snapshot = instance_.snapshot();
  ASSERT_TRUE(snapshot.is_open()) << snapshot.last.message;
  EXPECT_FALSE(instance_.writer().is_open()) << "a gateway that starts meanwhile is refused";
  const auto all = snapshot.dump();
  EXPECT_EQ(all.size(), 4u) << "the counters and the message";
  snapshot.try_apply({Ingest{}});
  EXPECT_TRUE(OC_APPLY_NOT_DONE(snapshot.last.status)) << "it is for reading";
  move_away();
  StoreInstance other(*oc_plugin_entry_1(0)->api, place_.section_json());
  auto successor = other.writer();
  ASSERT_TRUE(successor.is_open()) << successor.last.message;
  EXPECT_NE(snapshot.dump_status(""), OC_OK) << "it was paused past its lease, and writing went on";
}

TEST_F(Holding, SeveralAtOnceMakeOneStore) {
  writer_.close();
  server_.run(Args{"UNLINK", place_.key("store"), place_.key("gateway")});
  std::atomic<int> opened{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
      auto writer = instance.writer();
      if (writer.is_open()) {
        ++opened;
      } else {
        EXPECT_THAT(writer.last.message, HasSubstr("in use"));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_GE(opened.load(), 1);
}

TEST_F(Holding, ANewerStoreIsLeftAlone) {
  writer_.close();
  server_.run(Args{"HSET", place_.key("store"), "schema", "99"});
  for (const auto role : {OC_STORE_WRITER, OC_STORE_READER}) {
    auto connection = instance_.open(role);
    EXPECT_FALSE(connection.is_open());
    EXPECT_THAT(connection.last.message, HasSubstr("newer version"));
  }
}

TEST_F(Holding, AStoreOfWhichPartsAreMissingIsLeftAlone) {
  writer_.one(Ingest{});
  writer_.one(testing::Finish{.session = "s", .transcript = {{OC_ROLE_USER, "x"}}});
  writer_.close();
  for (const char* part : {"inbox", "inbox-claims", "session-rows", "sessions-by-time", "store"}) {
    server_.run(Args{"RENAME", place_.key(part), place_.key("away")});
    auto writer = instance_.writer();
    EXPECT_FALSE(writer.is_open()) << part;
    EXPECT_THAT(writer.last.message, HasSubstr("parts of the store")) << part;
    server_.run(Args{"RENAME", place_.key("away"), place_.key(part)});
  }
  EXPECT_TRUE(instance_.writer().is_open());
}

TEST(Reading, WaitsForTheGatewaysFirstStart) {
  TestPlace place;
  StoreInstance instance(*oc_plugin_entry_1(0)->api, place.section_json());
  for (const auto role : {OC_STORE_READER, OC_STORE_SNAPSHOT}) {
    auto reader = instance.open(role);
    EXPECT_FALSE(reader.is_open());
    EXPECT_EQ(reader.last.status, OC_E_AGAIN);
    EXPECT_THAT(reader.last.message, HasSubstr("start the gateway first"));
  }
}

// ---- servers that lose what they had ----

/// A store on a server of its own, with something in it.
class Losing : public ::testing::Test {
 protected:
  explicit Losing(std::vector<std::string> settings = TestServer::durable())
      : server_(std::move(settings)) {
    writer_.one(Ingest{});
    writer_.one(Ingest{});
  }
  /// Neither writes nor reads go on, and nothing is put there.
  void expect_refused(const std::string& words) {
    writer_.try_apply({Ingest{}});
    EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "which ends the gateway";
    EXPECT_THAT(writer_.last.message, HasSubstr(words));
    writer_.try_apply({Ingest{}});
    EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "for good";
  }
  std::int64_t keys() { return server_.number(Args{"DBSIZE"}); }

  TestServer server_;
  StoreInstance instance_{*oc_plugin_entry_1(0)->api, section(server_.url(), "lost")};
  StoreClient writer_ = instance_.writer();
  StoreClient reader_ = instance_.reader();
};

class Forgetting : public Losing {
 protected:
  Forgetting() : Losing(TestServer::forgetful()) {}
};

TEST_F(Losing, AWipedServerTakesNothingMore) {
  server_.run(Args{"FLUSHALL"});
  expect_refused("the server was wiped");
  EXPECT_EQ(keys(), 0);
  auto next = instance_.writer();
  EXPECT_TRUE(next.is_open()) << "the next start begins with an empty store, and says so";
}

TEST_F(Losing, AWipedServerIsSeenWithoutAWrite) {
  server_.run(Args{"FLUSHALL"});
  writer_.renew();
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN);
  EXPECT_THAT(writer_.last.message, HasSubstr("the server was wiped"));
}

TEST_F(Losing, AWipedServerIsSeenWhenAnotherGatewayBeganAnew) {
  server_.run(Args{"FLUSHALL"});
  StoreInstance other(*oc_plugin_entry_1(0)->api, section(server_.url(), "lost"));
  auto successor = other.writer();
  ASSERT_TRUE(successor.is_open());
  successor.one(Ingest{});
  expect_refused("the server was wiped");
  EXPECT_EQ(successor.inbox().size(), 1u);
}

TEST_F(Losing, AReaderDoesNotTakeAWipedServerForAnEmptyStore) {
  EXPECT_EQ(reader_.inbox().size(), 2u);
  server_.run(Args{"FLUSHALL"});
  EXPECT_NONFATAL_FAILURE(reader_.inbox(), "the server was wiped");
  EXPECT_NONFATAL_FAILURE(reader_.history("s"), "the server was wiped");
}

TEST_F(Losing, AServerThatGoesBackInTimeTakesNothingMore) {
  // As a failover to a replica that lagged by one batch.
  const std::string before = server_.text(Args{"HGET", "{lost}:gateway", "batch"});
  writer_.one(Ingest{});
  server_.run(Args{"HSET", "{lost}:gateway", "batch", before});
  expect_refused("lost a part of what it had acknowledged");
}

TEST_F(Losing, AServerThatGoesBackBeforeTheStartTakesNothingMore) {
  server_.run(Args{"HSET", "{lost}:gateway", "token", "0:an older one"});
  expect_refused("lost a part of what it had acknowledged");
}

TEST_F(Losing, ABatchThatWasLostAfterItWasDoneIsSeen) {
  StorageProxy proxy(server_.socket(), apply_script().sha1);
  writer_.close();
  StoreInstance through(*oc_plugin_entry_1(0)->api,
                        section("redis+unix://" + proxy.socket().string(), "lost"));
  auto writer = through.writer();
  writer.one(Ingest{});
  writer.one(Ingest{});
  proxy.cut_next(StorageProxy::Cut::before, 1'000'000);
  std::thread writing([&] { writer.try_apply({Ingest{}}); });
  EXPECT_TRUE(comes_true([&] { return proxy.did_cut(); }));
  server_.run(Args{"HSET", "{lost}:gateway", "batch", "1"});
  proxy.cut_next(StorageProxy::Cut::none);
  writing.join();
  EXPECT_EQ(writer.last.status, OC_E_UNKNOWN);
  EXPECT_THAT(writer.last.message, HasSubstr("lost a part"));
}

TEST_F(Forgetting, ARestartIsSeen) {
  server_.stop(SIGTERM);
  server_.start();
  // At most one attempt to connect every so often.
  ASSERT_TRUE(comes_true([&] {
    writer_.try_apply({Ingest{}});
    return !OC_APPLY_NOT_DONE(writer_.last.status);
  })) << writer_.last.message;
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN);
  EXPECT_THAT(writer_.last.message, HasSubstr("the server was wiped"));
  EXPECT_EQ(keys(), 0);
}

TEST_F(Forgetting, ARestartFromAnOldSnapshotIsSeen) {
  server_.run(Args{"SAVE"});
  writer_.one(Ingest{});
  server_.stop(SIGKILL);
  server_.start();
  ASSERT_TRUE(comes_true([&] {
    writer_.try_apply({Ingest{}});
    return !OC_APPLY_NOT_DONE(writer_.last.status);
  })) << writer_.last.message;
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN);
  EXPECT_THAT(writer_.last.message, HasSubstr("lost a part of what it had acknowledged"));
}

}  // namespace
}  // namespace openclaw::redis
