// Several gateways on one store: who gets in, how much at once, who is told.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <thread>

#include "test_server.hpp"

namespace openclaw::redis {
namespace {

using testing::Attempt;
using testing::collect_all;
using testing::Finish;
using ::testing::HasSubstr;
using testing::Ids;
using testing::ids_of;
using testing::Ingest;
using testing::Lease;
using testing::Move;
using testing::Notice;
using testing::StoreClient;
using testing::StoreInstance;

class Sharing : public ::testing::Test {
 protected:
  void set_gateway(const std::vector<std::string>& words) {
    Args command{"HSET", place_.key("gateway")};
    for (const auto& word : words) command.lent(word);
    server_.run(command);
  }
  std::int64_t now_ms() {
    const Reply time = server_.run(Args{"TIME"});
    return time[0].number() * 1000 + time[1].number() / 1000;
  }
  /// Runs `use` in a process that then ends without a word.
  template <class Use>
  void in_a_process_that_dies(Use use) {
    const pid_t child = ::fork();
    if (child == 0) {
      StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
      ::_exit(use(instance) ? 0 : 1);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_EQ(status, 0);
  }
  /// So many messages that wait, of one gateway that has ended.
  Ids leave_messages(int count, int sessions = 7) {
    auto writer = instance_.writer();
    Ids ids;
    while (count > 0) {
      std::vector<testing::AnyWrite> writes;
      for (int i = 0; i < 100 && count > 0; ++i, --count) {
        writes.push_back(Ingest{.session = "s" + std::to_string(count % sessions)});
      }
      for (const auto& result : writer.apply(writes)) ids.push_back(result.id);
    }
    return ids;
  }
  std::string schema() { return server_.text(Args{"HGET", place_.key("store"), "schema"}); }

  TestServer& server_ = TestServer::shared();
  TestPlace place_;
  StoreInstance instance_{*oc_plugin_entry_1(0)->api, place_.section_json()};
};

TEST_F(Sharing, OneGatewayPaysNothingForIt) {
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

TEST_F(Sharing, WhoComesFirstGetsWhatOneGatewayLeftInShortSteps) {
  const Ids all = leave_messages(3500);
  auto a = instance_.member("a"), b = instance_.member("b");
  Ids got = ids_of(collect_all(a));
  EXPECT_EQ(got.size(), all.size());
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got, all);
  EXPECT_TRUE(ids_of(collect_all(b)).empty());
}

TEST_F(Sharing, WhatALaneGivesAtOnceIsBounded) {
  const Ids all = leave_messages(600, 1);
  auto a = instance_.member("a");
  const auto first = a.collect();
  EXPECT_EQ(first.messages.size(), 256u);
  EXPECT_TRUE(first.more);
  Ids got = ids_of(first);
  for (const auto id : ids_of(collect_all(a))) got.push_back(id);
  EXPECT_EQ(got, all) << "in order";
}

TEST_F(Sharing, WhatACallGivesIsBoundedInBytes) {
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

TEST_F(Sharing, MuchThatADeadOneHadIsHandedOnInOrder) {
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

TEST_F(Sharing, AReplyOfAnothersLaneKeepsNoneAndItsEndIsNotCounted) {
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

TEST_F(Sharing, AReplyTakesTheMessagesThatWaitBehindIt) {
  auto a = instance_.member("a"), b = instance_.member("b");
  const auto id = b.one(Ingest{.session = "s", .flags = OC_INGEST_LEAVE}).id;
  const auto reply = a.one(Finish{.outbox = {{.idem_key = "k", .session = "s"}}}).id;
  EXPECT_TRUE(ids_of(collect_all(b)).empty());
  EXPECT_EQ(ids_of(a.collect({.lanes = 0})), Ids{id}) << "its own";
  a.one(Move{.id = reply, .state = OC_OUTBOX_SENT});
  a.close();
  EXPECT_EQ(ids_of(collect_all(b)), Ids{id});
}

TEST_F(Sharing, WhatADeadOneHadToSendKeepsNoLane) {
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

TEST_F(Sharing, ALaneWaitsForAsLongAsItsOldestMessage) {
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

TEST_F(Sharing, SeveralWhoComeAtOnceMakeOneStoreAndAllGetIn) {
  std::vector<std::thread> threads;
  std::atomic<int> joined{0};
  for (int i = 0; i < 6; ++i) {
    threads.emplace_back([&, i] {
      StoreInstance instance(*oc_plugin_entry_1(0)->api, place_.section_json());
      auto member = instance.member("m" + std::to_string(i));
      EXPECT_TRUE(member.is_open()) << member.last.message;
      if (member.is_open() && member.one(Ingest{}).status == OC_OK) ++joined;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(joined.load(), 6);
  auto last = instance_.member("last");
  EXPECT_EQ(ids_of(collect_all(last)).size(), 6u);
}

TEST_F(Sharing, WhoEndedWhileItBuiltTheLanesIsFollowed) {
  const Ids all = leave_messages(20);
  // On another machine, whose lease ends soon; then here, where its end is seen.
  set_gateway({"holder", "far, pid 1 [boot/pid:[1]/5]", "building", "1", "until",
               std::to_string(now_ms() + 200)});
  EXPECT_EQ(instance_.member("a").collect().messages.size(), all.size());
  instance_.writer().close();
  in_a_process_that_dies([](StoreInstance& instance) { return instance.writer().is_open(); });
  in_a_process_that_dies([](StoreInstance& instance) {
    static StoreClient writer;  // never closed
    writer = instance.writer();
    return writer.is_open();
  });
  set_gateway({"building", "1"});
  EXPECT_GT(server_.number(Args{"HGET", place_.key("gateway"), "until"}), now_ms());
  auto b = instance_.member("b");
  ASSERT_TRUE(b.is_open()) << b.last.message;
  EXPECT_EQ(ids_of(collect_all(b)).size(), all.size());
}

TEST_F(Sharing, ThatOfAProcessThatWasKilledIsFreeAtOnce) {
  const auto dies = [](StoreInstance& instance) {
    static StoreClient member;  // never closed
    member = instance.member("a");
    return member.is_open() && member.one(Lease{"x"}).status == OC_OK &&
           member.one(Ingest{.session = "s", .epoch = 3}).status == OC_OK;
  };
  in_a_process_that_dies(dies);
  EXPECT_EQ(instance_.reader().members().size(), 1u) << "its lease lasts";
  {
    auto next = instance_.member("a");
    ASSERT_TRUE(next.is_open()) << next.last.message;
    EXPECT_EQ(next.one(Lease{"x"}).status, OC_OK);
    EXPECT_EQ(next.collect().messages.size(), 1u);
    EXPECT_EQ(next.members().size(), 1u);
  }
  in_a_process_that_dies(dies);
  auto writer = instance_.writer();
  ASSERT_TRUE(writer.is_open()) << "one that takes the store whole: " << writer.last.message;
  EXPECT_EQ(writer.inbox().size(), 2u);
}

TEST_F(Sharing, ANewcomerEndsNobodyAtOnce) {
  auto a = instance_.member("a");
  const auto id = a.one(Ingest{.session = "s"}).id;
  // As when the server was away for longer than a's lease, and b is the first to be back.
  server_.run(Args{"HSET", place_.key("member:1"), "until", std::to_string(now_ms() - 1)});
  auto b = instance_.member("b");
  EXPECT_EQ(b.members().size(), 1u);
  EXPECT_TRUE(b.collect().messages.empty());
  EXPECT_EQ(a.one(Attempt{"s", 3, {id}}).status, OC_OK);
  EXPECT_EQ(b.members().size(), 2u);
}

TEST_F(Sharing, TheDeadAreEndedAlsoWhenTheServersClockWasSetBack) {
  auto a = instance_.member("a", 300), b = instance_.member("b", 300);
  const auto id = a.one(Ingest{.session = "s"}).id;
  const std::string later = std::to_string(now_ms() + 3'600'000);
  for (const char* name : {"member:1", "member:2"}) {
    server_.run(Args{"HSET", place_.key(name), "until", later, "steady", later});
  }
  Ids got;
  for (const auto until = deadline_in(20'000);
       got.empty() && std::chrono::steady_clock::now() < until;) {
    got = ids_of(b.collect());
    b.renew();
    EXPECT_EQ(b.last.status, OC_OK) << b.last.message;
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  EXPECT_EQ(got, Ids{id});
}

TEST_F(Sharing, ANameIsFreeAlsoWhenTheServersClockWasSetBack) {
  auto a = instance_.member("a", 300);
  server_.run(Args{"HSET", place_.key("member:1"), "until", std::to_string(now_ms() + 3'600'000),
                   "process", "far, pid 1 [boot/pid:[1]/5]"});
  EXPECT_LE(instance_.reader().members().at(0).lease_left_ms, 300);
  auto next = instance_.member("a");
  EXPECT_TRUE(next.is_open()) << next.last.message;
}

TEST_F(Sharing, WhoOpensAllOfItGivesTheMembersTheTimeOfALease) {
  auto a = instance_.member("a");
  const auto id = a.one(Ingest{.session = "s"}).id;
  // As after an outage that was longer than its lease.
  server_.run(Args{"HSET", place_.key("member:1"), "until", std::to_string(now_ms() - 1000)});
  std::atomic<bool> opened{false};
  std::thread opening([&] {
    StoreInstance other(*oc_plugin_entry_1(0)->api, place_.section_json());
    auto writer = other.writer();
    opened = writer.is_open();
    EXPECT_EQ(writer.last.status, OC_E_AGAIN) << writer.last.message;
  });
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
  a.renew();
  EXPECT_EQ(a.last.status, OC_OK) << a.last.message;
  opening.join();
  EXPECT_FALSE(opened);
  EXPECT_EQ(a.one(Attempt{"s", 3, {id}}).status, OC_OK);
}

TEST_F(Sharing, MembersThatDoNotComeBackAreEndedByWhoOpensAllOfIt) {
  auto a = instance_.member("a", 400);
  const auto id = a.one(Ingest{.session = "s"}).id;
  server_.run(Args{"HSET", place_.key("member:1"), "until", std::to_string(now_ms() - 1000)});
  const auto begun = std::chrono::steady_clock::now();
  auto writer = instance_.writer();
  ASSERT_TRUE(writer.is_open()) << writer.last.message;
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(400));
  EXPECT_EQ(writer.inbox().at(0).id, id);
  a.renew();
  EXPECT_EQ(a.last.status, OC_E_UNKNOWN);
}

TEST_F(Sharing, WhoDumpsIsRefusedWhileOneLives) {
  auto a = instance_.member("a");
  auto snapshot = instance_.snapshot();
  EXPECT_FALSE(snapshot.is_open());
  EXPECT_EQ(snapshot.last.status, OC_E_AGAIN);
  EXPECT_THAT(snapshot.last.message, HasSubstr("pid " + std::to_string(::getpid())));
  EXPECT_THAT(snapshot.last.message, HasSubstr("stop all of them first"));
  a.close();
  EXPECT_TRUE(instance_.snapshot().is_open());
}

TEST_F(Sharing, WhoIsRefusedIsToldWhichKeyToChange) {
  {
    auto alone = instance_.writer();
    const auto refused = instance_.member("a").last;
    EXPECT_THAT(refused.message, HasSubstr("does not share it"));
    EXPECT_THAT(refused.message, HasSubstr("set gateway.instance there"));
  }
  auto a = instance_.member("a");
  const auto namesake = instance_.member("a").last;
  EXPECT_THAT(namesake.message, HasSubstr("called a too"));
  EXPECT_THAT(namesake.message, HasSubstr("change gateway.instance"));
  EXPECT_THAT(instance_.writer().last.message, HasSubstr("set gateway.instance here"));
}

TEST_F(Sharing, RecordsAreNotLoadedMeanwhile) {
  auto a = instance_.member("a");
  EXPECT_EQ(a.one(testing::Record{.id = 1, .ns = "n", .key = "k"}).status, OC_E_INVAL);
}

TEST_F(Sharing, AMailboxIsBoundedInBytes) {
  auto a = instance_.member("a"), b = instance_.member("b");
  const std::string text(1 << 20, 'x');
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 10; ++i) a.one(Notice{"b", std::to_string(i), text});
    const auto all = collect_all(b).notices;
    ASSERT_EQ(all.size(), 7u) << "eight are a little more than 8 MiB";
    EXPECT_EQ(all.front().topic, "3");
    EXPECT_EQ(server_.text(Args{"HGET", place_.key("member:2"), "mail_bytes"}), "0");
  }
}

TEST_F(Sharing, ABatchThatIsCutInTheMiddleEndsItsMemberOnly) {
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

TEST_F(Sharing, WhoWaitsIsWokenByAnothersMessage) {
  auto a = instance_.member("a"), b = instance_.member("b");
  auto waiting = instance_.reader();
  EXPECT_EQ(waiting.wait("b", 600'000), OC_OK) << "what came before it began to listen: a look";
  const std::vector<testing::AnyWrite> causes = {
      Ingest{.session = "s", .flags = OC_INGEST_LEAVE},
      Finish{.outbox = {{.idem_key = "k", .flags = OC_OUTBOX_LEAVE}}}, Notice{"b", "t", "x"}};
  for (const auto& cause : causes) {
    a.one(cause);
    EXPECT_EQ(waiting.wait("b", 600'000), OC_OK);
    const auto got = b.collect();
    EXPECT_EQ(got.messages.size() + got.replies.size() + got.notices.size(), 1u);
    // b's own call may have woken as well.
  }
  EXPECT_EQ(a.one(Ingest{.session = "s"}).flags, OC_RESULT_ELSEWHERE) << "b has the lane";
  EXPECT_EQ(waiting.wait("b", 600'000), OC_OK);
  EXPECT_EQ(b.collect().messages.size(), 1u);
  a.one(Ingest{.session = "mine"});
  a.close();
  EXPECT_EQ(waiting.wait("b", 600'000), OC_OK) << "and by what one leaves that goes";
  EXPECT_EQ(b.collect().messages.size(), 1u);
}

}  // namespace
}  // namespace openclaw::redis
