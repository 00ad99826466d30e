// Several gateways on one store: who gets what, how much at once.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "test_members.hpp"

namespace openclaw::redis {
namespace {

using testing::Attempt;
using testing::collect_all;
using testing::Finish;
using testing::Ids;
using testing::ids_of;
using testing::Ingest;
using testing::Move;

TEST_F(Members, OneGatewayPaysNothingForIt) {
  leave_messages(3);
  { EXPECT_EQ(instance_.member("a").collect().messages.size(), 3u); }
  EXPECT_EQ(schema(), "2") << "which an older version refuses, as it would not keep the lanes";
  auto writer = instance_.writer();
  writer.one(Ingest{});
  EXPECT_EQ(writer.one(Move{.id = 1, .state = OC_OUTBOX_LEFT}).status, OC_E_INVAL);
  EXPECT_EQ(schema(), "1") << "and now it is one of an older version's again";
  for (const char* name : {"members", "lanes", "lanes-left", "lanes-free", "outbox-left"}) {
    EXPECT_EQ(server_.number(Args{"EXISTS", place_.key(name)}), 0) << name;
  }
}

TEST_F(Members, WhoComesFirstGetsWhatOneGatewayLeftInShortSteps) {
  const Ids all = leave_messages(3500);
  auto a = instance_.member("a"), b = instance_.member("b");
  Ids got = ids_of(collect_all(a));
  EXPECT_EQ(got.size(), all.size());
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got, all);
  EXPECT_TRUE(ids_of(collect_all(b)).empty());
}

TEST_F(Members, WhatALaneGivesAtOnceIsBounded) {
  const Ids all = leave_messages(600, 1);
  auto a = instance_.member("a");
  const auto first = a.collect();
  EXPECT_EQ(first.messages.size(), 256u);
  EXPECT_TRUE(first.more);
  Ids got = ids_of(first);
  for (const auto id : ids_of(collect_all(a))) got.push_back(id);
  EXPECT_EQ(got, all) << "in order";
}

TEST_F(Members, WhatACallGivesIsBoundedInBytes) {
  auto a = instance_.member("a");
  for (int i = 0; i < 3; ++i) {
    a.one(Ingest{.payload = std::string(5 << 20, 'x'), .flags = OC_INGEST_LEAVE});
  }
  const auto first = a.collect();
  EXPECT_EQ(first.messages.size(), 2u);
  EXPECT_TRUE(first.more);
  const auto second = a.collect();
  EXPECT_EQ(second.messages.size(), 1u);
  EXPECT_FALSE(second.more);
}

TEST_F(Members, MuchThatADeadOneHadIsHandedOnInOrder) {
  auto a = instance_.member("a"), b = instance_.member("b");
  Ids all;
  for (int batch = 0; batch < 25; ++batch) {
    std::vector<testing::AnyWrite> writes;
    for (int i = 0; i < 100; ++i) {
      writes.push_back(Ingest{.session = "s" + std::to_string(i % 3), .epoch = 4});
    }
    for (const auto& result : a.apply(writes)) all.push_back(result.id);
  }
  const auto last = b.one(Ingest{.session = "s0"});
  EXPECT_EQ(last.flags, OC_RESULT_ELSEWHERE);
  all.push_back(last.id);
  a.close();
  std::map<std::string, Ids> lanes;
  std::size_t count = 0;
  for (const auto& row : collect_all(b).messages) {
    lanes[row.session].push_back(row.id);
    EXPECT_EQ(row.epoch, 0u);
    ++count;
  }
  EXPECT_EQ(count, all.size());
  for (const auto& [session, ids] : lanes) {
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end())) << session;
  }
  EXPECT_EQ(lanes["s0"].back(), last.id);
}

TEST_F(Members, AReplyOfAnothersLaneKeepsNoneAndItsEndIsNotCounted) {
  auto a = instance_.member("a"), b = instance_.member("b"), c = instance_.member("c");
  const auto first = a.one(Ingest{.session = "s", .epoch = 3}).id;
  const auto reply = b.one(Finish{.outbox = {{.idem_key = "k", .session = "s"}}}).id;
  const auto second = c.one(Ingest{.session = "s"}).id;
  b.one(Move{.id = reply, .state = OC_OUTBOX_DEAD});
  b.one(Move{.id = reply, .state = OC_OUTBOX_STORED});
  b.one(Move{.id = reply, .state = OC_OUTBOX_SENT});
  EXPECT_TRUE(ids_of(collect_all(b)).empty()) << "the lane is a's as before";
  EXPECT_EQ(ids_of(collect_all(a)), Ids{second});
  a.one(Finish{.session = "s", .epoch = 3, .ids = {first}});
  EXPECT_EQ(c.one(Ingest{.session = "s"}).flags, OC_RESULT_ELSEWHERE);
}

