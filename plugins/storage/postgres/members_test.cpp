// Several gateways on one schema: names, wake-ups, bounds.
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "link.hpp"
#include "openclaw/testing/patience.hpp"
#include "test_members.hpp"

namespace openclaw::postgres {
namespace {

using testing::comes_true;
using ::testing::HasSubstr;
using testing::Ids;
using testing::Ingest;
using testing::Move;
using ::testing::Not;
using testing::Notice;
using testing::StoreInstance;

TEST_F(Members, WhoWaitsIsWokenByAnothersMessage) {
  auto a = instance_.member("a"), b = instance_.member("b");
  StoreInstance other(the_plugin(), place_.section_json());
  auto waiting = other.reader();
  EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << "it begins to listen";
  a.one(Ingest{.flags = OC_INGEST_LEAVE});
  EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << waiting.last.message;
  a.one(Notice{"b", "t", "hello"});
  EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << waiting.last.message;
  a.one(Ingest{});
  a.close();
  EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << "what it left";
  EXPECT_EQ(b.collect().messages.size(), 2u);
}

TEST_F(Members, AReplyThatIsLeftIsAnybodysWhereverItWas) {
  testing::Finish finish;
  finish.outbox = {{.idem_key = "k1"}, {.idem_key = "k2"}};
  {
    auto alone = instance_.writer();
    const auto id = alone.one(finish).id;
    EXPECT_EQ(alone.one(Move{.id = id, .state = OC_OUTBOX_LEFT}).status, OC_E_INVAL);
    alone.apply(
        {Move{.id = id, .state = OC_OUTBOX_SENT}, Move{.id = id + 1, .state = OC_OUTBOX_SENT}});
  }
  auto a = instance_.member("a"), b = instance_.member("b");
  StoreInstance other(the_plugin(), place_.section_json());
  auto waiting = other.reader();
  EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << "it begins to listen";
  const auto id = a.one(finish).id;
  a.apply({Move{.id = id}, Move{.id = id + 1, .state = OC_OUTBOX_UNKNOWN}});
  for (const auto left : {id, id + 1}) {
    EXPECT_EQ(a.one(Move{.id = left, .state = OC_OUTBOX_LEFT}).status, OC_OK);
    EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << waiting.last.message;
    const auto got = b.collect().replies;
    ASSERT_EQ(got.size(), 1u);
    EXPECT_EQ(got[0].id, left);
    EXPECT_EQ(got[0].state, OC_OUTBOX_STORED);
  }
  EXPECT_EQ(a.one(Move{.id = id + 2, .state = OC_OUTBOX_LEFT}).status, OC_E_NOTFOUND);
  EXPECT_EQ(a.stat("outbox"), 2);
  EXPECT_EQ(a.stat("deadOutbox"), 0);
  EXPECT_EQ(wrong_lanes(), 0);
}

TEST_F(Members, ARepliesLaneOutlivesItsMessagesAndFallsWithItsHolder) {
  auto a = instance_.member("a"), b = instance_.member("b");
  testing::Finish finish{.session = "s", .epoch = 3};
  finish.outbox = {{.idem_key = "k1", .session = "s"}, {.idem_key = "k2", .session = "t"}};
  b.one(Ingest{.session = "t"});  // so that k2 does not count
  finish.ids = {a.one(Ingest{.session = "s", .epoch = 3}).id};
  const auto id = a.one(finish).id;
  EXPECT_EQ(wrong_lanes(), 0);
  EXPECT_EQ(number("SELECT count(*) FROM @lanes WHERE nobodys = 0 AND held = 1"), 2);
  EXPECT_EQ(number("SELECT count(*) FROM @outbox WHERE counted"), 1);
  // Held and taken up again, in one batch as in two.
  a.apply({Move{.id = id, .state = OC_OUTBOX_UNKNOWN}, Move{.id = id, .state = OC_OUTBOX_STORED}});
  EXPECT_EQ(number("SELECT count(*) FROM @outbox WHERE counted"), 1);
  a.one(Move{.id = id, .state = OC_OUTBOX_DEAD});
  EXPECT_EQ(number("SELECT count(*) FROM @lanes"), 1);
  a.one(Move{.id = id});
  a.apply({Move{.id = id + 1, .state = OC_OUTBOX_UNKNOWN}, Move{.id = id + 1}});
  EXPECT_EQ(wrong_lanes(), 0);
  EXPECT_EQ(b.one(Ingest{.session = "s"}).flags, OC_RESULT_ELSEWHERE);
  a.close();
  EXPECT_EQ(wrong_lanes(), 0);
  const auto got = b.collect();
  EXPECT_EQ(got.messages.size(), 1u);
  EXPECT_EQ(got.replies.size(), 2u);
  EXPECT_EQ(wrong_lanes(), 0);
  EXPECT_EQ(number("SELECT sum(held)::int8 FROM @lanes"), 4);
  b.close();
  EXPECT_EQ(wrong_lanes(), 0);
  auto c = instance_.member("c");
  EXPECT_EQ(number("SELECT count(*) FROM @outbox WHERE member IS NULL AND NOT counted"), 2);
  EXPECT_EQ(c.collect().messages.size(), 2u);
}

TEST_F(Members, WhoWaitsIsWokenWhenTheLastReplyOfALaneIsSent) {
  auto a = instance_.member("a"), b = instance_.member("b");
  testing::Finish finish{.session = "s"};
  finish.outbox = {{.idem_key = "k1", .session = "s"}};
  const auto id = a.one(finish).id;
  b.one(Ingest{.session = "s"});
  StoreInstance other(the_plugin(), place_.section_json());
  auto waiting = other.reader();
  EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << "it begins to listen";
  EXPECT_TRUE(b.collect().messages.empty());
  a.one(Move{.id = id, .state = OC_OUTBOX_SENT});
  EXPECT_EQ(waiting.wait("b", 60'000), OC_OK) << waiting.last.message;
  EXPECT_EQ(b.collect().messages.size(), 1u);
}

/// A reply of a lane that is another's is handed out, and changes nothing there.
TEST_F(Members, AReplyOfAnothersLaneDoesNotCountInIt) {
  auto a = instance_.member("a"), b = instance_.member("b");
  a.one(Ingest{.session = "s"});
  testing::Finish finish{.session = "s"};
  finish.outbox = {{.idem_key = "k1", .session = "s", .flags = OC_OUTBOX_LEAVE}};
  const auto id = b.one(finish).id;
  EXPECT_EQ(b.collect().replies.size(), 1u);
  EXPECT_EQ(wrong_lanes(), 0);
  EXPECT_EQ(b.one(Move{.id = id, .state = OC_OUTBOX_SENT}).status, OC_OK);
  EXPECT_EQ(wrong_lanes(), 0);
  EXPECT_EQ(number("SELECT sum(held)::int8 FROM @lanes"), 1);
}

TEST_F(Members, TheDeadAreEndedAlsoWhenTheServersClockWasSetBack) {
  auto a = instance_.member("a", 300), b = instance_.member("b", 300);
  const auto id = a.one(Ingest{.session = "s"}).id;
  server_.run("UPDATE " + place_.schema +
              ".gateways SET leased_until = leased_until + interval '1 h',"
              " steady_since = steady_since + interval '1 h'");
  Ids got;
  EXPECT_TRUE(testing::comes_true([&] {
    got = ids_of(b.collect().messages);
    b.renew();
    EXPECT_EQ(b.last.status, OC_OK) << b.last.message;
    return !got.empty();
  }));
  EXPECT_EQ(got, Ids{id});
}

TEST_F(Members, ANameIsFreeAlsoWhenTheServersClockWasSetBack) {
  auto a = instance_.member("a", 300);
  server_.run("UPDATE " + place_.schema +
              ".gateways SET holder = 'far, pid 1 [boot/pid:[1]/5]',"
              " leased_until = leased_until + interval '1 h' WHERE instance = 'a'");
  EXPECT_LE(instance_.reader().members().at(0).lease_left_ms, 300);
  auto next = instance_.member("a");
  EXPECT_TRUE(next.is_open()) << next.last.message;
}

TEST_F(Members, WhoOpensAllOfItGivesTheMembersTheTimeOfALease) {
  // Less than opening may take, as nobody waits for one that has longer.
  auto a = instance_.member("a", 15'000);
  const auto id = a.one(Ingest{.session = "s"}).id;
  // As after an outage that was longer than its lease.
  server_.run("UPDATE " + place_.schema +
              ".gateways SET leased_until = now() - interval '1 s' WHERE member > 0");
  testing::Answer refusal;
  std::thread opening([&] {
    StoreInstance other(the_plugin(), place_.section_json());
    refusal = other.writer().last;
  });
  // In two words, as what asks is itself to be seen there until its process has ended.
  const std::string looked =
      "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle' AND position('\"" +
      place_.schema + "\".take' || '_alone(' IN query) > 0";
  EXPECT_TRUE(comes_true([&] { return server_.number(looked) > 0; })) << "it never looked";
  a.renew();
  EXPECT_EQ(a.last.status, OC_OK) << a.last.message;
  opening.join();
  EXPECT_EQ(refusal.status, OC_E_AGAIN) << refusal.message;
  EXPECT_THAT(refusal.message, HasSubstr("that share it"));
  EXPECT_THAT(refusal.message, Not(HasSubstr("renew"))) << "it saw that";
  EXPECT_EQ(a.one(testing::Attempt{"s", 3, {id}}).status, OC_OK);
}

TEST_F(Members, MembersThatDoNotComeBackAreEndedByWhoOpensAllOfIt) {
  auto a = instance_.member("a", 400);
  const auto id = a.one(Ingest{.session = "s"}).id;
  server_.run("UPDATE " + place_.schema +
              ".gateways SET leased_until = now() - interval '1 s' WHERE member > 0");
  const auto begun = std::chrono::steady_clock::now();
  auto writer = instance_.writer();
  ASSERT_TRUE(writer.is_open()) << writer.last.message;
  EXPECT_GE(std::chrono::steady_clock::now() - begun, std::chrono::milliseconds(400));
  EXPECT_EQ(writer.inbox().at(0).id, id);
  a.renew();
  EXPECT_EQ(a.last.status, OC_E_UNKNOWN);
}

TEST_F(Members, LookingForNothingWritesNothing) {
  auto a = instance_.member("a"), b = instance_.member("b");
  a.one(Ingest{.session = "s", .epoch = 1});
  b.one(Ingest{.session = "s"});
  b.collect();
  // Whatever else the server does may take a number meanwhile.
  for (int attempt = 0; attempt < 20; ++attempt) {
    const char* const kNext = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::int8";
    const auto before = number(kNext);
    for (int i = 0; i < 10; ++i) b.collect();
    if (number(kNext) == before) return;
  }
  ADD_FAILURE() << "each collect() begins to write";
}

TEST_F(Members, ManyMessagesAreCollectedInParts) {
  auto a = instance_.member("a"), b = instance_.member("b");
  std::vector<testing::AnyWrite> writes;
  for (int i = 0; i < 600; ++i) {
    writes.emplace_back(Ingest{.session = "long", .flags = OC_INGEST_LEAVE});
  }
  for (int i = 0; i < 5; ++i) {
    writes.emplace_back(Ingest{.session = "large" + std::to_string(i),
                               .payload = std::string(3 << 20, 'x'),
                               .flags = OC_INGEST_LEAVE});
  }
  const auto results = a.apply(writes);
  Ids all, got;
  for (const auto& result : results) all.push_back(result.id);
  got = ids_of(b.collect());
  EXPECT_EQ(got.size(), 256u + 3u) << "of one lane, and of so many bytes";
  for (const auto id : ids_of(collect_all(b))) got.push_back(id);
  std::sort(got.begin(), got.end());
  EXPECT_EQ(got, all);
  EXPECT_EQ(wrong_lanes(), 0);
}

TEST_F(Members, AMailboxIsBoundedWhoeverWritesToIt) {
  auto a = instance_.member("a"), b = instance_.member("b"), c = instance_.member("c");
  const std::string large(std::size_t{3} << 20, 'x');
  for (int round = 0; round < 2; ++round) {
    a.apply({Notice{"b", "t", large}, Notice{"", "t", large}});
    c.apply({Notice{"b", "t", large}, Notice{"b", "t", "small"}});
    const auto got = b.collect();
    EXPECT_EQ(got.notices,
              (std::vector<Notice>{{"a", "t", large}, {"c", "t", large}, {"c", "t", "small"}}));
    EXPECT_FALSE(got.more);
  }
  EXPECT_EQ(c.collect().notices.size(), 2u);
}

TEST_F(Members, SeveralWhoFillAMailboxAtOnceWaitForNobody) {
  auto b = instance_.member("b"), c = instance_.member("c");
  const std::string text(std::size_t{1} << 20, 'x');
  std::vector<std::thread> threads;
  for (const char* name : {"x", "y", "z"}) {
    threads.emplace_back([&, name] {
      StoreInstance instance(the_plugin(), place_.section_json());
      auto member = instance.member(name);
      // In another order each, as they would wait in a circle for each other's rows.
      const std::string first = *name == 'y' ? "c" : "b", second = *name == 'y' ? "b" : "c";
      for (int i = 0; i < 20; ++i) {
        member.apply({Notice{first, "t", text}, Notice{second, "t", text}, Notice{first, "u", {}}});
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (auto* member : {&b, &c}) {
    const auto got = member->collect().notices;
    const auto large = std::count_if(got.begin(), got.end(),
                                     [&](const Notice& notice) { return notice.text == text; });
    EXPECT_GE(large, 7) << "so many of a MiB have room; small ones come from some only";
    EXPECT_LE(got.size(), 40u) << "fuller by those that are written at once, at most";
  }
}

TEST_F(Members, TheNameOfAProcessThatWasKilledIsTakenAtOnce) {
  const pid_t child = ::fork();
  if (child == 0) {
    StoreInstance instance(the_plugin(), place_.section_json());
    auto member = instance.member("a");
    ::_exit(member.is_open() && member.one(Ingest{.epoch = 4}).status == OC_OK ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  auto member = instance_.member("a");
  ASSERT_TRUE(member.is_open()) << member.last.message;
  EXPECT_EQ(member.collect().messages.size(), 1u);
  EXPECT_EQ(member.members().size(), 1u);
}

TEST_F(Members, AGatewayAloneTakesTheSchemaOfKilledOnes) {
  const pid_t child = ::fork();
  if (child == 0) {
    StoreInstance instance(the_plugin(), place_.section_json());
    auto a = instance.member("a"), b = instance.member("b");
    ::_exit(a.one(Ingest{.epoch = 4}).status == OC_OK && b.one(Ingest{}).status == OC_OK ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_EQ(status, 0);
  auto writer = instance_.writer();
  ASSERT_TRUE(writer.is_open()) << writer.last.message;
  EXPECT_EQ(writer.inbox().size(), 2u);
  EXPECT_EQ(writer.stat("inbox"), 2);
  EXPECT_EQ(writer.stat("maxEpoch"), 4);
  EXPECT_EQ(number("SELECT count(*) FROM @gateways"), 1);
  EXPECT_EQ(number("SELECT count(*) FROM @lanes"), 0);
  EXPECT_EQ(number("SELECT count(*) FROM @inbox WHERE member = 0"), 2);
}

TEST_F(Members, AGatewayThatHadTheSchemaAloneAndDiedIsTakenOver) {
  auto writer = instance_.writer();
  const auto id = writer.one(Ingest{.session = "s", .epoch = 4}).id;
  // As if on another machine, which has not renewed its lease.
  server_.run("UPDATE " + place_.schema +
              ".gateways SET holder = 'far, pid 1 [boot/pid:[1]/5]', leased_until = now()");
  auto a = instance_.member("a");
  ASSERT_TRUE(a.is_open()) << a.last.message;
  writer.try_apply({testing::Finish{.session = "s", .epoch = 4, .ids = {id}}});
  EXPECT_EQ(writer.last.status, OC_E_UNKNOWN);
  EXPECT_THAT(writer.last.message, HasSubstr("another gateway has taken over"));
  writer.close();
  EXPECT_EQ(ids_of(a.collect().messages), Ids{id});
  EXPECT_EQ(a.max_epoch(), 4u);
}

TEST_F(Members, RefusalsNameWhoIsInTheWay) {
  const std::string pid = "pid " + std::to_string(::getpid());
  auto a = instance_.member("a");
  auto again = instance_.member("a");
  EXPECT_THAT(again.last.message, HasSubstr("called a too"));
  EXPECT_THAT(again.last.message, HasSubstr(pid));
  auto alone = instance_.writer();
  EXPECT_EQ(alone.last.status, OC_E_AGAIN);
  EXPECT_THAT(alone.last.message, HasSubstr("that share it"));
  EXPECT_THAT(alone.last.message, HasSubstr(pid));
  a.close();
  alone = instance_.writer();
  ASSERT_TRUE(alone.is_open());
  a = instance_.member("a");
  EXPECT_EQ(a.last.status, OC_E_AGAIN);
  EXPECT_THAT(a.last.message, HasSubstr("does not share it"));
}

}  // namespace
}  // namespace openclaw::postgres
