// Drives a storage plugin over its C slots with owned strings, for tests of storage plugins.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "openclaw/entry.h"
#include "openclaw/storage.h"
#include "openclaw/testing/fake_host.hpp"

namespace openclaw::testing {

using Ids = std::vector<std::uint64_t>;

struct Ingest {
  std::string session = "agent:main:main", event_id{}, payload = R"({"text":"hi"})";
  std::int64_t received_ms = 1000;
  std::string agent = "main", channel = "test", account = "default";
  std::uint64_t epoch = 0;
  std::uint32_t flags = 0;
};
struct Attempt {
  std::string session = "agent:main:main";
  std::uint64_t epoch = 1;
  Ids ids{};
};
struct Entry {
  std::uint32_t role = OC_ROLE_USER;
  std::string text{}, meta{};
  std::int64_t ts_ms = 1000;
  std::uint64_t id = 0;
};
struct OutboxEntry {
  std::string idem_key{}, payload = R"({"text":"answer"})", session = "agent:main:main";
  std::string channel = "test", account = "default";
  std::int64_t created_ms = 2000, expires_ms = 0;
  std::uint32_t flags = 0;
};
struct Finish {
  std::string session = "agent:main:main";
  std::uint64_t epoch = 1;
  Ids ids{};
  std::vector<Entry> transcript{};
  std::vector<OutboxEntry> outbox{};
  std::uint32_t disposition = OC_DONE_ANSWERED;
  std::string reason{};
  std::int64_t ts_ms = 2000;
};
struct Move {
  std::uint64_t id = 0;
  std::uint32_t state = OC_OUTBOX_STARTED;
  std::string reason{};
  std::int64_t ts_ms = 3000;
  std::string message_id{};
};
struct Put {
  std::string ns = "plugin", key{}, value{};
  std::uint64_t expect = OC_KV_ANY;
  std::uint32_t flags = 0;
};
struct SessionChange {
  std::string session = "agent:main:main";
  std::uint32_t action = OC_SESSION_RESET;
  std::int64_t ts_ms = 4000;
};
struct SweepStep {
  std::int64_t before_ms = 0;
  std::uint32_t limit = 1000;
};
struct Resolve {
  std::uint32_t queue = OC_QUEUE_INBOX;
  std::uint64_t id = 0;
  std::uint32_t action = OC_RESOLVE_RETRY;
  std::int64_t ts_ms = 5000, expires_ms = 9000;
};
struct TrimStep {
  std::string session = "agent:main:main";
  std::int64_t idle_before_ms = 1'000'000;
  std::uint32_t limit = 1000;
};
/// One of those that were collected, or one that is written: then `member` is who is to get it.
struct Notice {
  std::string member{}, topic{}, text{};
  bool operator==(const Notice&) const = default;
};
struct Lease {
  std::string name{};
  std::uint32_t action = OC_LEASE_TAKE;
};
/// A record of dump(), or one that is to be put there. Fields as in oc_record.
struct Record {
  std::uint32_t kind = OC_RECORD_VALUE, number = 0;
  std::uint64_t id = 0, epoch = 0, first = 0, next = 0;
  std::int64_t at_ms = 0, updated_ms = 0, expires_ms = 0;
  std::string session{}, agent{}, channel{}, account{}, ns{}, key{}, text{}, extra{};
  bool operator==(const Record&) const = default;
};
using AnyWrite = std::variant<Ingest, Attempt, Finish, Move, Put, SessionChange, SweepStep, Resolve,
                              TrimStep, Record, Notice, Lease, oc_write>;

struct WriteResult {
  oc_status status = OC_OK;
  std::uint64_t id = 0;
  std::uint32_t flags = 0;
  std::string reason{};
  bool operator==(const WriteResult&) const = default;
};
/// What a slot answered.
struct Answer {
  oc_status status = OC_OK;
  std::string message{};
};

struct InboxRow {
  std::uint64_t id = 0, epoch = 0;
  std::uint32_t attempts = 0;
  std::string session, agent, channel, account, event_id, payload, reason;
  std::int64_t received_ms = 0, dead_ms = 0;
};
struct OutboxRow {
  std::uint64_t id = 0;
  std::uint32_t state = 0;
  std::int64_t updated_ms = 0;
  std::string reason;
  OutboxEntry entry;
};
struct SessionRow {
  std::string session;
  std::uint64_t entries = 0, bytes = 0;
  std::int64_t updated_ms = 0;
};
struct KvRow {
  std::string key, value;
  std::uint64_t version = 0;
};

struct MemberRow {
  std::string instance, info_json, process, leases_json;
  std::int64_t since_ms = 0, lease_left_ms = 0;
  std::uint64_t messages = 0, replies = 0;
};
/// What a member has room for, and what it got.
struct Wanted {
  std::uint32_t messages = 1000, replies = 1000;
  std::vector<std::string> outlets{"test"};
  std::uint32_t lanes = 1000;
};
struct Gathered {
  std::vector<InboxRow> messages;
  std::vector<OutboxRow> replies;
  std::vector<Notice> notices;
  bool more = false;
};

inline Ids ids_of(const std::vector<InboxRow>& rows) {
  Ids ids;
  for (const auto& row : rows) ids.push_back(row.id);
  return ids;
}
/// Of its messages.
inline Ids ids_of(const Gathered& got) {
  return ids_of(got.messages);
}

/// What a member of a test tells of itself.
constexpr std::string_view kMemberInfo = R"({"version":"1"})";

/// One connection, as a later host's: its structs are longer than 1.0's, and their tails are
/// watched. Reads fail the running gtest when the slot does; `last` has the answer.
class StoreClient {
 public:
  StoreClient() = default;
  StoreClient(const oc_storage& slots, oc_inst* instance, std::uint32_t role);
  /// As one of several gateways; `last` says why not.
  StoreClient(const oc_storage& slots, oc_inst* instance, std::string_view member,
              std::uint32_t lease_ms, std::string_view info_json = kMemberInfo);
  ~StoreClient();
  StoreClient(StoreClient&& other) noexcept;
  StoreClient& operator=(StoreClient&& other) noexcept;

