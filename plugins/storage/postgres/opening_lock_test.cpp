#include "opening_lock.hpp"

#include <gmock/gmock.h>

#include "migrate.hpp"
#include "openclaw/cpp/storage.hpp"
#include "test_members.hpp"

namespace openclaw::postgres {
namespace {

using ::testing::HasSubstr;

/// Another session, of a role that may only connect.
class Stranger {
 public:
  explicit Stranger(const TestServer& server)
      : link_("postgres://stranger@/postgres?host=" + server.folder().string()) {
    server.run("DROP ROLE IF EXISTS stranger");
    server.run("CREATE ROLE stranger LOGIN");
    link_.open(deadline_in(20'000));
  }
  void hold(const std::string& schema) {
    link_.run("SELECT pg_advisory_lock(hashtextextended($1, 0))",
              Parameters().text("openclaw schema " + schema), deadline_in(20'000));
  }
  std::string pid() const { return std::to_string(link_.backend()); }
  void end() { link_.close(); }

 private:
  Link link_;
};

TEST_F(Members, AStrangersLockKeepsNobodyFromASchemaThatIsThere) {
  instance_.writer().close();
  Stranger stranger(server_);
  stranger.hold(place_.schema);
  EXPECT_TRUE(instance_.writer().is_open());
  EXPECT_TRUE(instance_.member("a").is_open());
}

TEST_F(Members, WhoHoldsTheLockOfASchemaThatIsToBeMadeIsNamed) {
  Stranger stranger(server_);
  stranger.hold(place_.schema);
  Link link(server_.url());
  link.open(deadline_in(20'000));
  const Settings settings = read_settings(place_.section_json());
  try {
    migrate(link, settings, "", deadline_in(3'000));
    ADD_FAILURE() << "it was not held";
  } catch (const sdk::StoreError& error) {
    EXPECT_EQ(error.code, OC_E_AGAIN);
    EXPECT_THAT(error.what(), HasSubstr("pid " + stranger.pid() + " of the role stranger"));
  }
  stranger.end();
  EXPECT_TRUE(migrate(link, settings, "", deadline_in(20'000)).done);
}

TEST_F(Members, WhoHoldsTheRowOfASchemaIsNamed) {
  instance_.writer().close();
  Link other(server_.url());
  other.open(deadline_in(20'000));
  other.run_script("BEGIN; SELECT * FROM " + place_.schema + ".version FOR UPDATE",
                   deadline_in(20'000));
  Link link(server_.url());
  link.open(deadline_in(20'000));
  const Settings settings = read_settings(place_.section_json());
  try {
    under_opening_lock(link, settings, deadline_in(3'000), [&] {
      lock_opening(link, settings, true, deadline_in(3'000));
      return Claim{};
    });
    ADD_FAILURE() << "it was not held";
  } catch (const sdk::StoreError& error) {
    EXPECT_THAT(error.what(), HasSubstr("pid " + std::to_string(other.backend())));
  }
}

TEST_F(Members, AFloodOfHintsWakesNobodyMoreThanTwentyTimesASecond) {
  auto a = instance_.member("a");
  auto waiting = instance_.reader();
  EXPECT_EQ(waiting.wait("a", 60'000), OC_OK) << "it begins to listen";
  const auto begun = std::chrono::steady_clock::now();
  int hints = 0;
  for (; hints < 10; ++hints) {
    server_.run("DO $$ BEGIN PERFORM pg_notify(" + place_.schema +
                ".notify_channel(), ''); END $$");
    EXPECT_EQ(waiting.wait("a", 60'000), OC_OK);
  }
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(9 * 50));
}

}  // namespace
}  // namespace openclaw::postgres
