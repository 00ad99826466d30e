#include "settings.hpp"

#include <gmock/gmock.h>

#include "openclaw/cpp/plugin.hpp"

namespace openclaw::postgres {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string refusal_of(const std::string& section) {
  try {
    read_settings(section);
  } catch (const sdk::Refused& refused) {
    return refused.what();
  }
  return {};
}

std::string with_url(const std::string& url) {
  return R"({"type":"postgres","url":")" + url + R"("})";
}

TEST(Settings, TakesWhatLibpqTakes) {
  for (const char* url :
       {"postgres://openclaw@db.example/openclaw", "postgresql://u:p@[::1]:5432/db",
        "postgres:///db?host=/var/run/postgresql", "postgres://u@/db?host=/tmp/x&port=6432",
        "postgres://u:p%40ss%2F@db1:5432,db2:5433/db?target_session_attrs=read-write"}) {
    EXPECT_EQ(refusal_of(with_url(url)), "") << url;
  }
  EXPECT_EQ(read_settings(with_url("postgres://h/d")).schema, "openclaw");
}

TEST(Settings, AnAddressThatCannotBeReadIsNotQuoted) {
  // What libpq makes of such a password it would write into its error.
  for (const char* url :
       {"postgres://openclaw:ca/nary@db.example/openclaw", "postgres://openclaw:ca%zznary@db/o",
        "postgres://openclaw:ca@nary@db.example/openclaw", "postgres://openclaw:1/ca@db/nary"}) {
    const std::string said = refusal_of(with_url(url));
    EXPECT_THAT(said, HasSubstr("storage.url")) << url;
    EXPECT_THAT(said, HasSubstr("%40")) << url;
    for (const char* piece : {"ca", "nary"}) {
      // "case" and the like are not of it: the sentence has neither piece as a word of its own.
      EXPECT_THAT(said, Not(HasSubstr(std::string(" ") + piece))) << url;
      EXPECT_THAT(said, Not(HasSubstr(std::string("\"") + piece))) << url;
    }
  }
}

TEST(Settings, NamesAParameterThatLibpqDoesNotKnow) {
  for (const char* url : {"postgres://u:p@h/d?sslmod=disable", "postgres:///d?host=/x&sslmod=1"}) {
    EXPECT_THAT(refusal_of(with_url(url)), HasSubstr("\"sslmod\"")) << url;
  }
  // A piece of a password, after its question mark.
  for (const char* url : {"postgres://u:p?ssword=x@h/d", "postgres://u:p?ssword=x%40h/d"}) {
    EXPECT_THAT(refusal_of(with_url(url)), Not(HasSubstr("ssword=")));
    EXPECT_THAT(refusal_of(with_url(url)), Not(HasSubstr("\"ssword\""))) << url;
  }
}

TEST(Settings, NamesTheKeyThatIsWrong) {
  EXPECT_THAT(refusal_of("[]"), HasSubstr("storage section"));
  EXPECT_THAT(refusal_of(R"({"type":"postgres"})"), HasSubstr("storage.url"));
  EXPECT_THAT(refusal_of(with_url("mysql://h/d")), HasSubstr("postgres://"));
  for (const char* schema : {"", "Open", "a b", "a\\\"b", "1a"}) {
    EXPECT_THAT(refusal_of(R"({"url":"postgres://h/d","schema":")" + std::string(schema) + R"("})"),
                HasSubstr("storage.schema"))
        << schema;
  }
}

TEST(Settings, TheSchemasNameIsQuoted) {
  EXPECT_EQ(for_schema("SELECT 1 FROM @SCHEMA@.t, @SCHEMA@.u", "user"),
            "SELECT 1 FROM \"user\".t, \"user\".u");
  EXPECT_EQ(for_schema("no mark", "x"), "no mark");
}

}  // namespace
}  // namespace openclaw::postgres
