// Several gateways on one store: connections that break, servers that lose what they had.
#include <gmock/gmock.h>

#include <csignal>
#include <random>
#include <set>
#include <thread>

#include "openclaw/testing/patience.hpp"
#include "openclaw/testing/storage_proxy.hpp"
#include "test_server.hpp"

namespace openclaw::redis {
namespace {

using testing::Attempt;
using testing::comes_true;
using testing::Finish;
using testing::Gathered;
using ::testing::HasSubstr;
using testing::Ids;
using testing::ids_of;
using testing::Ingest;
using testing::Notice;
using testing::StorageProxy;
using testing::StoreClient;
using testing::StoreInstance;
using Cut = StorageProxy::Cut;

/// Until the server is asked again: at most one attempt to connect every so often.
void wait_until_back(StoreClient& member) {
  EXPECT_TRUE(comes_true([&] {
    member.renew();
    return member.last.status == OC_OK || member.last.status == OC_E_UNKNOWN;
  }));
  EXPECT_EQ(member.last.status, OC_OK) << member.last.message;
}

// ---- connections that break ----

/// A member behind a proxy that cuts its calls of one script, and another that is not.
class Cutting : public ::testing::TestWithParam<const Script*> {
 protected:
  Cutting() {
    for (const Script* script :
         {&collect_script(), &collected_script(), &apply_as_member_script()}) {
      server_.run(Args{"SCRIPT", "LOAD", script->text});
    }
  }
  TestServer server_;
  TestPlace place_{server_};
  StorageProxy proxy_{server_.socket(), GetParam()->sha1};
  StoreInstance direct_{*oc_plugin_entry_1(0)->api, place_.section_json()};
  StoreInstance cut_{*oc_plugin_entry_1(0)->api,
                     section("redis+unix://" + proxy_.socket().string(), place_.prefix)};
  /// Until the server is asked again: at most one attempt to connect every so often.
  Gathered collect_at_last() {
    Gathered got;
    EXPECT_TRUE(comes_true([&] {
      got = member_.try_collect();
      return member_.last.status == OC_OK || member_.last.status == OC_E_UNKNOWN;
    })) << member_.last.message;
    return got;
  }

  StoreClient other_ = direct_.member("other");
  StoreClient member_ = cut_.member("cut");
};

TEST_P(Cutting, NothingThatWasCollectedIsLostOrComesTwice) {
  const auto seed = std::random_device()();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  constexpr Cut kCuts[] = {Cut::before, Cut::within, Cut::after};
  Ids sent, got;
  std::vector<Notice> notices, told;
  std::set<std::uint64_t> replies;
  for (int i = 0; i < 20; ++i) {
    const std::string number = std::to_string(i);
    sent.push_back(
        other_.one(Ingest{.session = "s" + std::to_string(i % 3), .flags = OC_INGEST_LEAVE}).id);
    other_.one(Finish{.outbox = {{.idem_key = number, .flags = OC_OUTBOX_LEAVE}}});
    told.push_back({"other", "t", number});
    other_.one(Notice{{}, "t", number});
    proxy_.cut_next(kCuts[random() % 3], static_cast<int>(random() % 2));
    const auto all = collect_at_last();
    ASSERT_EQ(member_.last.status, OC_OK) << member_.last.message;
    EXPECT_TRUE(proxy_.did_cut());
    proxy_.cut_next(Cut::none);
    for (const auto id : ids_of(all)) got.push_back(id);
    for (const auto& reply : all.replies) EXPECT_TRUE(replies.insert(reply.id).second);
    notices.insert(notices.end(), all.notices.begin(), all.notices.end());
  }
  EXPECT_EQ(got, sent);
  EXPECT_EQ(replies.size(), 20u);
  EXPECT_EQ(notices, told) << "in order";
  EXPECT_TRUE(member_.collect().notices.empty());
  for (const auto& row : other_.inbox()) {
    EXPECT_EQ(member_.one(Attempt{row.session, 7, {row.id}}).status, OC_OK);
  }
}

TEST_P(Cutting, WhatIsFoundOutLaterIsNotLost) {
  const auto id = other_.one(Ingest{.session = "s", .flags = OC_INGEST_LEAVE}).id;
  proxy_.cut_next(Cut::after, 1'000'000);
  Ids got;
  std::thread collecting([&] { got = ids_of(collect_at_last()); });
  EXPECT_TRUE(comes_true([&] { return proxy_.did_cut(); }));
  const auto rows = other_.members();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].messages, 1u) << "it is its own by now";
  proxy_.cut_next(Cut::none);
  collecting.join();
  EXPECT_EQ(member_.last.status, OC_OK) << member_.last.message;
  EXPECT_EQ(got, Ids{id});
  EXPECT_EQ(member_.one(Attempt{"s", 2, {id}}).status, OC_OK);
}

