// Checks of joining and leaving a store that several gateways share.
#include <gtest/gtest.h>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

void those_that_live_are_listed(StoreUnderTest& store) {
  auto b = store.member("b"), a = store.member("a");
  a.one(Ingest{.epoch = 1});
  a.one(Lease{"telegram/main"});
  a.one(Finish{.outbox = {{.idem_key = "k"}}});
  auto reader = store.reader();
  auto rows = reader.members();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].instance, "a");
  EXPECT_EQ(rows[0].info_json, kMemberInfo);
  EXPECT_NE(rows[0].process.find(", pid "), std::string::npos) << rows[0].process;
  EXPECT_EQ(rows[0].leases_json, R"(["telegram/main"])");
  EXPECT_GT(rows[0].since_ms, 1'600'000'000'000);
  EXPECT_GT(rows[0].lease_left_ms, 1000);
  EXPECT_LE(rows[0].lease_left_ms, StoreInstance::kLongLeaseMs);
  EXPECT_EQ(rows[0].messages, 1u);
  EXPECT_EQ(rows[0].replies, 1u);
  EXPECT_EQ(rows[1].instance, "b");
  EXPECT_EQ(rows[1].leases_json, "[]");
  EXPECT_EQ(rows[1].messages, 0u);
  a.close();
  rows = reader.members();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].instance, "b");
}

void a_name_is_one_gateways(StoreUnderTest& store) {
  auto a = store.member("a");
  auto again = store.try_member("a");
  EXPECT_FALSE(again.is_open());
  EXPECT_EQ(again.last.status, OC_E_AGAIN);
  EXPECT_NE(again.last.message, "");
  EXPECT_EQ(a.one(Ingest{}).status, OC_OK) << "the first goes on";
  a.close();
  EXPECT_TRUE(store.try_member("a").is_open());
}

void who_is_beyond_the_bounds_is_refused(StoreUnderTest& store) {
  store.writer.close();
  constexpr std::uint32_t kLease = StoreInstance::kLongLeaseMs;
  const auto refused = [&](std::string_view name, std::uint32_t lease_ms, std::string_view info) {
    auto member = store.try_member(name, lease_ms, info);
    EXPECT_FALSE(member.is_open()) << name;
    EXPECT_EQ(member.last.status, OC_E_INVAL) << name;
    EXPECT_NE(member.last.message, "");
  };
  const std::string longest(255, 'n'), info(4 << 10, 'i');
  refused("", kLease, kMemberInfo);
  refused(longest + "n", kLease, kMemberInfo);
  refused(std::string_view("a\0b", 3), kLease, kMemberInfo);
  refused("a", 299, kMemberInfo);
  refused("a", kLease, info + "i");
  auto member = store.try_member(longest, 300, info);
  EXPECT_TRUE(member.is_open()) << member.last.message;
  EXPECT_TRUE(store.try_member("a", kLease, "").is_open());
}

void a_store_is_one_gateways_or_members(StoreUnderTest& store) {
  EXPECT_EQ(store.try_member("a").last.status, OC_E_AGAIN);
  auto a = store.member("a");
  EXPECT_EQ(store.second_writer().last.status, OC_E_AGAIN);
  a.close();
  EXPECT_TRUE(store.second_writer().is_open());
}

void what_one_gateway_left_is_collected(StoreUnderTest& store) {
  const auto first = store.ingest("e1", "s"), second = store.ingest("e2", "s");
  store.writer.one(Attempt{"s", 7, {first}});
  const auto reply = store.turn("k");
  auto a = store.member("a");
  const auto got = a.collect();
  ASSERT_EQ(got.messages.size(), 2u);
  EXPECT_EQ(got.messages[0].id, first);
  EXPECT_EQ(got.messages[0].attempts, 1u);
  EXPECT_EQ(got.messages[0].epoch, 0u);
  EXPECT_EQ(got.messages[1].id, second);
  ASSERT_EQ(got.replies.size(), 1u);
  EXPECT_EQ(got.replies[0].id, reply);
  EXPECT_FALSE(got.more);
  EXPECT_EQ(a.max_epoch(), 7u);
}

void one_gateway_finds_what_members_left(StoreUnderTest& store) {
  auto a = store.member("a");
  const auto mine = a.one(Ingest{.session = "s", .epoch = 5}).id;
  const auto nobodys = a.one(Ingest{.session = "t", .flags = OC_INGEST_LEAVE}).id;
  a.one(Finish{.outbox = {{.idem_key = "k"}}});
  a.close();
  store.reopen();
  auto reader = store.reader();
  const auto rows = reader.inbox();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].id, mine);
  EXPECT_EQ(rows[0].attempts, 1u);
  EXPECT_EQ(rows[1].id, nobodys);
  EXPECT_EQ(reader.outbox().size(), 1u);
  store.writer.one(Attempt{"s", 6, {mine}});
  EXPECT_EQ(store.writer.one(Finish{.session = "s", .epoch = 6, .ids = {mine}}).status, OC_OK);
  auto b = store.member("b");
  const auto got = b.collect();
  ASSERT_EQ(got.messages.size(), 1u);
  EXPECT_EQ(got.messages[0].id, nobodys);
}

void totals_outlive_members(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  a.one(Ingest{.session = "s", .epoch = 9});
  b.one(Finish{.session = "t", .transcript = {{OC_ROLE_USER, "12345"}}});
  b.one(Ingest{.session = "t"});
  a.close();
  b.close();
  auto c = store.member("c");
  EXPECT_EQ(c.stat("inbox"), 2);
  EXPECT_EQ(c.stat("sessions"), 1);
  EXPECT_EQ(c.stat("usedBytes"), 5);
  EXPECT_EQ(c.stat("maxEpoch"), 9);
  const auto got = c.collect();
  for (const auto& row : got.messages) c.one(Attempt{row.session, 10, {row.id}});
  for (const auto& row : got.messages) {
    c.one(Finish{.session = row.session, .epoch = 10, .ids = {row.id}});
  }
  EXPECT_EQ(store.reader().stat("inbox"), 0);
}

}  // namespace

Checks member_checks() {
  return {{"ThoseThatLiveAreListed", those_that_live_are_listed},
          {"ANameIsOneGateways", a_name_is_one_gateways},
          {"WhoIsBeyondTheBoundsIsRefused", who_is_beyond_the_bounds_is_refused},
          {"AStoreIsOneGatewaysOrMembers", a_store_is_one_gateways_or_members},
          {"WhatOneGatewayLeftIsCollected", what_one_gateway_left_is_collected},
          {"OneGatewayFindsWhatMembersLeft", one_gateway_finds_what_members_left},
          {"TotalsOutliveMembers", totals_outlive_members}};
}

}  // namespace openclaw::testing
