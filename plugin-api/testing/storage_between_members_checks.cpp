// Checks of what several gateways tell each other, share out, and do at once.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <map>
#include <mutex>
#include <random>
#include <thread>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

void a_lease_is_one_members(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto first = a.one(Lease{"x"});
  EXPECT_EQ(first.status, OC_OK);
  EXPECT_GE(first.id, 1u);
  EXPECT_EQ(b.one(Lease{"x"}).status, OC_E_CONFLICT);
  EXPECT_EQ(b.one(Lease{"y"}).status, OC_OK) << "another name";
  EXPECT_EQ(a.one(Lease{"x"}).id, first.id) << "it has it already";
  EXPECT_EQ(b.one(Lease{"x", OC_LEASE_RELEASE}).status, OC_OK) << "not b's to release";
  EXPECT_EQ(b.one(Lease{"x"}).status, OC_E_CONFLICT);
  EXPECT_EQ(a.one(Lease{"x", OC_LEASE_RELEASE}).status, OC_OK);
  const auto second = b.one(Lease{"x"});
  EXPECT_EQ(second.status, OC_OK);
  EXPECT_GT(second.id, first.id);
  EXPECT_EQ(a.one(Lease{"x"}).status, OC_E_CONFLICT);
  b.close();
  const auto third = a.one(Lease{"x"});
  EXPECT_EQ(third.status, OC_OK) << "b has left";
  EXPECT_GT(third.id, second.id);
  EXPECT_EQ(a.one(Lease{"x", 9}).status, OC_E_INVAL);
}

void replies_go_where_they_can_be_sent(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto own = a.one(Finish{.outbox = {{.idem_key = "k1", .channel = "irc/x"}}}).id;
  const auto left =
      a.one(Finish{.outbox = {{.idem_key = "k2", .channel = "irc/x", .flags = OC_OUTBOX_LEAVE}}})
          .id;
  EXPECT_TRUE(b.collect({.outlets = {"telegram/x"}}).replies.empty());
  EXPECT_TRUE(b.collect({.outlets = {}}).replies.empty());
  const auto got = b.collect({.outlets = {"telegram/x", "irc/x"}});
  ASSERT_EQ(got.replies.size(), 1u) << "what is a's is a's";
  EXPECT_EQ(got.replies[0].id, left);
  EXPECT_EQ(got.replies[0].state, OC_OUTBOX_STORED);
  EXPECT_EQ(got.replies[0].entry.idem_key, "k2");
  EXPECT_TRUE(a.collect({.outlets = {"irc/x"}}).replies.empty());
  EXPECT_EQ(b.one(Move{.id = left, .state = OC_OUTBOX_SENT}).status, OC_OK);
  a.one(Move{.id = own, .state = OC_OUTBOX_DEAD});
  const auto back = a.one(Resolve{.queue = OC_QUEUE_OUTBOX, .id = own});
  EXPECT_EQ(back.flags, OC_RESULT_ELSEWHERE) << "tried again by whoever can";
  const auto again = b.collect({.replies = 1, .outlets = {"irc/x"}});
  EXPECT_EQ(again.replies.at(0).id, back.id);
}

void a_reply_is_marked_by_its_member(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto own = a.one(Finish{.outbox = {{.idem_key = "k1"}}}).id;
  const auto left = a.one(Finish{.outbox = {{.idem_key = "k2", .flags = OC_OUTBOX_LEAVE}}}).id;
  for (const auto id : {own, left}) {
    for (std::uint32_t state = OC_OUTBOX_STORED; state <= OC_OUTBOX_LEFT; ++state) {
      EXPECT_EQ(b.one(Move{.id = id, .state = state}).status, OC_E_CONFLICT) << state;
    }
  }
  EXPECT_EQ(b.stat("outbox"), 2);
  EXPECT_EQ(a.one(Move{.id = own, .state = OC_OUTBOX_SENT}).status, OC_OK);
  EXPECT_EQ(b.collect().replies.at(0).id, left);
  EXPECT_EQ(b.one(Move{.id = left, .state = OC_OUTBOX_UNKNOWN, .reason = "cut"}).status, OC_OK);
  EXPECT_EQ(a.one(Move{.id = left, .state = OC_OUTBOX_SENT}).status, OC_OK) << "it is nobody's now";
}