TEST_F(Members, AReplyTakesTheMessagesThatWaitBehindIt) {
  auto a = instance_.member("a"), b = instance_.member("b");
  const auto id = b.one(Ingest{.session = "s", .flags = OC_INGEST_LEAVE}).id;
  const auto reply = a.one(Finish{.outbox = {{.idem_key = "k", .session = "s"}}}).id;
  EXPECT_TRUE(ids_of(collect_all(b)).empty());
  EXPECT_EQ(ids_of(a.collect({.lanes = 0})), Ids{id}) << "its own";
  a.one(Move{.id = reply, .state = OC_OUTBOX_SENT});
  a.close();
  EXPECT_EQ(ids_of(collect_all(b)), Ids{id});
}

TEST_F(Members, WhatADeadOneHadToSendKeepsNoLane) {
  auto a = instance_.member("a"), b = instance_.member("b");
  a.one(Finish{.outbox = {{.idem_key = "k", .session = "s"}}});
  const auto behind = b.one(Ingest{.session = "s"});
  EXPECT_EQ(behind.flags, OC_RESULT_ELSEWHERE);
  a.close();
  const auto got = b.collect();
  EXPECT_EQ(ids_of(got), Ids{behind.id});
  ASSERT_EQ(got.replies.size(), 1u);
  b.one(Move{.id = got.replies[0].id, .state = OC_OUTBOX_DEAD});
  b.one(Attempt{"s", 3, {behind.id}});
  b.one(Finish{.session = "s", .epoch = 3, .ids = {behind.id}});
  EXPECT_EQ(server_.number(Args{"EXISTS", place_.key("lanes")}), 0) << "none is left";
}

TEST_F(Members, ALaneWaitsForAsLongAsItsOldestMessage) {
  auto a = instance_.member("a"), b = instance_.member("b");
  const auto oldest = a.one(Ingest{.session = "z"}).id;
  const auto first = b.one(Ingest{.session = "x", .flags = OC_INGEST_LEAVE}).id;
  const auto second = b.one(Ingest{.session = "y", .flags = OC_INGEST_LEAVE}).id;
  const auto behind = b.one(Ingest{.session = "z"}).id;
  b.one(Ingest{.session = "x", .flags = OC_INGEST_LEAVE});
  EXPECT_EQ(ids_of(b.collect({.messages = 1})), Ids{first});
  a.close();
  EXPECT_EQ(ids_of(b.collect({.messages = 1})), Ids{oldest});
  EXPECT_EQ(ids_of(b.collect({.messages = 1})), Ids{second});
  EXPECT_EQ(ids_of(b.collect({.messages = 1})), Ids{behind});
}

TEST_F(Members, ABatchThatIsCutInTheMiddleEndsItsMemberOnly) {
  auto a = instance_.member("a"), b = instance_.member("b");
  server_.run(Args{"SET", place_.key("transcript:s"), "not ours"});
  const auto before = a.one(Ingest{.session = "t"}).id;
  a.try_apply({Ingest{.session = "u"}, Finish{.session = "s", .transcript = {{OC_ROLE_USER, "x"}}},
               Ingest{}});
  EXPECT_EQ(a.last.status, OC_E_UNKNOWN) << "a part of it may be there";
  a.try_collect();
  EXPECT_EQ(a.last.status, OC_E_UNKNOWN) << "for good";
  EXPECT_GT(b.one(Ingest{.session = "v"}).id, before + 1) << "no id is given twice";
  a.close();
  const auto got = ids_of(collect_all(b));
  EXPECT_EQ(got.size(), 2u) << "what it had, and the part that came before the cut";
  for (const auto& row : b.inbox()) {
    EXPECT_EQ(b.one(Attempt{row.session, 5, {row.id}}).status, OC_OK) << row.session;
    EXPECT_EQ(b.one(Finish{.session = row.session, .epoch = 5, .ids = {row.id}}).status, OC_OK);
  }
  server_.run(Args{"UNLINK", place_.key("transcript:s")});
}

}  // namespace
}  // namespace openclaw::redis
