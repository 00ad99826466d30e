// Several gateways on one store: names, leases, wake-ups, bounds.
#include <gmock/gmock.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "openclaw/testing/patience.hpp"
#include "test_members.hpp"

namespace openclaw::redis {
namespace {

using testing::Attempt;
using testing::collect_all;
using testing::comes_true;
using testing::Finish;
using ::testing::HasSubstr;
using testing::Ids;
using testing::ids_of;
using testing::Ingest;
using testing::Lease;
using ::testing::Not;
using testing::Notice;
using testing::StoreClient;
using testing::StoreInstance;

TEST_F(Members, SeveralWhoComeAtOnceMakeOneStoreAndAllGetIn) {
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

TEST_F(Members, WhoEndedWhileItBuiltTheLanesIsFollowed) {
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

TEST_F(Members, ThatOfAProcessThatWasKilledIsFreeAtOnce) {
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

TEST_F(Members, ANewcomerEndsNobodyAtOnce) {
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

TEST_F(Members, TheDeadAreEndedAlsoWhenTheServersClockWasSetBack) {
  auto a = instance_.member("a", 300), b = instance_.member("b", 300);
  const auto id = a.one(Ingest{.session = "s"}).id;
  const std::string later = std::to_string(now_ms() + 3'600'000);
  for (const char* name : {"member:1", "member:2"}) {
    server_.run(Args{"HSET", place_.key(name), "until", later, "steady", later});
  }
  Ids got;
  EXPECT_TRUE(testing::comes_true([&] {
    got = ids_of(b.collect());
    b.renew();
    EXPECT_EQ(b.last.status, OC_OK) << b.last.message;
    return !got.empty();
  }));
  EXPECT_EQ(got, Ids{id});
}

TEST_F(Members, ANameIsFreeAlsoWhenTheServersClockWasSetBack) {
  auto a = instance_.member("a", 300);
  server_.run(Args{"HSET", place_.key("member:1"), "until", std::to_string(now_ms() + 3'600'000),
                   "process", "far, pid 1 [boot/pid:[1]/5]"});
  EXPECT_LE(instance_.reader().members().at(0).lease_left_ms, 300);
  auto next = instance_.member("a");
  EXPECT_TRUE(next.is_open()) << next.last.message;
}

TEST_F(Members, WhoOpensAllOfItGivesTheMembersTheTimeOfALease) {
  // Less than opening may take, as nobody waits for one that has longer.
  auto a = instance_.member("a", 15'000);
  const auto id = a.one(Ingest{.session = "s"}).id;
  // As after an outage that was longer than its lease.
  server_.run(Args{"HSET", place_.key("member:1"), "until", std::to_string(now_ms() - 1000)});
  const auto before = scripts_run();
  testing::Answer refusal;
  std::thread opening([&] {
    StoreInstance other(*oc_plugin_entry_1(0)->api, place_.section_json());
    refusal = other.writer().last;
  });
  // The first script asks for the rights, the second looks.
  EXPECT_TRUE(comes_true([&] { return scripts_run() >= before + 2; })) << "it never looked";
  a.renew();
  EXPECT_EQ(a.last.status, OC_OK) << a.last.message;
  opening.join();
  EXPECT_EQ(refusal.status, OC_E_AGAIN) << refusal.message;
  EXPECT_THAT(refusal.message, HasSubstr("that share it"));
  EXPECT_THAT(refusal.message, Not(HasSubstr("renew"))) << "it saw that";
  EXPECT_EQ(a.one(Attempt{"s", 3, {id}}).status, OC_OK);
}

TEST_F(Members, MembersThatDoNotComeBackAreEndedByWhoOpensAllOfIt) {
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

TEST_F(Members, WhoDumpsIsRefusedWhileOneLives) {
  auto a = instance_.member("a");
  auto snapshot = instance_.snapshot();
  EXPECT_FALSE(snapshot.is_open());
  EXPECT_EQ(snapshot.last.status, OC_E_AGAIN);
  EXPECT_THAT(snapshot.last.message, HasSubstr("pid " + std::to_string(::getpid())));
  EXPECT_THAT(snapshot.last.message, HasSubstr("stop all of them first"));
  a.close();
  EXPECT_TRUE(instance_.snapshot().is_open());
}

TEST_F(Members, WhoIsRefusedIsToldWhichKeyToChange) {
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

TEST_F(Members, RecordsAreNotLoadedMeanwhile) {
  auto a = instance_.member("a");
  EXPECT_EQ(a.one(testing::Record{.id = 1, .ns = "n", .key = "k"}).status, OC_E_INVAL);
}

TEST_F(Members, AMailboxIsBoundedInBytes) {
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

TEST_F(Members, WhoWaitsIsWokenByAnothersMessage) {
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