void replies_of_a_session_are_sent_in_order(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto say = [](StoreClient& member, const char* key, const char* channel = "irc/x",
                      const char* session = "s") {
    return member
        .one(Finish{.session = session,
                    .outbox = {{.idem_key = key, .session = session, .channel = channel}}})
        .id;
  };
  const auto first = say(a, "k1"), own = say(a, "k2"), second = say(b, "k3");
  const auto elsewhere = say(b, "k4", "irc/y"), of_another = say(b, "k5", "irc/x", "t");
  EXPECT_EQ(a.one(Move{.id = own}).status, OC_OK) << "a keeps its own in order";
  EXPECT_EQ(b.one(Move{.id = second}).status, OC_E_CONFLICT);
  EXPECT_EQ(b.one(Move{.id = elsewhere}).status, OC_OK) << "another channel";
  EXPECT_EQ(b.one(Move{.id = of_another}).status, OC_OK) << "another session";
  EXPECT_EQ(a.one(Move{.id = first, .state = OC_OUTBOX_SENT}).status, OC_OK);
  EXPECT_EQ(b.one(Move{.id = second}).status, OC_E_CONFLICT) << "not the last before it";
  a.close();
  EXPECT_EQ(b.one(Move{.id = second}).status, OC_E_CONFLICT) << "now it is nobody's";
  ASSERT_EQ(b.collect({.outlets = {"irc/x"}}).replies.size(), 1u);
  EXPECT_EQ(b.one(Move{.id = second}).status, OC_OK) << "both are b's";
  auto c = store.member("c");
  const auto third = say(c, "k6");
  EXPECT_EQ(b.one(Move{.id = own, .state = OC_OUTBOX_UNKNOWN}).status, OC_OK);
  EXPECT_EQ(b.one(Move{.id = second, .state = OC_OUTBOX_DEAD}).status, OC_OK);
  EXPECT_EQ(c.one(Move{.id = third}).status, OC_OK) << "those wait for the operator";
}

void a_reply_is_not_begun_before_anothers(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto begin = [](StoreClient& member, const char* key, const char* channel = "irc/x",
                        std::uint32_t flags = OC_OUTBOX_START) {
    const OutboxEntry reply{.idem_key = key, .session = "s", .channel = channel, .flags = flags};
    return member.one(Finish{.session = "s", .outbox = {reply}});
  };
  const auto first = begin(a, "k1"), own = begin(a, "k2"), late = begin(b, "k3");
  EXPECT_EQ(first.flags, OC_RESULT_STARTED);
  EXPECT_EQ(own.flags, OC_RESULT_STARTED) << "a keeps its own in order";
  EXPECT_EQ(late.status, OC_OK);
  EXPECT_EQ(late.flags, 0u) << "a's come first";
  EXPECT_EQ(begin(b, "k4", "irc/y").flags, OC_RESULT_STARTED) << "another channel";
  const auto left = begin(b, "k5", "irc/z", OC_OUTBOX_START | OC_OUTBOX_LEAVE);
  EXPECT_EQ(left.flags, 0u) << "it is nobody's";
  std::map<std::uint64_t, std::uint32_t> states;
  for (const auto& row : store.reader().outbox()) states[row.id] = row.state;
  EXPECT_EQ(states[first.id], OC_OUTBOX_STARTED);
  EXPECT_EQ(states[late.id], OC_OUTBOX_STORED);
  EXPECT_EQ(states[left.id], OC_OUTBOX_STORED);
  a.apply(
      {Move{.id = first.id, .state = OC_OUTBOX_SENT}, Move{.id = own.id, .state = OC_OUTBOX_SENT}});
  EXPECT_EQ(b.one(Move{.id = late.id}).status, OC_OK);
  EXPECT_EQ(begin(b, "k6").flags, OC_RESULT_STARTED);
  b.close();
  const auto got = a.collect({.outlets = {"irc/x"}});
  ASSERT_EQ(got.replies.size(), 2u);
  EXPECT_EQ(got.replies[1].state, OC_OUTBOX_STARTED) << "whoever takes it over knows";
}

