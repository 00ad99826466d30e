#include "address.hpp"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "error.hpp"
#include "openclaw/cpp/plugin.hpp"
#include "openclaw/testing/storage_service.hpp"

namespace openclaw::redis {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal_of(const std::string& url) {
  try {
    read_address(url);
  } catch (const sdk::Refused& refused) {
    return refused.what();
  }
  return {};
}

TEST(Address, ReadsAllItsParts) {
  const Address all = read_address("redis://claw:s%40cr%3At@db.example:6380/7");
  EXPECT_EQ(all.host, "db.example");
  EXPECT_EQ(all.port, "6380");
  EXPECT_EQ(all.user, "claw");
  EXPECT_EQ(all.password, "s@cr:t");
  EXPECT_EQ(all.database, 7u);
  EXPECT_FALSE(all.tls);
  const Address least = read_address("redis://localhost");
  EXPECT_EQ(least.port, "6379");
  EXPECT_EQ(least.user + least.password, "");
  EXPECT_EQ(least.database, 0u);
  EXPECT_EQ(read_address("redis://:only@h/").password, "only");
  EXPECT_EQ(read_address("redis://[::1]:7000").host, "::1");
  EXPECT_EQ(read_address("redis://[::1]:7000").port, "7000");
  EXPECT_EQ(read_address("redis://[::1]/2").database, 2u);
}

TEST(Address, ReadsOptionsAndSockets) {
  const Address tls = read_address("rediss://u:p@h?cacert=/ca%20x.pem&cert=/c.pem&key=/k.pem&db=3");
  EXPECT_TRUE(tls.tls);
  EXPECT_EQ(tls.ca_file, "/ca x.pem");
  EXPECT_EQ(tls.cert_file, "/c.pem");
  EXPECT_EQ(tls.key_file, "/k.pem");
  EXPECT_EQ(tls.database, 3u);
  const Address socket = read_address("redis+unix://u:p@/run/redis/redis.sock?db=1");
  EXPECT_EQ(socket.socket, "/run/redis/redis.sock");
  EXPECT_EQ(socket.user, "u");
  EXPECT_EQ(socket.database, 1u);
  EXPECT_EQ(read_address("redis://u@h?passfile=/etc/pw").pass_file, "/etc/pw");
}

TEST(Address, OneThatCannotBeReadIsNotQuoted) {
  for (const char* url : {"redis://claw:ca/nary@db.example",
                          "redis://claw:ca%zznary@db",
                          "redis://claw:ca@nary@db",
                          "redis://claw:1/ca@db/nary",
                          "redis://claw:ca?nary@db",
                          "redis://claw:ca#nary@db",
                          "redis://claw:ca:nary@db",
                          "redis://canary:x/y@h",
                          "redis://h:canary",
                          "redis://h/canary",
                          "redis://",
                          "redis:///0",
                          "redis://h:",
                          "redis://h:0",
                          "redis://h:65536",
                          "redis://h/-1",
                          "redis+unix://",
                          "redis+unix://h/path",
                          "redis://[::1",
                          "redis://[::1]x",
                          "canary",
                          "redis://u:ca%00nary@h"}) {
    const std::string said = refusal_of(url);
    EXPECT_THAT(said, HasSubstr("storage.url")) << url;
    EXPECT_THAT(said, Not(HasSubstr("canary"))) << url;
    for (const char* piece : {"ca", "nary"}) {
      EXPECT_THAT(said, Not(HasSubstr(std::string(" ") + piece + " "))) << url;
    }
  }
}

TEST(Address, NamesTheOptionThatIsWrong) {
  EXPECT_THAT(refusal_of("mysql://h"), HasSubstr("redis://"));
  EXPECT_THAT(refusal_of("redis://h?cacert=/x"), HasSubstr("rediss://"));
  EXPECT_THAT(refusal_of("rediss://h?cacert=x"), HasSubstr("cacert"));
  EXPECT_THAT(refusal_of("rediss://h?cert=/x"), HasSubstr("belong together"));
  EXPECT_THAT(refusal_of("redis://:p@h?passfile=/x"), HasSubstr("passfile"));
  EXPECT_THAT(refusal_of("redis://u@h"), HasSubstr("without a password"));
  EXPECT_THAT(refusal_of("redis://u:@h"), HasSubstr("without a password"));
  EXPECT_THAT(refusal_of("redis://h?sslmode=require"), HasSubstr("option"));
}

TEST(Address, ThePasswordsFileIsForOneReader) {
  const auto folder = testing::make_folder("openclaw-address");
  const std::string file = folder / "password";
  const Address address = read_address("redis://u@h?passfile=" + file);
  const auto refusal = [&]() -> std::string {
    try {
      return "fine: " + password_of(address);
    } catch (const RedisError& error) {
      EXPECT_EQ(error.kind, RedisError::Kind::refused);
      return error.what();
    }
  };
  EXPECT_THAT(refusal(), HasSubstr("cannot be read"));
  std::ofstream(file) << "s3cret\nsecond line\n";
  ::chmod(file.c_str(), 0640);
  EXPECT_THAT(refusal(), HasSubstr("chmod 600"));
  ::chmod(file.c_str(), 0600);
  EXPECT_EQ(refusal(), "fine: s3cret");
  std::ofstream(file) << "\n";
  EXPECT_THAT(refusal(), HasSubstr("is empty"));
  EXPECT_EQ(password_of(read_address("redis://:p@h")), "p");
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace openclaw::redis