INSTANTIATE_TEST_SUITE_P(Of, Cutting, ::testing::Values(&collect_script(), &collected_script()),
                         [](const auto& script) {
                           return script.param == &collect_script() ? "Collecting" : "Reading";
                         });

TEST(Collecting, ACallThatArrivesLateTakesNothing) {
  TestServer server;
  TestPlace place(server);
  server.run(Args{"SCRIPT", "LOAD", collect_script().text});
  StorageProxy proxy(server.socket(), collect_script().sha1);
  StoreInstance cut(*oc_plugin_entry_1(0)->api,
                    section("redis+unix://" + proxy.socket().string(), place.prefix));
  auto member = cut.member("a");
  const auto first = member.one(Ingest{.flags = OC_INGEST_LEAVE}).id;
  proxy.cut_next(Cut::late);
  EXPECT_EQ(ids_of(member.collect()), Ids{first});
  const auto second = member.one(Ingest{.session = "t", .flags = OC_INGEST_LEAVE}).id;
  proxy.deliver();
  EXPECT_EQ(ids_of(member.collect()), Ids{second}) << "its token is none any more";
}

TEST(Collecting, WhatComesBeforeItIsReadStandsBehindIt) {
  TestServer server;
  TestPlace place(server);
  server.run(Args{"SCRIPT", "LOAD", collected_script().text});
  StorageProxy proxy(server.socket(), collected_script().sha1);
  StoreInstance cut(*oc_plugin_entry_1(0)->api,
                    section("redis+unix://" + proxy.socket().string(), place.prefix));
  auto member = cut.member("a");
  const auto first = member.one(Ingest{.session = "s", .flags = OC_INGEST_LEAVE}).id;
  proxy.cut_next(Cut::after, 1'000'000);
  member.try_collect();
  ASSERT_TRUE(OC_APPLY_NOT_DONE(member.last.status)) << member.last.message;
  proxy.cut_next(Cut::none);
  wait_until_back(member);
  const auto second = member.one(Ingest{.session = "s", .epoch = 3});
  EXPECT_EQ(second.flags, OC_RESULT_ELSEWHERE) << "the first is its own by now, and not known";
  EXPECT_EQ(member.one(Ingest{.session = "s", .flags = OC_INGEST_HERE}).status, OC_E_CONFLICT);
  EXPECT_EQ(ids_of(member.collect()), Ids{first});
  EXPECT_EQ(ids_of(member.collect()), Ids{second.id});
  EXPECT_EQ(member.one(Ingest{.session = "s"}).flags, 0u);
}

