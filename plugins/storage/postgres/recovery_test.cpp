// Connections that break, servers that restart, gateways that are taken over.
#include <gmock/gmock.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <thread>

#include "link.hpp"
#include "openclaw/testing/patience.hpp"
#include "openclaw/testing/storage_proxy.hpp"
#include "test_server.hpp"

namespace openclaw::postgres {
namespace {

using testing::comes_true;
using ::testing::HasSubstr;
using testing::Ingest;
using ::testing::Not;
using testing::StorageProxy;
using testing::StoreClient;
using testing::StoreInstance;

/// A store behind a proxy.
class Recovery : public ::testing::Test {
 protected:
  std::int64_t rows() { return server_.number("SELECT count(*) FROM " + place_.schema + ".inbox"); }

  TestServer& server_ = TestServer::shared();
  TestPlace place_;
  StorageProxy proxy_{server_.folder() / ".s.PGSQL.5432", ".apply("};
  StoreInstance instance_{
      *oc_plugin_entry_1(0)->api,
      section("postgres://openclaw@/postgres?host=" + proxy_.folder().string(), place_.schema)};
  StoreClient writer_ = instance_.writer();
};

TEST_F(Recovery, ABatchThatNeverArrivedIsSentAgain) {
  proxy_.cut_next(StorageProxy::Cut::before);
  const auto result = writer_.one(Ingest{.event_id = "e"});
  EXPECT_TRUE(proxy_.did_cut());
  EXPECT_EQ(result.status, OC_OK);
  EXPECT_EQ(result.flags, 0u);
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(writer_.one(Ingest{.event_id = "e"}).id, result.id);
}

TEST_F(Recovery, ABatchWhoseAnswerWasCutOffIsNotDoneTwice) {
  const auto before = writer_.one(Ingest{}).id;
  proxy_.cut_next(StorageProxy::Cut::after);
  // Without an event id no key would hold a second one back.
  const auto results = writer_.apply({Ingest{}, Ingest{}, testing::Move{.id = 4711}});
  EXPECT_TRUE(proxy_.did_cut());
  EXPECT_GT(results[0].id, before);
  EXPECT_EQ(results[1].id, results[0].id + 1);
  EXPECT_EQ(results[2].status, OC_E_NOTFOUND) << "each write has its own result";
  EXPECT_EQ(rows(), 3);
}

TEST_F(Recovery, ItIsFoundOutAlsoWhenTheServerComesBackLater) {
  proxy_.cut_next(StorageProxy::Cut::after, 4);
  writer_.one(Ingest{});
  EXPECT_EQ(rows(), 1);
  proxy_.cut_next(StorageProxy::Cut::before, 4);
  writer_.one(Ingest{});
  EXPECT_EQ(rows(), 2);
}

TEST_F(Recovery, ReadersFindTheirWayBack) {
  auto reader = instance_.reader();
  writer_.one(Ingest{.event_id = "e"});
  server_.stop(SIGINT);
  server_.start();
  EXPECT_EQ(reader.inbox().size(), 1u);
  EXPECT_EQ(writer_.one(Ingest{.event_id = "f"}).status, OC_OK) << "cut while it was idle";
  EXPECT_EQ(reader.inbox().size(), 2u);
}

TEST_F(Recovery, WhileTheServerIsAwayNothingIsDoneAndItSaysSo) {
  server_.stop(SIGINT);
  writer_.try_apply({Ingest{}});
  EXPECT_TRUE(OC_APPLY_NOT_DONE(writer_.last.status)) << writer_.last.status;
  EXPECT_THAT(writer_.last.message, HasSubstr("storage.url"));
  EXPECT_THAT(writer_.last.message, HasSubstr("it goes on by itself then"));
  for (const auto& refused : {instance_.reader().last, instance_.writer().last}) {
    EXPECT_THAT(refused.message, HasSubstr("cannot open PostgreSQL"));
    EXPECT_THAT(refused.message, Not(HasSubstr("by itself"))) << "who cannot open it ends";
    EXPECT_THAT(refused.message, Not(HasSubstr("\t")));
  }
  server_.start();
  // At most one attempt to connect every so often.
  ASSERT_TRUE(comes_true([&] {
    writer_.try_apply({Ingest{}});
    return writer_.last.status == OC_OK;
  })) << writer_.last.message;
  EXPECT_EQ(rows(), 1);
}

TEST_F(Recovery, ADatabaseThatWentBackTakesNothingMore) {
  writer_.one(Ingest{});
  writer_.one(Ingest{});
  // As a standby that lagged by one batch.
  server_.run("UPDATE " + place_.schema + ".gateways SET batch = batch - 1");
  writer_.try_apply({Ingest{}});
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "which ends the gateway";
  EXPECT_THAT(writer_.last.message, HasSubstr("went back to an earlier state"));
  writer_.try_apply({Ingest{}});
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "for good";
  EXPECT_EQ(rows(), 2);
}

TEST_F(Recovery, ADatabaseThatWentBackIsSeenWithoutAWrite) {
  writer_.one(Ingest{});
  writer_.renew();
  EXPECT_EQ(writer_.last.status, OC_OK);
  server_.run("UPDATE " + place_.schema + ".gateways SET batch = batch - 1");
  writer_.renew();
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN);
  EXPECT_THAT(writer_.last.message, HasSubstr("went back to an earlier state"));
}

TEST_F(Recovery, ABatchThatWasLostAfterItWasDoneIsSeen) {
  writer_.one(Ingest{});
  writer_.one(Ingest{});
  proxy_.cut_next(StorageProxy::Cut::before, 1'000'000);
  std::thread writing([&] { writer_.try_apply({Ingest{}}); });
  while (!proxy_.did_cut()) std::this_thread::yield();
  server_.run("UPDATE " + place_.schema + ".gateways SET batch = 1");
  proxy_.cut_next(StorageProxy::Cut::none);
  writing.join();
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN);
  EXPECT_THAT(writer_.last.message, HasSubstr("went back to an earlier state"));
}

