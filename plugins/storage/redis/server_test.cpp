// What a server must be like so that a store is opened there.
#include <gmock/gmock.h>

#include "test_opening.hpp"
#include "test_server.hpp"

namespace openclaw::redis {
namespace {

using ::testing::HasSubstr;
using testing::Ingest;
using testing::StoreInstance;

TEST(Opening, SaysThatAStoreIsNew) {
  TestServer server;
  EXPECT_EQ(open_writer(server.url()).told.find("redis.new_store: "), 0u);
  EXPECT_EQ(open_writer(server.url()).told, "") << "and nothing more of a durable server";
}

TEST(Opening, SaysThatABatchWasCutInTheMiddle) {
  TestServer server;
  open_writer(server.url());
  server.run(Args{"HSET", "{opening}:gateway", "applying", "7"});
  EXPECT_EQ(open_writer(server.url()).told.find("redis.torn_batch: "), 0u);
  EXPECT_EQ(open_writer(server.url()).told, "");
}

TEST(Opening, SaysWhatMayBeLost) {
  TestServer server(TestServer::forgetful());
  open_writer(server.url());
  EXPECT_THAT(open_writer(server.url()).told, HasSubstr("redis.not_durable: the server runs with "
                                                        "appendonly no"));
  server.run(Args{"CONFIG", "SET", "appendonly", "yes"});
  server.run(Args{"CONFIG", "SET", "appendfsync", "everysec"});
  EXPECT_THAT(open_writer(server.url()).told, HasSubstr("appendfsync everysec"));
  server.run(Args{"CONFIG", "SET", "appendfsync", "always"});
  EXPECT_EQ(open_writer(server.url()).told, "");
}

TEST(Opening, RefusesAServerThatThrowsMessagesAway) {
  TestServer server;
  server.run(Args{"CONFIG", "SET", "maxmemory", "100mb"});
  EXPECT_EQ(open_writer(server.url()).refusal, "");
  server.run(Args{"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"});
  const Opened opened = open_writer(server.url());
  EXPECT_THAT(opened.refusal, HasSubstr("maxmemory-policy noeviction"));
  EXPECT_EQ(opened.status, OC_E_IO);
}

TEST(Opening, RefusesAReplica) {
  TestServer server;
  server.run(Args{"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_THAT(open_writer(server.url()).refusal, HasSubstr("let storage.url name the master"));
}

TEST(Opening, SaysWhichKeyToChange) {
  TestServer& server = TestServer::shared();
  struct Row {
    std::string url;
    const char* words;
  };
  for (const Row& row :
       {Row{"redis+unix:///nowhere/at/all", "it cannot be reached"},
        Row{"redis://127.0.0.1:1", "storage.url"},
        Row{"redis://no-such-host.invalid", "cannot be resolved"},
        Row{"redis+unix://nobody:wrong@" + server.socket(), "check user and password"},
        Row{"redis+unix://" + server.socket() + "?db=9999", "check user, password, database"},
        Row{"redis+unix://u@" + server.socket() + "?passfile=/nowhere", "passfile"},
        Row{"rediss://127.0.0.1:1?cacert=/nowhere", "storage.url"}}) {
    const Opened opened = open_writer(row.url);
    EXPECT_EQ(opened.status, OC_E_AGAIN) << row.url;
    EXPECT_THAT(opened.refusal, HasSubstr(row.words)) << row.url;
    EXPECT_THAT(opened.refusal, HasSubstr("storage.url")) << row.url;
  }
}

TEST(Full, AServerThatIsFullIsEmptied) {
  using namespace testing;
  TestServer server;
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(server.url(), "full"));
  auto writer = instance.writer();
  const auto id = writer.one(Ingest{.session = "s", .event_id = "e", .epoch = 3}).id;
  const auto dead = writer.one(Ingest{.session = "d", .epoch = 3}).id;
  writer.one(Put{.key = "k", .value = "v"});
  Finish said{.session = "t", .transcript = {{OC_ROLE_USER, "x"}}};
  said.outbox = {{.idem_key = "k1"}, {.idem_key = "k2"}};
  const auto reply = writer.one(said).id;
  server.run(Args{"CONFIG", "SET", "maxmemory", "1"});
  writer.try_apply({Ingest{}});
  EXPECT_EQ(writer.last.status, OC_E_IO);
  EXPECT_THAT(writer.last.message, HasSubstr("memory is full"));
  writer.try_apply({said, Move{.id = reply}});
  EXPECT_EQ(writer.last.status, OC_E_IO);
  writer.renew();
  EXPECT_EQ(writer.last.status, OC_OK) << writer.last.message;
  const std::vector<AnyWrite> smaller = {
      Finish{.session = "s", .epoch = 3, .ids = {id}, .disposition = OC_DONE_SILENT},
      Finish{.session = "d", .epoch = 3, .ids = {dead}, .disposition = OC_DONE_DEAD},
      Move{.id = reply},
      Move{.id = reply, .state = OC_OUTBOX_SENT},
      Move{.id = reply + 1, .state = OC_OUTBOX_DEAD},
      Put{.key = "k", .flags = OC_KV_DELETE},
      TrimStep{.session = "t"},
      SweepStep{.before_ms = 1'000'000}};
  for (const auto& write : smaller) {
    EXPECT_EQ(writer.one(write).status, OC_OK) << writer.last.message;
  }
  EXPECT_EQ(writer.stat("inbox") + writer.stat("outbox") + writer.stat("deadOutbox"), 0);
  writer.close();
  writer = instance.writer();
  EXPECT_TRUE(writer.is_open()) << writer.last.message;
  writer.close();
  server.run(Args{"CONFIG", "SET", "maxmemory", "0"});
  auto a = instance.member("a");
  a.one(Ingest{.session = "s"});
  a.close();
  server.run(Args{"CONFIG", "SET", "maxmemory", "1"});
  a = instance.member("a");
  ASSERT_TRUE(a.is_open()) << a.last.message;
  a.renew();
  EXPECT_EQ(a.last.status, OC_OK) << a.last.message;
  EXPECT_EQ(a.collect().messages.size(), 1u);
}

TEST(Opening, DatabasesAreApart) {
  TestServer server;
  EXPECT_EQ(use(server.url() + "?db=3"), "");
  EXPECT_EQ(server.number(Args{"DBSIZE"}), 0);
}

}  // namespace
}  // namespace openclaw::redis
