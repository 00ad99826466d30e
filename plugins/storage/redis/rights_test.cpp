// Users of a server: the rights that are enough, those that are missing, passwords.
#include <gmock/gmock.h>

#include <fstream>

#include "test_opening.hpp"
#include "test_server.hpp"

namespace openclaw::redis {
namespace {

using ::testing::HasSubstr;
using testing::Ingest;
using ::testing::Not;
using testing::StoreInstance;

class Rights : public ::testing::Test {
 protected:
  /// The rights that docs/storage/redis.md lists, then others.
  void make_user(const std::vector<std::string_view>& others = {}) {
    Args user{
        "ACL",          "SETUSER",     "claw",     "reset",       "on",           ">canary-5ecret",
        "~{opening}:*", "+@read",      "+@write",  "+@scripting", "+@connection", "+time",
        "+info",        "+config|get", "+publish", "+subscribe",  "&{opening}:*"};
    for (const auto word : others) user.text(word);
    server_.run(user);
  }
  std::string url(const std::string& password = "canary-5ecret") {
    return "redis+unix://claw:" + password + "@" + server_.socket();
  }

  TestServer server_;
};

TEST_F(Rights, TheDocumentedOnesAreEnough) {
  make_user();
  EXPECT_EQ(use(url()), "");
  EXPECT_EQ(open_writer(url()).told, "");
  EXPECT_EQ(share(url()), "");
}

TEST_F(Rights, WithoutThatToSubscribeGatewaysShareAStoreAllTheSame) {
  for (const char* missing : {"-subscribe", "-publish", "resetchannels"}) {
    make_user({missing});
    EXPECT_EQ(share(url()), "") << missing;
  }
}

TEST_F(Rights, WithoutASightOfTheSettingsItSaysSo) {
  make_user({"-config"});
  EXPECT_EQ(use(url()), "");
  EXPECT_THAT(open_writer(url()).told, HasSubstr("redis.not_checked"));
  make_user({"-config", "-info"});
  EXPECT_EQ(use(url()), "");
  EXPECT_THAT(open_writer(url()).told, HasSubstr("INFO"));
}

TEST_F(Rights, OneThatIsMissingIsNamedBeforeTheFirstBatch) {
  for (const char* missing : {"-xadd", "-zrangebylex", "-time", "-unlink", "-evalsha", "-eval"}) {
    make_user({missing});
    server_.run(Args{"SCRIPT", "FLUSH"});
    const Opened opened = open_writer(url());
    EXPECT_THAT(opened.refusal, HasSubstr("ACL SETUSER")) << missing;
    EXPECT_THAT(opened.refusal, Not(HasSubstr("canary"))) << missing;
  }
  make_user({"resetkeys", "~other:*"});
  EXPECT_THAT(open_writer(url()).refusal, HasSubstr("ACL SETUSER"));
  EXPECT_EQ(server_.number(Args{"DBSIZE"}), 0) << "nothing was written";
}

TEST_F(Rights, AWrongOrMissingPasswordIsToldAndNotQuoted) {
  make_user();
  for (const auto& address :
       {url("canary-wrong"), "redis+unix://nobody:canary-x@" + server_.socket()}) {
    const Opened opened = open_writer(address);
    EXPECT_THAT(opened.refusal, HasSubstr("password"));
    EXPECT_THAT(opened.refusal, HasSubstr("storage.url"));
    EXPECT_THAT(opened.refusal, Not(HasSubstr("canary")));
  }
  const auto file = server_.folder() / "password";
  std::ofstream(file) << "canary-5ecret\n";
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);
  EXPECT_EQ(use("redis+unix://claw@" + server_.socket() + "?passfile=" + file.string()), "");
  server_.run(Args{"CONFIG", "SET", "requirepass", "canary"});
  EXPECT_THAT(open_writer("redis+unix://" + server_.socket()).refusal, HasSubstr("password"));
  EXPECT_EQ(use("redis+unix://:canary@" + server_.socket()), "");
}

TEST_F(Rights, APasswordThatIsChangedWhileAGatewayRunsIsTold) {
  make_user();
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(url(), "opening"));
  auto writer = instance.writer();
  writer.one(Ingest{});
  make_user({"resetpass", ">canary-new"});
  server_.run(Args{"CLIENT", "KILL", "USER", "claw"});
  for (int i = 0; i < 2; ++i) {
    writer.try_apply({Ingest{}});
    EXPECT_TRUE(OC_APPLY_NOT_DONE(writer.last.status)) << writer.last.status;
    EXPECT_THAT(writer.last.message, HasSubstr("refuses the password")) << i;
  }
}

TEST_F(Rights, OneThatIsTakenAwayLeavesNoHalfOfABatch) {
  make_user();
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(url(), "opening"));
  auto writer = instance.writer();
  writer.one(Ingest{});
  make_user({"-@write"});
  writer.try_apply({Ingest{}});
  EXPECT_TRUE(OC_APPLY_NOT_DONE(writer.last.status)) << writer.last.message;
  EXPECT_THAT(writer.last.message, HasSubstr("ACL SETUSER"));
  make_user();
  EXPECT_EQ(writer.one(Ingest{}).status, OC_OK);
  EXPECT_EQ(writer.inbox().size(), 2u);
}

}  // namespace
}  // namespace openclaw::redis
