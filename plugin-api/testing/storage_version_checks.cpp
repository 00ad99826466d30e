// Checks of stores that an earlier version of the engine has left.
#include <gtest/gtest.h>

#include <algorithm>

#include "storage_checks.hpp"

namespace openclaw::testing {
namespace {

/// What may be in a text.
std::string odd_text() {
  return {"a\0b\n\xF0\x9F\x98\x80", 8};
}
constexpr const char* kMainSession = "agent:main:main";
constexpr const char* kClaimedSession = "agent:main:claimed";
constexpr const char* kDeadSession = "agent:main:dead";
constexpr const char* kTokens = R"({"tokens":1})";
constexpr const char* kWaitingPayload = R"({"text":"waits"})";
constexpr std::int64_t kExpiresMs = 9'000'000'000'000;
constexpr std::uint64_t kGreatestEpoch = 9;

const InboxRow* by_event(const std::vector<InboxRow>& rows, std::string_view event_id) {
  const auto found = std::find_if(rows.begin(), rows.end(),
                                  [&](const InboxRow& row) { return row.event_id == event_id; });
  return found == rows.end() ? nullptr : &*found;
}
const OutboxRow* by_key(const std::vector<OutboxRow>& rows, std::string_view idem_key) {
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const OutboxRow& row) {
    return row.entry.idem_key == idem_key;
  });
  return found == rows.end() ? nullptr : &*found;
}

void expect_messages(StoreClient& store) {
  const auto rows = store.inbox();
  ASSERT_EQ(rows.size(), 2u);
  const auto *waits = by_event(rows, "waits"), *claimed = by_event(rows, "claimed");
  ASSERT_TRUE(waits != nullptr && claimed != nullptr);
  EXPECT_EQ(waits->attempts, 0u);
  EXPECT_EQ(waits->session, kMainSession);
  EXPECT_EQ(waits->agent, "main");
  EXPECT_EQ(waits->channel, "test");
  EXPECT_EQ(waits->account, "default");
  EXPECT_EQ(waits->payload, kWaitingPayload);
  EXPECT_EQ(waits->received_ms, 1400);
  EXPECT_EQ(claimed->attempts, 1u);
  EXPECT_EQ(claimed->session, kClaimedSession);
  const auto dead = store.inbox(OC_LIST_DEAD);
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(dead[0].event_id, "dead");
  EXPECT_EQ(dead[0].session, kDeadSession);
  EXPECT_EQ(dead[0].reason, "poison");
  EXPECT_EQ(dead[0].dead_ms, 1500);
  EXPECT_EQ(dead[0].attempts, 1u);
}

void expect_replies(StoreClient& store) {
  const auto rows = store.outbox(), held = store.outbox(OC_LIST_DEAD);
  ASSERT_EQ(rows.size(), 2u);
  ASSERT_EQ(held.size(), 2u);
  const auto *stored = by_key(rows, "stored"), *started = by_key(rows, "started");
  ASSERT_TRUE(stored != nullptr && started != nullptr);
  EXPECT_LT(stored->id, started->id);
  EXPECT_EQ(stored->state, OC_OUTBOX_STORED);
  EXPECT_EQ(stored->entry.session, kMainSession);
  EXPECT_EQ(stored->entry.channel, "test");
  EXPECT_EQ(stored->entry.account, "default");
  EXPECT_EQ(stored->entry.payload, R"({"text":"answer"})");
  EXPECT_EQ(stored->entry.created_ms, 2000);
  EXPECT_EQ(stored->entry.expires_ms, kExpiresMs);
  EXPECT_EQ(started->state, OC_OUTBOX_STARTED);
  EXPECT_EQ(started->updated_ms, 3000);
  EXPECT_EQ(started->entry.expires_ms, 0);
  const auto *unknown = by_key(held, "unknown"), *refused = by_key(held, "refused");
  ASSERT_TRUE(unknown != nullptr && refused != nullptr);
  EXPECT_EQ(unknown->state, OC_OUTBOX_UNKNOWN);
  EXPECT_EQ(unknown->reason, "cut off");
  EXPECT_EQ(refused->state, OC_OUTBOX_DEAD);
  EXPECT_EQ(refused->reason, "no such chat");
}

