// Schemas of earlier versions.
#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "migrate.hpp"
#include "openclaw/cpp/holder.hpp"
#include "settings.hpp"
#include "test_server.hpp"

namespace openclaw::postgres {
namespace {

using ::testing::HasSubstr;
using testing::StoreInstance;

/// What becomes of it besides: see testing/storage_version_checks.cpp.
class EarlierVersion : public ::testing::TestWithParam<const char*> {
 protected:
  EarlierVersion() { place_.make(GetParam()); }
  void run(const std::string& sql) { server_.run(for_schema(sql, place_.schema)); }
  std::int64_t number(const std::string& sql) {
    return server_.number(for_schema(sql, place_.schema));
  }

  TestServer& server_ = TestServer::shared();
  TestPlace place_;
  StoreInstance instance_{*oc_plugin_entry_1(0)->api, place_.section_json()};
};

TEST_P(EarlierVersion, IsNotReadBeforeAGatewayHasBroughtItUpToDate) {
  EXPECT_THAT(instance_.reader().last.message, HasSubstr("start the gateway first"));
  ASSERT_TRUE(instance_.writer().is_open());
  EXPECT_EQ(number("SELECT version::int8 FROM @SCHEMA@.version"), kSchemaVersion);
  EXPECT_EQ(instance_.reader().inbox().size(), 2u);
}

TEST_P(EarlierVersion, IsLeftAloneWhileItsGatewayLives) {
  run("UPDATE @SCHEMA@.gateways SET leased_until = now() + interval '1 h', holder = '" +
      sdk::this_process() + "'");
  for (auto refused : {instance_.writer().last, instance_.member("a").last}) {
    EXPECT_EQ(refused.status, OC_E_AGAIN);
    EXPECT_THAT(refused.message, HasSubstr("older version"));
    EXPECT_THAT(refused.message, HasSubstr(sdk::name_of_holder(sdk::this_process())));
  }
  EXPECT_EQ(std::to_string(number("SELECT version::int8 FROM @SCHEMA@.version")), GetParam());
  run("UPDATE @SCHEMA@.gateways SET holder = 'far, pid 1 [boot/pid:[1]/5]',"
      " leased_until = now() + interval '300 ms'");
  EXPECT_TRUE(instance_.writer().is_open()) << "its lease has ended meanwhile";
}

TEST_P(EarlierVersion, SeveralGatewaysMigrateItOnce) {
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
  EXPECT_EQ(writer.inbox().size(), 2u);
  EXPECT_EQ(writer.stat("inbox"), 2);
}

INSTANTIATE_TEST_SUITE_P(Of, EarlierVersion, ::testing::Values("1", "2"));

}  // namespace
}  // namespace openclaw::postgres