  [[nodiscard]] bool is_open() const { return connection_ != nullptr; }
  void close();

  /// One batch; fails the test unless it was committed.
  std::vector<WriteResult> apply(const std::vector<AnyWrite>& writes);
  WriteResult one(AnyWrite write) { return apply({std::move(write)}).at(0); }
  /// One batch, whose answer is in `last`.
  std::vector<WriteResult> try_apply(const std::vector<AnyWrite>& writes);
  /// One ingest in structs of 1.0's size, whatever the strides say; the slot's answer.
  oc_status apply_with_strides(std::uint32_t write_stride, std::uint32_t result_stride);

  std::vector<Entry> history(std::string_view session, std::uint32_t max_entries = 1000,
                             std::uint64_t max_bytes = 1 << 30);
  std::vector<InboxRow> inbox(std::uint32_t list = OC_LIST_LIVE, std::uint64_t after = 0,
                              std::uint32_t limit = 1000);
  std::vector<OutboxRow> outbox(std::uint32_t list = OC_LIST_LIVE, std::uint64_t after = 0,
                                std::uint32_t limit = 1000);
  std::vector<KvRow> kv(std::string_view ns, std::string_view prefix = {},
                        std::string_view after = {}, std::uint32_t limit = 1000);
  /// Empty with `last.status` OC_E_NOTFOUND when absent.
  std::vector<KvRow> kv_get(std::string_view ns, std::string_view key);
  std::vector<SessionRow> sessions(std::string_view prefix = {}, std::string_view after = {},
                                   std::uint32_t limit = 1000);
  std::vector<SessionRow> idle_sessions(std::int64_t before_ms, std::uint32_t limit = 1000);
  /// The whole store, `max_bytes` a call.
  std::vector<Record> dump(std::uint64_t max_bytes = 1 << 20);
  /// Of one call of dump() that goes on behind `after`.
  oc_status dump_status(std::string_view after);
  std::string stats();
  /// In how many milliseconds to call again; the answer is in `last`.
  std::uint32_t renew();
  std::uint64_t max_epoch();
  /// Fails the test unless the slot works.
  Gathered collect(const Wanted& wanted = {});
  /// The answer is in `last`.
  Gathered try_collect(const Wanted& wanted = {});
  std::vector<MemberRow> members();
  oc_status wait(std::string_view instance, std::uint32_t max_ms);
  /// A number of stats() by its name; -1 when it is not there.
  std::int64_t stat(std::string_view name);

  Answer last;
  /// Reads stop after so many rows, by the visitor's answer.
  std::size_t stop_after = SIZE_MAX;

 private:
  void read(oc_status status, const oc_error& error);

  const oc_storage* slots_ = nullptr;
  oc_store_conn* connection_ = nullptr;
};

/// Everything that is to be had, call by call; fails the test when there is no end to it.
Gathered collect_all(StoreClient& member, const Wanted& wanted = {});

/// An instance of a storage plugin in a fake host.
class StoreInstance {
 public:
  StoreInstance(const oc_plugin_api& api, std::string_view section_json);
  [[nodiscard]] const oc_storage& slots() const { return *slots_; }
  StoreClient open(std::uint32_t role) { return {*slots_, host_.instance(), role}; }
  StoreClient writer() { return open(OC_STORE_WRITER); }
  StoreClient reader() { return open(OC_STORE_READER); }
  StoreClient snapshot() { return open(OC_STORE_SNAPSHOT); }
  /// Long enough that nobody dies by itself while a check runs.
  static constexpr std::uint32_t kLongLeaseMs = 60'000;
  StoreClient member(std::string_view name, std::uint32_t lease_ms = kLongLeaseMs,
                     std::string_view info_json = kMemberInfo) {
    return {*slots_, host_.instance(), name, lease_ms, info_json};
  }

 private:
  FakeHost host_;
  const oc_storage* slots_ = nullptr;
};

}  // namespace openclaw::testing