void expect_sessions_and_values(StoreClient& store) {
  const auto history = store.history(kMainSession);
  ASSERT_EQ(history.size(), 2u) << "what a reset archived is not in it";
  EXPECT_EQ(history[0].role, OC_ROLE_USER);
  EXPECT_EQ(history[0].text, odd_text());
  EXPECT_EQ(history[0].ts_ms, 1300);
  EXPECT_EQ(history[1].role, OC_ROLE_ASSISTANT);
  EXPECT_EQ(history[1].text, "hello");
  EXPECT_EQ(history[1].meta, kTokens);
  EXPECT_LT(history[0].id, history[1].id);
  const auto sessions = store.sessions();
  ASSERT_EQ(sessions.size(), 2u);
  EXPECT_EQ(sessions[0].session, "agent:main:archived");
  EXPECT_EQ(sessions[0].entries, 0u);
  EXPECT_EQ(sessions[0].updated_ms, 1200);
  EXPECT_EQ(sessions[1].session, kMainSession);
  EXPECT_EQ(sessions[1].entries, 2u);
  EXPECT_EQ(sessions[1].bytes, odd_text().size() + 5);
  EXPECT_EQ(sessions[1].updated_ms, 1300);
  const auto values = store.kv("ns");
  ASSERT_EQ(values.size(), 2u);
  EXPECT_EQ(values[0].key, odd_text());
  EXPECT_EQ(values[0].value, odd_text());
  EXPECT_GE(values[0].version, 1u);
  EXPECT_EQ(values[1].key, "k");
  EXPECT_EQ(values[1].value, "2");
  EXPECT_EQ(values[1].version, 2u);
}

void expect_known_content(StoreClient& store) {
  expect_messages(store);
  expect_replies(store);
  expect_sessions_and_values(store);
  EXPECT_EQ(store.max_epoch(), kGreatestEpoch);
  EXPECT_EQ(store.stat("inbox"), 2);
  EXPECT_EQ(store.stat("deadInbox"), 1);
  EXPECT_EQ(store.stat("outbox"), 2);
  EXPECT_EQ(store.stat("deadOutbox"), 2);
  EXPECT_EQ(store.stat("unknownOutbox"), 1);
  EXPECT_EQ(store.stat("sessions"), 2);
  EXPECT_EQ(store.stat("maxEpoch"), static_cast<std::int64_t>(kGreatestEpoch));
  EXPECT_EQ(store.stat("usedBytes"), static_cast<std::int64_t>(odd_text().size()) + 5 + 3 + 4);
}

/// Events that are known are so, and new numbers are greater than all that were given.
void expect_numbers_go_on(StoreClient& store) {
  const auto rows = store.inbox();
  const auto *waits = by_event(rows, "waits"), *claimed = by_event(rows, "claimed");
  ASSERT_TRUE(waits != nullptr && claimed != nullptr);
  for (const char* event : {"left", "waits", "claimed", "dead"}) {
    EXPECT_EQ(store.one(Ingest{.event_id = event}).flags, OC_RESULT_DUPLICATE) << event;
  }
  const auto added = store.one(Ingest{.session = "agent:main:new", .event_id = "new"});
  EXPECT_EQ(added.status, OC_OK);
  EXPECT_GT(added.id, std::max(waits->id, claimed->id));
  for (const char* key : {"stored", "unknown"}) {
    EXPECT_EQ(store.one(Finish{.outbox = {{.idem_key = key}}}).status, OC_E_CONFLICT) << key;
  }
}

void expect_messages_and_replies_go_on(StoreClient& store) {
  const auto messages = store.inbox();
  const auto* claimed = by_event(messages, "claimed");
  const auto rows = store.outbox(), held = store.outbox(OC_LIST_DEAD);
  const auto *stored = by_key(rows, "stored"), *started = by_key(rows, "started");
  const auto *unknown = by_key(held, "unknown"), *refused = by_key(held, "refused");
  ASSERT_TRUE(claimed != nullptr && stored != nullptr && started != nullptr && unknown != nullptr &&
              refused != nullptr);
  const auto id = claimed->id;
  EXPECT_EQ(store.one(Attempt{kClaimedSession, kGreatestEpoch + 1, {id}}).status, OC_OK);
  const auto ended = store.one(Finish{.session = kClaimedSession,
                                      .epoch = kGreatestEpoch + 1,
                                      .ids = {id},
                                      .outbox = {{.idem_key = "new", .session = kClaimedSession}}});
  EXPECT_EQ(ended.status, OC_OK) << ended.reason;
  EXPECT_GT(ended.id, std::max(started->id, refused->id));
  EXPECT_EQ(store.one(Move{stored->id}).status, OC_OK);
  for (const auto sent : {stored->id, started->id, ended.id}) {
    EXPECT_EQ(store.one(Move{sent, OC_OUTBOX_SENT}).status, OC_OK);
  }
  EXPECT_EQ(store.one(Resolve{OC_QUEUE_OUTBOX, unknown->id, OC_RESOLVE_DROP}).status, OC_OK);
  EXPECT_EQ(store.one(Resolve{OC_QUEUE_OUTBOX, refused->id}).status, OC_OK);
  const auto dead = store.inbox(OC_LIST_DEAD);
  ASSERT_EQ(dead.size(), 1u);
  EXPECT_EQ(store.one(Resolve{OC_QUEUE_INBOX, dead[0].id}).status, OC_OK);
  EXPECT_EQ(store.one(Ingest{.event_id = "dead"}).flags, OC_RESULT_DUPLICATE);
}

