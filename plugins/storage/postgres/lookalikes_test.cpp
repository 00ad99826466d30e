// A database whose schema public holds functions of another role that fit better than the server's.
#include <gmock/gmock.h>

#include <string>

#include "link.hpp"
#include "test_members.hpp"

namespace openclaw::postgres {
namespace {

using testing::Attempt;
using testing::Finish;
using testing::Ingest;
using testing::Lease;
using testing::Move;
using testing::Notice;
using testing::Put;
using testing::Resolve;
using testing::StoreInstance;

constexpr std::uint32_t kStatementMs = 20'000;

/// Name, arguments and result; each has no exact match among the server's own.
struct Lookalike {
  const char *name, *arguments, *result;
};
constexpr Lookalike kFunctions[] = {{"cardinality", "int8[]", "int4"},
                                    {"cardinality", "bytea[]", "int4"},
                                    {"unnest", "int8[]", "SETOF int8"},
                                    {"unnest", "bytea[]", "SETOF bytea"},
                                    {"hashtextextended", "text, int4", "int8"},
                                    {"pg_total_relation_size", "oid", "int8"},
                                    {"nextval", "text", "int8"},
                                    {"setval", "text, int8", "int8"},
                                    {"convert_to", "text, text", "bytea"},
                                    {"to_regnamespace", "bytea", "regnamespace"},
                                    {"array_length", "int8[], int4", "int4"}};
constexpr Lookalike kOperators[] = {{"=", "oid, regnamespace", "boolean"},
                                    {"*", "numeric, int4", "numeric"},
                                    {"*", "float8, int4", "float8"},
                                    {"||", "int8[], int8", "int8[]"},
                                    {"||", "int8[], int8[]", "int8[]"}};

class Lookalikes : public ::testing::Test {
 protected:
  Lookalikes() {
    server_.run("DROP DATABASE IF EXISTS lookalikes");
    server_.run("CREATE DATABASE lookalikes");
    for (const auto& one : kFunctions) add(one.name, one);
    int number = 0;
    for (const auto& one : kOperators) {
      const std::string name = "operator_" + std::to_string(++number);
      add(name, one);
      const std::string types = one.arguments;
      const auto comma = types.find(", ");
      run("CREATE OPERATOR public." + std::string(one.name) + " (FUNCTION = public." + name +
          ", LEFTARG = " + types.substr(0, comma) + ", RIGHTARG = " + types.substr(comma + 2) +
          ")");
    }
  }
  ~Lookalikes() override { server_.run("DROP DATABASE lookalikes WITH (FORCE)"); }

  void add(const std::string& name, const Lookalike& one) {
    run("CREATE FUNCTION public." + name + "(" + one.arguments + ") RETURNS " + one.result +
        " LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'this is another role''s " + one.name +
        "'; END $$");
  }
  void run(const std::string& sql) {
    Link link(url());
    link.open(deadline_in(kStatementMs));
    link.run_script(sql, deadline_in(kStatementMs));
  }
  [[nodiscard]] std::string url() const {
    return "postgres://openclaw@/lookalikes?host=" + server_.folder().string();
  }

  TestServer& server_ = TestServer::shared();
  StoreInstance instance_{the_plugin(), R"({"type":"postgres","url":")" + url() + R"("})"};
};

TEST_F(Lookalikes, AreNotCalledByTheOneGateway) {
  auto writer = instance_.writer();
  ASSERT_TRUE(writer.is_open()) << writer.last.message;
  const auto id = writer.one(Ingest{.session = "s", .event_id = "e"}).id;
  writer.apply(
      {Attempt{"s", 3, {id}}, Put{.key = "k", .value = "v"}, testing::SweepStep{.before_ms = 1}});
  Finish done{.session = "s", .epoch = 3, .ids = {id}, .disposition = OC_DONE_DEAD};
  done.transcript = {{OC_ROLE_USER, "x"}};
  done.outbox = {{.idem_key = "k1"}, {.idem_key = "k2"}};
  const auto reply = writer.one(done).id;
  writer.apply({Move{.id = reply}, Move{.id = reply, .state = OC_OUTBOX_SENT}, Resolve{.id = id}});
  writer.renew();
  EXPECT_EQ(writer.last.status, OC_OK) << writer.last.message;
  EXPECT_EQ(writer.history("s").size(), 1u);
  EXPECT_EQ(writer.inbox().size(), 1u);
  EXPECT_EQ(writer.outbox().size(), 1u);
  EXPECT_EQ(writer.kv_get("plugin", "k").size(), 1u);
  EXPECT_EQ(writer.stat("inbox"), 1);
  EXPECT_GT(writer.stat("bytes"), 0);
  EXPECT_GT(writer.dump().size(), 4u);
  EXPECT_GT(instance_.snapshot().dump().size(), 4u);
}

TEST_F(Lookalikes, AreNotCalledByMembers) {
  auto a = instance_.member("a"), b = instance_.member("b");
  ASSERT_TRUE(b.is_open()) << b.last.message;
  auto reader = instance_.reader();
  EXPECT_EQ(reader.wait("b", 10), OC_OK) << reader.last.message;
  a.one(Ingest{.session = "s", .flags = OC_INGEST_LEAVE});
  a.apply({Finish{.outbox = {{.idem_key = "k", .flags = OC_OUTBOX_LEAVE}}}, Notice{"b", "t", "x"},
           Lease{"x"}});
  const auto got = b.collect();
  EXPECT_EQ(got.messages.size(), 1u);
  EXPECT_EQ(got.replies.size(), 1u);
  EXPECT_EQ(got.notices.size(), 1u);
  EXPECT_EQ(reader.wait("b", 10), OC_OK) << reader.last.message;
  EXPECT_EQ(b.members().size(), 2u);
  EXPECT_EQ(b.stat("inbox"), 1);
  b.close();
  EXPECT_EQ(a.collect().messages.size(), 1u);
}

}  // namespace
}  // namespace openclaw::postgres
