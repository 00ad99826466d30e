#include "server_check.hpp"

#include <gmock/gmock.h>

namespace openclaw::redis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

ServerFacts durable() {
  ServerFacts facts;
  facts.take_info(
      "# Server\r\nredis_version:7.0.15\r\n# "
      "Memory\r\nmaxmemory:0\r\nmaxmemory_policy:noeviction\r\n"
      "# Persistence\r\naof_enabled:1\r\n# Replication\r\nrole:master\r\nconnected_slaves:0\r\n");
  facts.fsync = "always";
  facts.fsync_stops = "no";
  facts.min_replicas = "0";
  return facts;
}

TEST(ServerCheck, ADurableServerIsNotSpokenOf) {
  const ServerVerdict verdict = judge(durable());
  EXPECT_EQ(verdict.refusal, "");
  EXPECT_THAT(verdict.lax, IsEmpty());
  EXPECT_EQ(verdict.unchecked, "");
}

TEST(ServerCheck, EachLaxSettingIsNamed) {
  ServerFacts facts = durable();
  facts.append_only = "0";
  EXPECT_THAT(judge(facts).lax, ElementsAre(HasSubstr("appendonly no")));
  facts = durable();
  facts.fsync = "everysec";
  EXPECT_THAT(judge(facts).lax, ElementsAre(HasSubstr("appendfsync everysec")));
  facts = durable();
  facts.fsync_stops = "yes";
  EXPECT_THAT(judge(facts).lax, ElementsAre(HasSubstr("no-appendfsync-on-rewrite")));
  facts = durable();
  facts.replicas = "2";
  EXPECT_THAT(judge(facts).lax, ElementsAre(HasSubstr("min-replicas-to-write 1")));
  facts.min_replicas = "1";
  facts.fsync = "no";
  EXPECT_THAT(judge(facts).lax, ElementsAre(HasSubstr("appendfsync no"), HasSubstr("failover")));
}

TEST(ServerCheck, AServerThatThrowsAwayIsRefused) {
  ServerFacts facts = durable();
  facts.eviction = "allkeys-lru";
  EXPECT_EQ(judge(facts).refusal, "") << "without a limit nothing is thrown away";
  facts.max_memory = "1000000";
  EXPECT_THAT(judge(facts).refusal, HasSubstr("maxmemory-policy noeviction"));
  facts.eviction = "noeviction";
  EXPECT_EQ(judge(facts).refusal, "");
}

TEST(ServerCheck, OldServersAndReplicasAreRefused) {
  for (const char* version : {"5.0.14", "6.0.16", "2.8", "6"}) {
    ServerFacts facts = durable();
    facts.version = version;
    EXPECT_THAT(judge(facts).refusal, HasSubstr("too old")) << version;
  }
  for (const char* version :
       {"6.2.0", "7.0.15", "7.2.4", "8.0", "10.1", "255.255.255", "unstable"}) {
    ServerFacts facts = durable();
    facts.version = version;
    EXPECT_EQ(judge(facts).refusal, "") << version;
  }
  ServerFacts facts = durable();
  facts.role = "slave";
  EXPECT_THAT(judge(facts).refusal, HasSubstr("storage.url"));
}

TEST(ServerCheck, WhatCannotBeCheckedIsSaid) {
  ServerFacts facts = durable();
  facts.fsync.reset();
  EXPECT_THAT(judge(facts).unchecked, HasSubstr("CONFIG GET"));
  EXPECT_THAT(judge(ServerFacts{}).unchecked, HasSubstr("INFO"));
  EXPECT_EQ(judge(ServerFacts{}).refusal, "");
}

}  // namespace
}  // namespace openclaw::redis