void expect_sessions_and_values_go_on(StoreClient& store) {
  store.one(Finish{.session = kMainSession, .transcript = {{OC_ROLE_USER, "on"}}, .ts_ms = 5000});
  store.one(Finish{.session = "agent:main:archived", .transcript = {{OC_ROLE_USER, "again"}}});
  EXPECT_GT(store.one(Put{"ns", "k", "3", 2}).id, 2u);
  EXPECT_EQ(store.one(Put{.ns = "ns", .key = odd_text(), .flags = OC_KV_DELETE}).status, OC_OK);
}

/// After all that, and a restart.
void expect_what_was_written(StoreUnderTest& store) {
  auto reader = store.reader();
  const auto rows = reader.inbox();
  EXPECT_EQ(rows.size(), 3u);
  for (const char* event : {"waits", "new", "dead"}) {
    EXPECT_NE(by_event(rows, event), nullptr) << event;
  }
  const auto replies = reader.outbox();
  EXPECT_EQ(replies.size(), 1u);
  EXPECT_NE(by_key(replies, "refused"), nullptr) << "tried again";
  EXPECT_TRUE(reader.inbox(OC_LIST_DEAD).empty());
  EXPECT_TRUE(reader.outbox(OC_LIST_DEAD).empty());
  const auto history = reader.history(kMainSession);
  ASSERT_EQ(history.size(), 3u);
  EXPECT_EQ(history[0].text, odd_text());
  EXPECT_EQ(history[2].text, "on");
  EXPECT_GT(history[2].id, history[1].id);
  const auto archived = reader.history("agent:main:archived");
  ASSERT_EQ(archived.size(), 1u);
  EXPECT_EQ(archived[0].text, "again");
  EXPECT_EQ(reader.kv("ns").size(), 1u);
  EXPECT_EQ(reader.max_epoch(), kGreatestEpoch + 1);
  EXPECT_EQ(store.writer.stat("inbox"), 3);
  EXPECT_EQ(store.writer.stat("outbox"), 1);
  EXPECT_EQ(store.writer.stat("usedBytes"), static_cast<std::int64_t>(odd_text().size()) + 19);
  // What is old goes, archived entries too.
  EXPECT_EQ(store.writer.one(SweepStep{2000}).id, 2u) << "events of messages that have ended";
  EXPECT_EQ(store.writer.one(Ingest{.event_id = "left"}).flags, 0u);
  const auto trimmed = store.writer.one(TrimStep{"agent:main:archived"});
  EXPECT_EQ(trimmed.id, 2u);
  EXPECT_EQ(trimmed.flags, OC_RESULT_GONE);
}

void expect_to_go_on(StoreUnderTest& store) {
  expect_known_content(store.writer);
  expect_numbers_go_on(store.writer);
  expect_messages_and_replies_go_on(store.writer);
  expect_sessions_and_values_go_on(store.writer);
  store.reopen();
  expect_what_was_written(store);
}

/// That of today's version is what the check itself is measured by.
void a_store_of_an_earlier_version_goes_on(StoreUnderTest& store) {
  write_known_content(store.writer);
  store.reopen();
  expect_to_go_on(store);
  for (const auto& version : store.earlier_versions()) {
    SCOPED_TRACE("a store of version " + version);
    const auto old = store.of_version(version);
    old->reopen();
    expect_to_go_on(*old);
  }
}