void expired_replies_of_nobody_are_ended(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  const auto leave = [&](const char* key, std::int64_t expires_ms) {
    return a
        .one(Finish{.outbox = {{.idem_key = key,
                                .channel = "removed",
                                .expires_ms = expires_ms,
                                .flags = OC_OUTBOX_LEAVE}}})
        .id;
  };
  constexpr std::int64_t kFar = 9'000'000'000'000;
  for (const char* key : {"k1", "k2", "k3"}) leave(key, 1 + key[1] % 3);
  leave("k4", 0);
  leave("k5", kFar);
  b.one(Finish{.outbox = {{.idem_key = "k6", .expires_ms = 1}}});
  auto c = store.member("c");
  const auto started =
      c.one(Finish{.outbox = {{.idem_key = "k7", .session = "s", .expires_ms = 1}}}).id;
  EXPECT_EQ(c.one(Move{.id = started}).status, OC_OK);
  c.close();
  EXPECT_EQ(a.one(SweepStep{0, 0}).id, 0u);
  EXPECT_EQ(a.one(SweepStep{0, 1}).id, 1u) << "a step is bounded";
  EXPECT_EQ(a.one(SweepStep{0, 1000}).id, 3u);
  EXPECT_EQ(a.one(SweepStep{0, 1000}).id, 0u);
  const auto held = store.reader().outbox(OC_LIST_DEAD);
  ASSERT_EQ(held.size(), 4u);
  for (const auto& row : held) {
    EXPECT_EQ(row.state, row.id == started ? OC_OUTBOX_UNKNOWN : OC_OUTBOX_DEAD);
    EXPECT_NE(row.reason.find("expired"), std::string::npos) << row.reason;
    EXPECT_GT(row.updated_ms, 1'600'000'000'000) << "by the store's clock";
  }
  EXPECT_EQ(a.stat("outbox"), 3);
  EXPECT_EQ(a.stat("deadOutbox"), 4);
  EXPECT_EQ(a.stat("unknownOutbox"), 1);
  EXPECT_EQ(a.collect({.outlets = {"removed"}}).replies.size(), 2u);
}

void the_stores_clock_is_told(StoreUnderTest& store) {
  const auto now = store.reader().stat("nowMs");
  EXPECT_GT(now, 1'600'000'000'000);
  std::this_thread::sleep_for(std::chrono::milliseconds(2));
  EXPECT_GT(store.reader().stat("nowMs"), now);
}

void notices_reach_the_others_once_in_order(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b"), c = store.member("c");
  const std::string binary("a\0b", 3);
  a.apply({Notice{{}, "t", "1"}, Notice{"b", "t", "2"}, Notice{{}, "u", binary}});
  a.one(Notice{{}, "t", "4"});
  EXPECT_EQ(a.one(Notice{"nobody", "t", "5"}).status, OC_OK);
  EXPECT_EQ(
      b.collect().notices,
      (std::vector<Notice>{{"a", "t", "1"}, {"a", "t", "2"}, {"a", "u", binary}, {"a", "t", "4"}}));
  EXPECT_EQ(c.collect().notices,
            (std::vector<Notice>{{"a", "t", "1"}, {"a", "u", binary}, {"a", "t", "4"}}));
  EXPECT_TRUE(a.collect().notices.empty());
  EXPECT_TRUE(b.collect().notices.empty()) << "once";
  auto late = store.member("d");
  EXPECT_TRUE(late.collect().notices.empty()) << "it was not there yet";
}

void a_full_mailbox_loses_the_oldest(StoreUnderTest& store) {
  auto a = store.member("a"), b = store.member("b");
  constexpr int kMost = 10'000, kTooMany = 7, kBatch = 1'001;
  for (int i = 0; i < kMost + kTooMany;) {
    std::vector<AnyWrite> writes;
    for (; i < kMost + kTooMany && writes.size() < kBatch; ++i) {
      writes.push_back(Notice{"b", "t", std::to_string(i)});
    }
    a.apply(writes);
  }
  auto got = collect_all(b).notices;
  ASSERT_EQ(got.size(), std::size_t{kMost});
  EXPECT_EQ(got.front().text, std::to_string(kTooMany));
  EXPECT_EQ(got.back().text, std::to_string(kMost + kTooMany - 1));
  const std::string large(std::size_t{3} << 20, 'x');
  for (int i = 0; i < 5; ++i) a.one(Notice{"b", std::to_string(i), large});
  a.one(Notice{"b", "longer than a mailbox", large + large + large});
  a.one(Notice{"b", "small", "x"});
  got = collect_all(b).notices;
  ASSERT_EQ(got.size(), 3u) << "in bytes too";
  EXPECT_EQ(got[0].topic, "3");
  EXPECT_EQ(got[1].topic, "4");
  EXPECT_EQ(got[2].topic, "small");
}

