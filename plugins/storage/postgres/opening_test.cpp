// A schema is opened: by whom, where, and what is said to those who cannot.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "test_server.hpp"

namespace openclaw::postgres {
namespace {

using ::testing::HasSubstr;
using testing::Ingest;
using testing::StoreInstance;

TEST(Taking, TheNameOfAProcessThatWasKilledIsTakenAtOnce) {
  TestPlace place;
  const pid_t child = ::fork();
  if (child == 0) {
    StoreInstance instance(*oc_plugin_entry_1(0)->api, place.section_json());
    auto writer = instance.writer();
    ::_exit(writer.is_open() && writer.one(Ingest{}).status == OC_OK ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  const auto begun = std::chrono::steady_clock::now();
  StoreInstance instance(*oc_plugin_entry_1(0)->api, place.section_json());
  auto writer = instance.writer();
  ASSERT_TRUE(writer.is_open()) << writer.last.message;
  EXPECT_EQ(writer.inbox().size(), 1u);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(9)) << "not a lease";
}

TEST(Opening, ARoleThatGoesWhileAGatewayRunsIsToldAsAtTheStart) {
  TestPlace place;
  TestServer& server = TestServer::shared();
  server.run("CREATE ROLE goer LOGIN SUPERUSER");
  StoreInstance instance(
      *oc_plugin_entry_1(0)->api,
      section("postgres://goer@/postgres?passfile=/nowhere/pass&host=" + server.folder().string(),
              place.schema));
  {
    auto writer = instance.writer();
    ASSERT_TRUE(writer.is_open()) << writer.last.message;
    server.run("ALTER ROLE goer RENAME TO gone");
    server.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'gone'");
    while (server.number("SELECT count(*) FROM pg_stat_activity WHERE usename = 'gone'") > 0) {
    }
    for (int i = 0; i < 2; ++i) {
      writer.try_apply({Ingest{}});
      EXPECT_TRUE(OC_APPLY_NOT_DONE(writer.last.status)) << writer.last.status;
      EXPECT_THAT(writer.last.message, HasSubstr("it refuses the connection"));
      EXPECT_THAT(writer.last.message, HasSubstr("/nowhere/pass, cannot be read"));
    }
  }
  server.run("DROP OWNED BY gone CASCADE");
  server.run("DROP ROLE gone");
}

TEST(Opening, SaysWhichKeyToChange) {
  TestPlace place;
  struct Row {
    std::string url;
    const char* words;
  };
  TestServer& server = TestServer::shared();
  const std::string socket = server.folder().string();
  for (const Row& row : {Row{"postgres://nobody_here@/postgres?host=" + socket, "storage.url"},
                         Row{"postgres://openclaw@/no_such_database?host=" + socket, "database"},
                         Row{"postgres://openclaw@/postgres?host=/nowhere", "storage.url"},
                         Row{"postgres://openclaw@127.0.0.1:1/postgres", "it cannot be reached"},
                         Row{"postgres://openclaw@/postgres?sslmode=require&host=127.0.0.1&port=1",
                             "storage.url"}}) {
    StoreInstance instance(*oc_plugin_entry_1(0)->api, section(row.url, place.schema));
    auto writer = instance.writer();
    EXPECT_FALSE(writer.is_open()) << row.url;
    EXPECT_THAT(writer.last.message, HasSubstr(row.words));
  }
}

TEST(Opening, AServerWithoutAConnectionLeftIsTold) {
  TestPlace place;
  TestServer& server = TestServer::shared();
  server.run("DROP ROLE IF EXISTS crowded; CREATE ROLE crowded LOGIN CONNECTION LIMIT 0");
  StoreInstance instance(
      *oc_plugin_entry_1(0)->api,
      section("postgres://crowded@/postgres?host=" + server.folder().string(), place.schema));
  auto writer = instance.writer();
  EXPECT_FALSE(writer.is_open());
  EXPECT_EQ(writer.last.status, OC_E_AGAIN);
  EXPECT_THAT(writer.last.message, HasSubstr("the server has no connection left"));
  EXPECT_THAT(writer.last.message, HasSubstr("too many connections for role"));
  server.run("DROP ROLE crowded");
}

TEST(Opening, ARoleWithoutRightsIsTold) {
  TestPlace place;
  TestServer& server = TestServer::shared();
  server.run("DROP ROLE IF EXISTS poor; CREATE ROLE poor LOGIN");
  StoreInstance instance(
      *oc_plugin_entry_1(0)->api,
      section("postgres://poor@/postgres?host=" + server.folder().string(), place.schema));
  auto writer = instance.writer();
  EXPECT_FALSE(writer.is_open());
  EXPECT_THAT(writer.last.message, HasSubstr("GRANT"));
}

TEST(Opening, ANewerSchemaIsLeftAlone) {
  TestPlace place;
  StoreInstance instance(*oc_plugin_entry_1(0)->api, place.section_json());
  instance.writer();
  TestServer::shared().run("UPDATE " + place.schema + ".version SET version = 99");
  for (const auto role : {OC_STORE_WRITER, OC_STORE_READER}) {
    auto connection = instance.open(role);
    EXPECT_FALSE(connection.is_open());
    EXPECT_THAT(connection.last.message, HasSubstr("newer version"));
  }
}

TEST(Opening, AReaderWaitsForTheGatewaysFirstStart) {
  TestPlace place;
  StoreInstance instance(*oc_plugin_entry_1(0)->api, place.section_json());
  auto reader = instance.reader();
  EXPECT_FALSE(reader.is_open());
  EXPECT_EQ(reader.last.status, OC_E_AGAIN);
  EXPECT_THAT(reader.last.message, HasSubstr("start the gateway first"));
}

TEST(Opening, SeveralAtOnceMakeOneSchema) {
  TestPlace place;
  std::atomic<int> opened{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&] {
      StoreInstance instance(*oc_plugin_entry_1(0)->api, place.section_json());
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

}  // namespace
}  // namespace openclaw::postgres