void a_store_of_an_earlier_version_can_be_read_as_a_whole(StoreUnderTest& store) {
  write_known_content(store.writer);
  const auto wanted = store.snapshot_alone().dump();
  for (const auto& version : store.earlier_versions()) {
    SCOPED_TRACE("a store of version " + version);
    const auto old = store.of_version(version);
    old->reopen();
    const auto got = old->snapshot_alone().dump();
    ASSERT_EQ(got.size(), wanted.size());
    // Its numbers may be other ones.
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_EQ(got[i].kind, wanted[i].kind);
      EXPECT_EQ(got[i].key, wanted[i].key);
      EXPECT_EQ(got[i].text, wanted[i].text);
      EXPECT_EQ(got[i].extra, wanted[i].extra);
      EXPECT_EQ(got[i].at_ms, wanted[i].at_ms);
    }
  }
}

void a_member_goes_on_with_a_store_of_an_earlier_version(StoreUnderTest& store) {
  for (const auto& version : store.earlier_versions()) {
    SCOPED_TRACE("a store of version " + version);
    const auto old = store.of_version(version);
    auto member = old->member("a");
    expect_known_content(member);
    const auto got = member.collect();
    EXPECT_FALSE(got.more);
    ASSERT_EQ(got.messages.size(), 2u);
    const auto* claimed = by_event(got.messages, "claimed");
    ASSERT_NE(claimed, nullptr);
    EXPECT_EQ(claimed->attempts, 1u);
    EXPECT_EQ(claimed->epoch, 0u);
    EXPECT_NE(by_event(got.messages, "waits"), nullptr);
    EXPECT_EQ(got.replies.size(), 2u);
    expect_numbers_go_on(member);
    expect_messages_and_replies_go_on(member);
    expect_sessions_and_values_go_on(member);
    member.close();
    old->reopen();
    expect_what_was_written(*old);
  }
}

}  // namespace

void write_known_content(StoreClient& w) {
  w.one(Finish{
      .session = "agent:main:archived", .transcript = {{OC_ROLE_SYSTEM, "gone"}}, .ts_ms = 1100});
  w.one(SessionChange{.session = "agent:main:archived", .ts_ms = 1200});
  w.one(Finish{
      .session = kMainSession, .transcript = {{OC_ROLE_USER, "old", "{}", 1100}}, .ts_ms = 1100});
  w.one(SessionChange{.session = kMainSession, .ts_ms = 1200});
  const auto left = w.one(Ingest{.event_id = "left"}).id;
  w.one(Attempt{kMainSession, 3, {left}});
  const auto first = w.one(Finish{.session = kMainSession,
                                  .epoch = 3,
                                  .ids = {left},
                                  .transcript = {{OC_ROLE_USER, odd_text(), {}, 1300},
                                                 {OC_ROLE_ASSISTANT, "hello", kTokens, 1300}},
                                  .outbox = {{.idem_key = "sent"},
                                             {.idem_key = "stored", .expires_ms = kExpiresMs},
                                             {.idem_key = "started"},
                                             {.idem_key = "unknown"},
                                             {.idem_key = "refused"}},
                                  .ts_ms = 1300})
                         .id;
  w.one(Move{first, OC_OUTBOX_SENT});
  w.one(Move{first + 2});
  w.one(Move{first + 3, OC_OUTBOX_UNKNOWN, "cut off"});
  w.one(Move{first + 4, OC_OUTBOX_DEAD, "no such chat"});
  w.one(Put{"ns", "k", "1"});
  w.one(Put{"ns", "k", "2"});
  w.one(Put{"ns", odd_text(), odd_text()});
  w.one(Ingest{.event_id = "waits", .payload = kWaitingPayload, .received_ms = 1400});
  const auto claimed = w.one(Ingest{.session = kClaimedSession, .event_id = "claimed"}).id;
  w.one(Attempt{kClaimedSession, 7, {claimed}});
  const auto dead = w.one(Ingest{.session = kDeadSession, .event_id = "dead"}).id;
  w.one(Attempt{kDeadSession, kGreatestEpoch, {dead}});
  w.one(Finish{.session = kDeadSession,
               .epoch = kGreatestEpoch,
               .ids = {dead},
               .disposition = OC_DONE_DEAD,
               .reason = "poison",
               .ts_ms = 1500});
}

Checks version_checks() {
  return {{"AStoreOfAnEarlierVersionGoesOn", a_store_of_an_earlier_version_goes_on},
          {"AStoreOfAnEarlierVersionCanBeReadAsAWhole",
           a_store_of_an_earlier_version_can_be_read_as_a_whole}};
}

Checks shared_version_checks() {
  return {{"AMemberGoesOnWithAStoreOfAnEarlierVersion",
           a_member_goes_on_with_a_store_of_an_earlier_version}};
}

}  // namespace openclaw::testing