void who_waits_is_woken_or_not_kept_long(StoreUnderTest& store) {
  auto a = store.member("a");
  auto waiting = store.reader();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(waiting.wait("a", 200), OC_OK) << waiting.last.message;
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(5));
}

/// Three gateways at once: every message ends once, those of a session in order.
void all_at_once(StoreUnderTest& store) {
  constexpr int kMembers = 3, kSessions = 7, kMessages = 150;
  const auto seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mutex lock;
  std::map<std::string, Ids> ended;
  std::string wrong;
  std::atomic<int> left{kMembers * kMessages};
  const auto work = [&](StoreClient member, int number) {
    std::mt19937 engine(seed + static_cast<unsigned>(number));
    const auto random = [&engine] { return static_cast<std::uint32_t>(engine()); };
    int to_send = kMessages;
    std::uint64_t epoch = 1;
    std::map<std::string, Ids> mine;
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(60);
    while (left.load() > 0 && std::chrono::steady_clock::now() < until) {
      std::vector<AnyWrite> writes;
      std::vector<std::string> sessions;
      for (unsigned n = random() % 4; n > 0 && to_send > 0; --n, --to_send) {
        sessions.push_back("s" + std::to_string(random() % kSessions));
        writes.push_back(
            Ingest{.session = sessions.back(), .flags = random() % 5 == 0 ? OC_INGEST_LEAVE : 0U});
      }
      const auto results = member.apply(writes);
      for (std::size_t i = 0; i < results.size(); ++i) {
        if (results[i].flags == 0) mine[sessions[i]].push_back(results[i].id);
      }
      for (const auto& row : member.collect({.messages = 1 + random() % 5}).messages) {
        mine[row.session].push_back(row.id);
      }
      if (mine.empty()) continue;
      // The oldest of one lane, or two.
      auto lane = std::next(mine.begin(), static_cast<long>(random() % mine.size()));
      const auto take = std::min<std::size_t>(lane->second.size(), 1 + random() % 2);
      const Ids ids(lane->second.begin(), lane->second.begin() + static_cast<long>(take));
      const std::string session = lane->first;
      ++epoch;
      {
        // The order in which others see it is that of the commits.
        const std::scoped_lock held(lock);
        const auto done = member.apply(
            {Attempt{session, epoch, ids}, Finish{.session = session, .epoch = epoch, .ids = ids}});
        if (done[1].status != OC_OK) wrong = "not the member's: " + done[1].reason;
        auto& all = ended[session];
        all.insert(all.end(), ids.begin(), ids.end());
      }
      left.fetch_sub(static_cast<int>(take));
      lane->second.erase(lane->second.begin(), lane->second.begin() + static_cast<long>(take));
      if (lane->second.empty()) mine.erase(lane);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 0; i < kMembers; ++i) {
    threads.emplace_back(work, store.member(std::string(1, static_cast<char>('a' + i))), i);
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, "");
  std::size_t all = 0;
  for (const auto& [session, ids] : ended) {
    EXPECT_TRUE(std::is_sorted(ids.begin(), ids.end())) << session << " was out of order";
    EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end()) << session;
    all += ids.size();
  }
  EXPECT_EQ(all, std::size_t{kMembers * kMessages});
  auto reader = store.reader();
  EXPECT_TRUE(reader.inbox().empty());
  EXPECT_EQ(reader.stat("inbox"), 0);
}

}  // namespace

Checks between_members_checks() {
  return {{"ALeaseIsOneMembers", a_lease_is_one_members},
          {"RepliesGoWhereTheyCanBeSent", replies_go_where_they_can_be_sent},
          {"AReplyIsMarkedByItsMember", a_reply_is_marked_by_its_member},
          {"RepliesOfASessionAreSentInOrder", replies_of_a_session_are_sent_in_order},
          {"AReplyIsNotBegunBeforeAnothers", a_reply_is_not_begun_before_anothers},
          {"ExpiredRepliesOfNobodyAreEnded", expired_replies_of_nobody_are_ended},
          {"TheStoresClockIsTold", the_stores_clock_is_told},
          {"NoticesReachTheOthersOnceInOrder", notices_reach_the_others_once_in_order},
          {"AFullMailboxLosesTheOldest", a_full_mailbox_loses_the_oldest},
          {"WhoWaitsIsWokenOrNotKeptLong", who_waits_is_woken_or_not_kept_long},
          {"AllAtOnce", all_at_once}};
}

}  // namespace openclaw::testing