TEST(Listener, GoesOnAfterTheServerWasAway) {
  TestServer server;
  StoreInstance instance(*oc_plugin_entry_1(0)->api, section(server.url(), "waiting"));
  auto a = instance.member("a");
  auto waiting = instance.reader();
  EXPECT_EQ(waiting.wait("b", 600'000), OC_OK);
  server.stop(SIGTERM);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(waiting.wait("b", 600'000), OC_OK) << "in short steps";
  server.start();
  // Once it listens again it looks at once, and then it is told.
  ASSERT_TRUE(comes_true([&] {
    if (server.run(Args{"PUBSUB", "CHANNELS"}).size() > 0) return true;
    EXPECT_EQ(waiting.wait("b", 600'000), OC_OK);
    return false;
  }));
  wait_until_back(a);
  a.one(Ingest{.flags = OC_INGEST_LEAVE});
  EXPECT_EQ(waiting.wait("b", 600'000), OC_OK);
}

// ---- servers that lose what they had ----

class LosingMembers : public ::testing::Test {
 protected:
  LosingMembers() {
    a_.one(Ingest{});
    b_.one(Ingest{.session = "b"});
  }
  static void expect_ended(StoreClient& member, const std::string& words) {
    member.try_collect();
    EXPECT_EQ(member.last.status, OC_E_UNKNOWN);
    EXPECT_THAT(member.last.message, HasSubstr(words));
    member.try_apply({Ingest{}});
    EXPECT_EQ(member.last.status, OC_E_UNKNOWN) << "for good";
    member.renew();
    EXPECT_EQ(member.last.status, OC_E_UNKNOWN);
  }

  TestServer server_;
  StoreInstance instance_{*oc_plugin_entry_1(0)->api, section(server_.url(), "lost")};
  StoreClient a_ = instance_.member("a"), b_ = instance_.member("b");
};

TEST_F(LosingMembers, AWipedServerIsNoticedByEach) {
  server_.run(Args{"FLUSHALL"});
  a_.renew();
  EXPECT_EQ(a_.last.status, OC_E_UNKNOWN);
  expect_ended(a_, "the server was wiped");
  b_.try_apply({Ingest{}});
  EXPECT_EQ(b_.last.status, OC_E_UNKNOWN);
  EXPECT_THAT(b_.last.message, HasSubstr("the server was wiped"));
  EXPECT_EQ(server_.number(Args{"DBSIZE"}), 0);
}

TEST_F(LosingMembers, AWipedServerIsNoticedWhenAnotherBeganAnew) {
  server_.run(Args{"FLUSHALL"});
  auto c = instance_.member("c");
  ASSERT_TRUE(c.is_open()) << c.last.message;
  expect_ended(a_, "the server was wiped");
  EXPECT_EQ(c.one(Ingest{}).status, OC_OK);
}

TEST_F(LosingMembers, AServerThatGoesBackInTimeEndsWhomItForgot) {
  // As a failover to a replica that lagged by one of a's batches.
  const std::string before = server_.text(Args{"HGET", "{lost}:member:1", "batch"});
  a_.one(Ingest{});
  b_.one(Ingest{.session = "b"});
  server_.run(Args{"HSET", "{lost}:member:1", "batch", before});
  expect_ended(a_, "lost a part of what it had acknowledged");
  EXPECT_EQ(b_.one(Ingest{.session = "b"}).status, OC_OK) << "of b's it has all";
}

TEST_F(LosingMembers, AServerThatGoesBackBeforeOneJoinedEndsIt) {
  server_.run(Args{"UNLINK", "{lost}:member:2"});
  server_.run(Args{"HSET", "{lost}:store", "next_member", "1"});
  expect_ended(b_, "lost a part of what it had acknowledged");
}

TEST_F(LosingMembers, ACollectThatWasLostIsSeen) {
  a_.one(Ingest{.session = "t", .flags = OC_INGEST_LEAVE});
  const std::string before = server_.text(Args{"HGET", "{lost}:member:2", "batch"});
  EXPECT_EQ(b_.collect().messages.size(), 1u);
  server_.run(Args{"HSET", "{lost}:member:2", "batch", before});
  expect_ended(b_, "lost a part of what it had acknowledged");
}

}  // namespace
}  // namespace openclaw::redis
