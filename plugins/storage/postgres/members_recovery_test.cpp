// Several gateways on one schema, the connections of one of which break.
#include <gmock/gmock.h>

#include <optional>
#include <thread>

#include "openclaw/testing/patience.hpp"
#include "openclaw/testing/storage_proxy.hpp"
#include "test_members.hpp"

namespace openclaw::postgres {
namespace {

using testing::Attempt;
using testing::comes_true;
using testing::Finish;
using testing::Gathered;
using ::testing::HasSubstr;
using testing::Ids;
using testing::Ingest;
using testing::Move;
using testing::Notice;
using testing::StorageProxy;
using testing::StoreClient;
using testing::StoreInstance;

/// One gateway behind a proxy that cuts its collects or its batches, and another one.
class MemberBehindAProxy : public Members {
 protected:
  void start(const std::string& cut_at) {
    proxy_.emplace(server_.folder() / ".s.PGSQL.5432", cut_at);
    far_.emplace(the_plugin(), R"({"type":"postgres","url":"postgres://openclaw@/postgres?host=)" +
                                   proxy_->folder().string() + R"(","schema":")" + place_.schema +
                                   R"("})");
    a_ = far_->member("a");
    ASSERT_TRUE(a_.is_open()) << a_.last.message;
    b_ = instance_.member("b");
    ASSERT_TRUE(b_.is_open()) << b_.last.message;
  }
  /// Three messages, a reply and a notice that are a's to collect.
  void leave_some() {
    left_.clear();
    for (int i = 0; i < 3; ++i) {
      left_.push_back(b_.one(Ingest{.session = "s", .flags = OC_INGEST_LEAVE}).id);
    }
    Finish reply;
    reply.outbox = {{.idem_key = "k" + std::to_string(left_[0]), .flags = OC_OUTBOX_LEAVE}};
    reply_ = b_.one(reply).id;
    b_.one(Notice{"a", "t", "hello"});
  }
  /// All of it came with `got`, and nothing comes again.
  void expect_once(const Gathered& got) {
    EXPECT_TRUE(proxy_->did_cut());
    EXPECT_EQ(ids_of(got.messages), left_);
    ASSERT_EQ(got.replies.size(), 1u);
    EXPECT_EQ(got.replies[0].id, reply_);
    EXPECT_EQ(got.notices, (std::vector<Notice>{{"b", "t", "hello"}}));
    EXPECT_FALSE(got.more);
    EXPECT_EQ(wrong_lanes(), 0);
    for (StoreClient* member : {&a_, &b_}) {
      const auto again = member->collect();
      EXPECT_TRUE(again.messages.empty());
      EXPECT_TRUE(again.replies.empty());
      EXPECT_TRUE(again.notices.empty());
    }
    const auto done =
        a_.apply({Attempt{"s", 2, left_}, Finish{.session = "s", .epoch = 2, .ids = left_},
                  Move{.id = reply_, .state = OC_OUTBOX_SENT}});
    EXPECT_EQ(done[1].status, OC_OK) << done[1].reason;
    EXPECT_EQ(number("SELECT count(*) FROM @inbox"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM @lanes"), 0);
  }

  std::optional<StorageProxy> proxy_;
  std::optional<StoreInstance> far_;
  StoreClient a_, b_;
  Ids left_;
  std::uint64_t reply_ = 0;
};

TEST_F(MemberBehindAProxy, ACollectThatIsCutGivesAllOnce) {
  start(".collect(");
  for (const auto where :
       {StorageProxy::Cut::before, StorageProxy::Cut::within, StorageProxy::Cut::after}) {
    SCOPED_TRACE(static_cast<int>(where));
    leave_some();
    proxy_->cut_next(where);
    expect_once(a_.collect());
  }
}

TEST_F(MemberBehindAProxy, ACollectThatFailedGivesItsRowsToTheNext) {
  start(".collect(");
  for (const auto where : {StorageProxy::Cut::before, StorageProxy::Cut::after}) {
    SCOPED_TRACE(static_cast<int>(where));
    leave_some();
    proxy_->cut_next(where, 3);
    auto got = a_.try_collect();
    EXPECT_EQ(a_.last.status, OC_E_AGAIN) << a_.last.message;
    EXPECT_TRUE(got.messages.empty());
    // Another call may come in between.
    ASSERT_TRUE(comes_true([&] {
      a_.try_apply({Finish{}});
      return a_.last.status == OC_OK;
    })) << a_.last.message;
    got = a_.collect();
    expect_once(got);
  }
}

TEST_F(MemberBehindAProxy, WhatComesAfterACollectThatFailedComesBehindIt) {
  start(".collect(");
  for (const auto where : {StorageProxy::Cut::before, StorageProxy::Cut::after}) {
    SCOPED_TRACE(static_cast<int>(where));
    Ids ids{b_.one(Ingest{.session = "s", .flags = OC_INGEST_LEAVE}).id};
    proxy_->cut_next(where, 3);
    a_.try_collect();
    EXPECT_EQ(a_.last.status, OC_E_AGAIN) << a_.last.message;
    ASSERT_TRUE(comes_true([&] {
      a_.try_apply({Finish{}});
      return a_.last.status == OC_OK;
    })) << a_.last.message;
    const auto added = a_.apply({Ingest{.session = "s", .epoch = 3},
                                 Ingest{.session = "s", .epoch = 3, .flags = OC_INGEST_HERE},
                                 Ingest{.session = "new", .epoch = 3, .flags = OC_INGEST_HERE}});
    EXPECT_EQ(added[0].flags, OC_RESULT_ELSEWHERE);
    EXPECT_EQ(added[1].status, OC_E_CONFLICT);
    EXPECT_EQ(added[2].status, OC_E_CONFLICT);
    ids.push_back(added[0].id);
    EXPECT_EQ(ids_of(collect_all(a_)), ids);
    EXPECT_EQ(a_.one(Ingest{.session = "new", .epoch = 3}).flags, 0u) << "all is known again";
    EXPECT_EQ(wrong_lanes(), 0);
    ids.push_back(a_.one(Ingest{.session = "s", .epoch = 3}).id);
    a_.apply({Attempt{"s", 3, ids}, Finish{.session = "s", .epoch = 3, .ids = ids}});
  }
}

TEST_F(MemberBehindAProxy, ACollectThatArrivesLateTakesNothing) {
  start(".collect(");
  leave_some();
  proxy_->cut_next(StorageProxy::Cut::late);
  expect_once(a_.collect());
  const auto later = b_.one(Ingest{.session = "s", .flags = OC_INGEST_LEAVE}).id;
  proxy_->deliver();
  EXPECT_EQ(ids_of(b_.collect().messages), Ids{later});
}

TEST_F(MemberBehindAProxy, ABatchThatIsCutIsDoneOnce) {
  start(".apply(");
  std::int64_t rows = 0;
  for (const auto where :
       {StorageProxy::Cut::before, StorageProxy::Cut::within, StorageProxy::Cut::after}) {
    SCOPED_TRACE(static_cast<int>(where));
    proxy_->cut_next(where);
    const auto results = a_.apply({Ingest{.session = "s"}, Ingest{.session = "t"},
                                   Ingest{.session = "u", .flags = OC_INGEST_LEAVE}});
    EXPECT_TRUE(proxy_->did_cut());
    rows += 3;
    EXPECT_EQ(results[0].flags, 0u);
    EXPECT_EQ(results[2].flags, OC_RESULT_ELSEWHERE) << "also when the answer was found later";
    EXPECT_EQ(number("SELECT count(*) FROM @inbox"), rows);
    EXPECT_EQ(wrong_lanes(), 0);
  }
}

TEST_F(MemberBehindAProxy, ABatchThatArrivesAfterItsMemberWasEndedDoesNotLand) {
  start(".apply(");
  const auto id = a_.one(Ingest{.session = "s", .epoch = 3}).id;
  proxy_->cut_next(StorageProxy::Cut::late, 1'000'000);  // and no way back
  std::thread writing([&] { a_.try_apply({Finish{.session = "s", .epoch = 3, .ids = {id}}}); });
  EXPECT_TRUE(comes_true([&] { return proxy_->did_cut(); }));
  server_.run("UPDATE " + place_.schema +
              ".gateways SET leased_until = now() - interval '1 s' WHERE instance = 'a';"
              "UPDATE " +
              place_.schema +
              ".gateways SET steady_since = now() - interval '1 h' WHERE instance = 'b'");
  EXPECT_EQ(ids_of(b_.collect().messages), Ids{id});
  proxy_->deliver();
  EXPECT_EQ(number("SELECT count(*) FROM @inbox"), 1);
  proxy_->cut_next(StorageProxy::Cut::none);  // now it finds its way, and is told
  writing.join();
  EXPECT_EQ(a_.last.status, OC_E_UNKNOWN);
  EXPECT_THAT(a_.last.message, HasSubstr("lease"));
  EXPECT_EQ(b_.one(Attempt{"s", 1, {id}}).status, OC_OK);
}

TEST_F(Members, AReplyThatGotALostOnesNumberIsNotMarked) {
  auto a = instance_.member("a"), b = instance_.member("b");
  const auto first = a.one(Finish{.outbox = {{.idem_key = "k1"}}}).id;
  const auto lost = a.one(Finish{.outbox = {{.idem_key = "k2"}}}).id;
  // As a standby that lagged by that batch.
  server_.run("DELETE FROM " + place_.schema + ".outbox WHERE id = " + std::to_string(lost) +
              "; SELECT setval('" + place_.schema + ".outbox_id', " + std::to_string(first) +
              "); UPDATE " + place_.schema + ".gateways SET batch = 1 WHERE instance = 'a'");
  ASSERT_EQ(b.one(Finish{.outbox = {{.idem_key = "k3"}}}).id, lost);
  a.try_apply({Move{.id = lost, .state = OC_OUTBOX_SENT}});
  EXPECT_EQ(a.last.status, OC_E_UNKNOWN);
  EXPECT_THAT(a.last.message, HasSubstr("went back to an earlier state"));
  EXPECT_EQ(b.outbox().size(), 2u) << "it is still to be sent";
  EXPECT_EQ(b.one(Move{.id = lost, .state = OC_OUTBOX_SENT}).status, OC_OK);
}

TEST_F(Members, ADatabaseThatForgotABatchOrACollectIsSeenByTheNextCollect) {
  for (const char* column : {"batch", "collected"}) {
    SCOPED_TRACE(column);
    auto a = instance_.member("a"), b = instance_.member("b");
    b.one(Notice{"a", "t", "hello"});
    a.one(Finish{});
    EXPECT_EQ(a.collect().notices.size(), 1u);
    EXPECT_FALSE(a.collect().more) << "nothing came, twice";
    EXPECT_FALSE(a.collect().more);
    server_.run("UPDATE " + place_.schema + ".gateways SET " + column + " = 0");
    a.try_collect();
    EXPECT_EQ(a.last.status, OC_E_UNKNOWN);
    EXPECT_THAT(a.last.message, HasSubstr("went back to an earlier state"));
  }
}

}  // namespace
}  // namespace openclaw::postgres