TEST_F(Recovery, AServerThatCrashesLosesNothingItAcknowledged) {
  std::set<std::uint64_t> ids;
  for (int life = 0; life < 3; ++life) {
    for (int i = 0; i < 50; ++i) ids.insert(writer_.one(Ingest{}).id);
    server_.stop(SIGQUIT);
    server_.start();
  }
  EXPECT_EQ(ids.size(), 150u);
  EXPECT_EQ(rows(), 150);
}

TEST_F(Recovery, BackendsThatAreKilledAllTheTimeCostNothingButTime) {
  std::atomic<int> acknowledged{0}, kills{0};
  std::atomic<bool> ended{false};
  std::thread killer([&] {
    Link link(server_.url());
    link.open(deadline_in(20'000));
    while (!ended.load()) {
      const Rows killed = link.run(
          "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
          " WHERE application_name = 'openclaw' AND pid <> pg_backend_pid()"
          " AND backend_type = 'client backend'",
          {}, deadline_in(20'000));
      kills += static_cast<int>(killed.number(0, 0));
      // However slow the machine is, two batches come through between one kill and the next.
      for (const int before = acknowledged.load(); acknowledged.load() < before + 2;) {
        if (ended.load()) return;
        std::this_thread::yield();
      }
      link.run("SELECT pg_sleep(random() * 0.002)", {}, deadline_in(20'000));
    }
  });
  std::set<std::uint64_t> ids;
  const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (kills.load() < 40 && std::chrono::steady_clock::now() < until) {
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
  EXPECT_EQ(static_cast<int>(ids.size()), acknowledged.load());
}

TEST_F(Recovery, AGatewayThatWasTakenOverWritesNothingMore) {
  writer_.one(Ingest{});
  // As if on another machine, which has not renewed its lease.
  server_.run("UPDATE " + place_.schema +
              ".gateways SET holder = 'far, pid 1 [boot/pid:[1]/5]', leased_until = now()");
  {
    StoreInstance other(*oc_plugin_entry_1(0)->api, section(server_.url(), place_.schema));
    auto successor = other.writer();
    ASSERT_TRUE(successor.is_open()) << successor.last.message;
    writer_.try_apply({Ingest{}});
    EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "which ends the gateway";
    EXPECT_THAT(writer_.last.message, HasSubstr("another gateway has taken over"));
    EXPECT_EQ(rows(), 1);
    successor.one(Ingest{});
  }
  writer_.try_apply({Ingest{}});
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "for good";
  EXPECT_EQ(rows(), 2);
}

TEST_F(Recovery, ABatchThatArrivesLateDoesNotLandASecondTime) {
  proxy_.cut_next(StorageProxy::Cut::late);
  writer_.one(Ingest{});
  EXPECT_EQ(rows(), 1) << "it was asked about, and sent again";
  proxy_.deliver();
  EXPECT_EQ(rows(), 1)
      << "the first one reached the server now, with a token that is none any more";
  writer_.one(Ingest{});
  EXPECT_EQ(rows(), 2);
}

TEST_F(Recovery, ABatchThatArrivesAfterTheNameWasTakenDoesNotLand) {
  proxy_.cut_next(StorageProxy::Cut::late, 1'000'000);  // and no way back for the writer
  std::thread writing([&] { writer_.try_apply({Ingest{}}); });
  EXPECT_TRUE(comes_true([&] { return proxy_.did_cut(); }));
  server_.run("UPDATE " + place_.schema +
              ".gateways SET holder = 'far, pid 1 [boot/pid:[1]/5]', leased_until = now()");
  StoreInstance other(*oc_plugin_entry_1(0)->api, section(server_.url(), place_.schema));
  auto successor = other.writer();
  EXPECT_TRUE(successor.is_open()) << successor.last.message;
  proxy_.deliver();
  EXPECT_EQ(rows(), 0);
  proxy_.cut_next(StorageProxy::Cut::none);  // now it finds its way, and is told
  writing.join();
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN);
  EXPECT_EQ(rows(), 0);
}

TEST_F(Recovery, ALeaseGrowsByRenewingAndEndsWithTheName) {
  const auto left = [&] {
    return server_.number(
        "SELECT (extract(epoch FROM leased_until - clock_timestamp()) * 1000)::int8"
        " FROM " +
        place_.schema + ".gateways");
  };
  server_.run("UPDATE " + place_.schema + ".gateways SET leased_until = now() + interval '1 s'");
  EXPECT_LE(left(), 1'000);
  const auto next_ms = writer_.renew();
  EXPECT_EQ(writer_.last.status, OC_OK);
  EXPECT_GT(left(), 1'000);
  EXPECT_GT(next_ms, 0u);
  EXPECT_LT(next_ms, 5'000u) << "more than once within the lease";
  server_.run("UPDATE " + place_.schema +
              ".gateways SET token = '00000000-0000-0000-0000-000000000000'");
  writer_.renew();
  EXPECT_EQ(writer_.last.status, OC_E_UNKNOWN) << "which ends the gateway";
}

TEST_F(Recovery, TheNameOfAGatewayThatLivesIsNotTaken) {
  auto second = instance_.writer();
  EXPECT_FALSE(second.is_open());
  EXPECT_EQ(second.last.status, OC_E_AGAIN);
  EXPECT_THAT(second.last.message, HasSubstr("pid " + std::to_string(::getpid())));
  EXPECT_THAT(second.last.message, HasSubstr("storage.schema"));
}

TEST_F(Recovery, ARenewedLeaseElsewhereIsRespected) {
  server_.run("UPDATE " + place_.schema +
              ".gateways SET holder = 'far, pid 1 [boot/pid:[1]/5]',"
              " leased_until = now() + interval '300 ms'");
  std::atomic<bool> ended{false};
  std::thread renewer([&] {
    Link link(server_.url());
    link.open(deadline_in(20'000));
    while (!ended.load()) {
      link.run("UPDATE " + place_.schema +
                   ".gateways SET leased_until = clock_timestamp() + interval '9 s'",
               {}, deadline_in(20'000));
    }
  });
  auto second = instance_.writer();
  ended.store(true);
  renewer.join();
  EXPECT_FALSE(second.is_open());
  EXPECT_THAT(second.last.message, HasSubstr("far, pid 1"));
}

}  // namespace
}  // namespace openclaw::postgres
