#include "statement_names.hpp"

#include <gtest/gtest.h>

#include "link.hpp"
#include "test_server.hpp"

namespace openclaw::postgres {
namespace {

const std::string kSum = "SELECT $1 + 1";

TEST(StatementNames, AStatementGetsItsNameWhenItComesAgain) {
  StatementNames names, others;
  EXPECT_EQ(names.name_for(kSum), "");
  const std::string name = names.name_for(kSum);
  EXPECT_NE(name, "");
  const std::string apply = "SELECT a_schema.apply($1, $2)";
  names.name_for(apply);
  EXPECT_TRUE(names.name_for(apply).ends_with(".apply(")) << names.name_for(apply);
  const std::string longest = std::string(99'999, ' ') + ".a23456789_123456789_123(";
  names.name_for(longest);
  EXPECT_LT(names.name_for(longest).size(), 64U) << "the server cuts longer ones";
  EXPECT_EQ(names.name_for("SELECT $1 + 2"), "");
  EXPECT_NE(names.name_for("SELECT $1 + 2"), name);
  others.name_for(kSum);
  EXPECT_EQ(others.name_for(kSum), name) << "of the statement alone";
  EXPECT_FALSE(names.is_prepared(kSum));
  names.prepared(kSum);
  EXPECT_TRUE(names.is_prepared(kSum));
}

TEST(StatementNames, OnceOneWasOfNoUseNoneIsUsed) {
  for (const char* state : {"26000", "42P05", "0A000"}) {
    StatementNames names;
    names.name_for(kSum);
    EXPECT_FALSE(names.refused({PgError::Kind::server, "the row is locked", "55P03"}));
    EXPECT_FALSE(names.refused({PgError::Kind::lost, "cut", state})) << "it may have run";
    EXPECT_NE(names.name_for(kSum), "");
    EXPECT_TRUE(names.refused({PgError::Kind::server, "no", state})) << state;
    EXPECT_EQ(names.name_for(kSum), "");
  }
}

TEST(StatementNames, ThereAreNotEndlesslyMany) {
  StatementNames names;
  for (std::size_t i = 0; i <= StatementNames::kMost; ++i) names.name_for(std::to_string(i));
  EXPECT_NE(names.name_for("0"), "");
  EXPECT_EQ(names.name_for(std::to_string(StatementNames::kMost)), "");
}

class NamedStatements : public ::testing::Test {
 protected:
  NamedStatements() { link_.open(deadline_in(20'000)); }
  std::int64_t sum(std::int64_t number) {
    return link_.run(kSum, Parameters().number(number), deadline_in(20'000)).number(0, 0);
  }
  /// Of this session. Its own is run in many forms, so that it has no name.
  std::int64_t named() {
    return link_
        .run("SELECT count(*) FROM pg_prepared_statements WHERE name <> $1 /* " +
                 std::to_string(++asked_) + " */",
             Parameters().text(""), deadline_in(20'000))
        .number(0, 0);
  }

  Link link_{TestServer::shared().url()};
  int asked_ = 0;
};

TEST_F(NamedStatements, AreParsedOnce) {
  EXPECT_EQ(sum(1), 2);
  EXPECT_EQ(named(), 0);
  EXPECT_EQ(sum(2), 3);
  EXPECT_EQ(named(), 1);
  EXPECT_EQ(sum(3), 4);
  EXPECT_EQ(named(), 1);
  link_.open(deadline_in(20'000));
  EXPECT_EQ(sum(4), 5);
  EXPECT_EQ(named(), 0) << "another session";
}

TEST_F(NamedStatements, ASessionThatDoesNotKnowThemRunsThemAllTheSame) {
  for (int i = 0; i < 3; ++i) sum(1);
  link_.run_script("DEALLOCATE ALL", deadline_in(20'000));
  EXPECT_EQ(sum(5), 6);
  EXPECT_EQ(sum(6), 7);
  EXPECT_EQ(named(), 0);
}

TEST_F(NamedStatements, ASessionThatKnowsThemAlreadyRunsThemAllTheSame) {
  for (int i = 0; i < 2; ++i) sum(1);
  StatementNames names;
  names.name_for(kSum);
  const std::string name = names.name_for(kSum);
  Link other(TestServer::shared().url());
  other.open(deadline_in(20'000));
  other.run_script("PREPARE " + name + " AS SELECT 42", deadline_in(20'000));
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(other.run(kSum, Parameters().number(1), deadline_in(20'000)).number(0, 0), 2);
  }
}

TEST_F(NamedStatements, InATransactionNoneIsUsed) {
  for (int i = 0; i < 3; ++i) sum(1);
  link_.run_script("DEALLOCATE ALL; BEGIN", deadline_in(20'000));
  EXPECT_EQ(sum(5), 6) << "a name that is unknown would end the transaction";
  link_.run_script("COMMIT", deadline_in(20'000));
}

TEST_F(NamedStatements, WhatFailsInOneIsToldAndNotRunAgain) {
  const auto divide = [&](std::int64_t by) {
    return link_.run("SELECT 6 / $1", Parameters().number(by), deadline_in(20'000)).number(0, 0);
  };
  for (int i = 0; i < 3; ++i) EXPECT_EQ(divide(2), 3);
  try {
    divide(0);
    ADD_FAILURE() << "it went well";
  } catch (const PgError& error) {
    EXPECT_EQ(error.kind, PgError::Kind::server);
    EXPECT_EQ(error.sqlstate, "22012");
  }
  EXPECT_EQ(divide(3), 2);
}

}  // namespace
}  // namespace openclaw::postgres
