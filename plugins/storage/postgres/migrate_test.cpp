// Schemas of earlier versions.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "openclaw/cpp/holder.hpp"
#include "scripts.hpp"
#include "settings.hpp"
#include "test_server.hpp"

namespace openclaw::postgres {
namespace {

using ::testing::HasSubstr;
using testing::StoreClient;
using testing::StoreInstance;

/// A schema of version 1, with rows of each table, as the one gateway left it that wrote them.
class Version1 : public ::testing::Test {
 protected:
  Version1() {
    run("CREATE SCHEMA @SCHEMA@");
    run(kSchemaScript);
    run("CREATE FUNCTION @SCHEMA@.apply(p_instance text, p_token uuid, p_batch int8,"
        " p_lease_ms int8, p_kind int8[]) RETURNS int8[] LANGUAGE sql AS $$ SELECT p_kind $$");
    run("SELECT nextval('@SCHEMA@.inbox_id') FROM generate_series(1, 9);"
        "SELECT nextval('@SCHEMA@.outbox_id') FROM generate_series(1, 5);"
        "INSERT INTO @SCHEMA@.gateways VALUES ('main', '00000000-0000-0000-0000-000000000001',"
        "  'far, pid 1 [boot/pid:[1]/5]', now() - interval '1 s', 77, '{0,9}', 8, 2, 1, 1, 1, 1, "
        "7);"
        "INSERT INTO @SCHEMA@.inbox VALUES (7, 1, 8, 1000, 's', 'main', 'test', 'x', 'e7', '{}'),"
        "  (9, 0, 0, 1001, 's', 'main', 'test', 'x', '', '{}');"
        "INSERT INTO @SCHEMA@.inbox_dead VALUES"
        "  (3, 2, 5, 900, 't', 'main', 'test', 'x', '', '{}', 'why', 950);"
        "INSERT INTO @SCHEMA@.dedupe VALUES"
        "  (@SCHEMA@.digest('test', 'x', 'e7'), 7, 1000, 'test', 'x', 'e7');"
        "INSERT INTO @SCHEMA@.outbox VALUES (5, 2, 1002, 1002, 0, 's', 'test', 'x', 'k5', '{}');"
        "INSERT INTO @SCHEMA@.outbox_held VALUES"
        "  (4, 5, 990, 980, 0, 's', 'test', 'x', 'k4', '{}', 'no');"
        "INSERT INTO @SCHEMA@.sessions (key, session, first, next, entries, bytes, updated_ms)"
        "  VALUES (sha256('s'), 's', 1, 3, 2, 7, 1002);"
        "INSERT INTO @SCHEMA@.transcript SELECT number, 1, 1, 1000, 'hi'::bytea, ''::bytea FROM "
        "@SCHEMA@.sessions"
        "  UNION ALL SELECT number, 2, 2, 1002, 'hello', '' FROM @SCHEMA@.sessions;"
        "INSERT INTO @SCHEMA@.kv VALUES (@SCHEMA@.digest('ns', 'k', ''), 'ns', 'k', 3, 'v')");
  }
  void run(const std::string& sql) { server_.run(for_schema(sql, place_.schema)); }
  std::int64_t number(const std::string& sql) {
    return server_.number(for_schema(sql, place_.schema));
  }
  static void expect_all(StoreClient& client) {
    const auto messages = client.inbox();
    ASSERT_EQ(messages.size(), 2u);
    EXPECT_EQ(messages[0].id, 7u);
    EXPECT_EQ(messages[0].attempts, 1u);
    EXPECT_EQ(client.inbox(OC_LIST_DEAD).at(0).reason, "why");
    EXPECT_EQ(client.outbox().at(0).id, 5u);
    EXPECT_EQ(client.outbox(OC_LIST_DEAD).at(0).reason, "no");
    EXPECT_EQ(client.history("s").size(), 2u);
    EXPECT_EQ(client.kv_get("ns", "k").at(0).version, 3u);
    EXPECT_EQ(client.stat("inbox"), 2);
    EXPECT_EQ(client.stat("outbox"), 1);
    EXPECT_EQ(client.stat("deadInbox"), 1);
    EXPECT_EQ(client.stat("deadOutbox"), 1);
    EXPECT_EQ(client.stat("sessions"), 1);
    EXPECT_EQ(client.stat("usedBytes"), 7);
    EXPECT_EQ(client.max_epoch(), 8u);
    EXPECT_EQ(client.one(testing::Ingest{.event_id = "e7", .account = "x"}).flags,
              OC_RESULT_DUPLICATE);
  }

  TestServer& server_ = TestServer::shared();
  TestPlace place_;
  StoreInstance instance_{*oc_plugin_entry_1(0)->api, place_.section_json()};
};

TEST_F(Version1, IsBroughtUpToDateWithItsRows) {
  EXPECT_THAT(instance_.reader().last.message, HasSubstr("start the gateway first"));
  auto writer = instance_.writer();
  ASSERT_TRUE(writer.is_open()) << writer.last.message;
  EXPECT_EQ(number("SELECT version::int8 FROM @SCHEMA@.version"), 2);
  expect_all(writer);
  EXPECT_EQ(writer.inbox().at(0).epoch, 8u);
  EXPECT_EQ(writer.one(testing::Attempt{"s", 9, {7, 9}}).status, OC_OK);
  EXPECT_EQ(writer.one(testing::Finish{.session = "s", .epoch = 9, .ids = {7, 9}}).status, OC_OK);
  EXPECT_EQ(writer.one(testing::Move{.id = 5, .state = OC_OUTBOX_SENT}).status, OC_OK);
  EXPECT_GT(writer.one(testing::Ingest{}).id, 9u);
}

TEST_F(Version1, IsBroughtUpToDateByAMember) {
  auto member = instance_.member("a");
  ASSERT_TRUE(member.is_open()) << member.last.message;
  expect_all(member);
  const auto got = member.collect();
  ASSERT_EQ(got.messages.size(), 2u);
  EXPECT_EQ(got.messages[1].id, 9u);
  EXPECT_EQ(got.replies.size(), 1u);
}

TEST_F(Version1, IsLeftAloneWhileItsGatewayLives) {
  run("UPDATE @SCHEMA@.gateways SET leased_until = now() + interval '1 h', holder = '" +
      sdk::this_process() + "'");
  for (auto refused : {instance_.writer().last, instance_.member("a").last}) {
    EXPECT_EQ(refused.status, OC_E_AGAIN);
    EXPECT_THAT(refused.message, HasSubstr("older version"));
    EXPECT_THAT(refused.message, HasSubstr(sdk::name_of_holder(sdk::this_process())));
  }
  EXPECT_EQ(number("SELECT version::int8 FROM @SCHEMA@.version"), 1);
  run("UPDATE @SCHEMA@.gateways SET holder = 'far, pid 1 [boot/pid:[1]/5]',"
      " leased_until = now() + interval '300 ms'");
  EXPECT_TRUE(instance_.writer().is_open()) << "its lease has ended meanwhile";
}

TEST_F(Version1, SeveralGatewaysMigrateItOnce) {
  std::atomic<int> opened{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
      auto member = instance.member(std::to_string(i));
      EXPECT_TRUE(member.is_open()) << member.last.message;
      if (member.is_open()) ++opened;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(opened.load(), 4);
  auto writer = instance_.writer();
  expect_all(writer);
}

}  // namespace
}  // namespace openclaw::postgres
