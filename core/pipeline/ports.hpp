// What the pipeline asks of the world: channels, providers and a store, as abstract ports.
//
// core/host implements them over the plugin ABI, tests in memory. Unless marked, every call is made
// on the pipeline's loop and every callback comes back on it, never inside the call.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/pipeline/history.hpp"
#include "core/pipeline/message.hpp"
#include "core/render/messages.hpp"
#include "core/runtime/error.hpp"
#include "core/runtime/loop.hpp"
#include "core/runtime/unique_function.hpp"

namespace openclaw::pipeline {

template <class T>
using Done = runtime::UniqueFunction<void(Result<T>)>;

// ---- channels ----

struct ChannelTraits {
  std::string instance;  ///< "telegram/work"
  std::string channel;   ///< "telegram"
  std::string account;   ///< "work"
  /// How long after a message was first sent it may be sent again with its key: 0 = not at all,
  /// UINT64_MAX = for ever.
  std::uint64_t idempotent_ms = 0;
  bool partials = false, typing = false, media = false, reactions = false;
  render::Format text{};
};

enum class PartialKind : std::uint8_t { begin = 1, text = 2, reset = 3, end = 4 };

/// What an attachment refers to.
struct FetchedMedia {
  std::string mime;  ///< where the platform says more than the attachment did, else empty
  std::string bytes;
};

using FetchId = std::uint64_t;  ///< 0 = none

class ChannelPort {
 public:
  virtual ~ChannelPort() = default;
  [[nodiscard]] virtual const ChannelTraits& traits() const = 0;
  [[nodiscard]] virtual bool can_deliver() const = 0;  ///< started, not failed
  /// False: nothing will be sent here, as another gateway has the connection, or it failed for
  /// good.
  [[nodiscard]] virtual bool is_outlet() const { return true; }
  /// Value: the platform's message id.
  virtual void send(const Outbound& message, Done<std::string> done) = 0;
  /// `to` is the message that is answered.
  virtual void partial(PartialKind kind, const Inbound& to, const std::string& turn,
                       std::string_view text) = 0;
  virtual void typing(const Inbound& to, bool on) = 0;
  /// `done` comes once, whatever becomes of the channel, and holds what the bytes may take till
  /// then. Errors: too_large, not_found (no longer there), unsupported, what reading it failed
  /// with.
  virtual FetchId fetch(const Attachment& attachment, std::uint64_t max_bytes,
                        Done<FetchedMedia> done) = 0;
  /// Asks for its end; its done still comes, as soon as the channel has let go of it.
  virtual void cancel_fetch(FetchId id) = 0;
  /// Best effort: puts `emoji` under that message, or takes it away.
  virtual void react(const Inbound& message, const std::string& emoji, bool on) = 0;
};

// ---- providers ----

struct ChatCall {
  std::string model;
  std::string body_json;  ///< OpenAI chat completion request
  bool stream = true;
  bool accept_raw = false;  ///< the provider's own OpenAI-form JSON may be passed through
};

/// oc_chat kinds, see plugin-api/include/openclaw/provider.h.
enum class ChatEvent : std::uint8_t {
  text = 1,
  reasoning = 2,
  tool_call = 3,
  usage = 4,
  finish = 5,
  raw = 6,
};

struct ChatFailure {
  Error error;
  bool billing = false;
  bool length = false;
};

struct ChatEvents {
  /// False ends the call as cancelled. `data` is borrowed.
  std::function<bool(ChatEvent, std::string_view data)> event;
  std::function<void(std::optional<ChatFailure>)> done;
};

using ChatId = std::uint64_t;  ///< 0 = none

class ProviderPort {
 public:
  virtual ~ProviderPort() = default;
  [[nodiscard]] virtual const std::string& name() const = 0;
  [[nodiscard]] virtual const std::string& default_model() const = 0;
  /// Called on the loop that the port belongs to; `events` come on it.
  virtual ChatId chat(const ChatCall& call, ChatEvents events) = 0;
  virtual void cancel(ChatId id) = 0;
};

// ---- store ----

/// What a Finish appends to a conversation. How it is read: History.
struct TranscriptEntry {
  std::uint64_t id = 0;
  Role role = Role::user;
  std::int64_t ts_ms = 0;
  std::string text, meta_json;
};

struct OutboxEntry {
  std::string session, channel, account, idem_key, payload_json;
  std::int64_t created_ms = 0, expires_ms = 0;
  bool leave = false;  ///< of a member: for whoever can send it, see SharedStorePort
  bool start = false;  ///< as a Finish's first: stored as started, if Written::started says so
};

enum class Disposition : std::uint8_t { answered = 1, silent = 2, dead = 3 };
enum class OutboxState : std::uint8_t {
  stored = 1,
  started = 2,
  sent = 3,
  unknown = 4,
  dead = 5,
  left = 6,  ///< written only, of several gateways: stored, for whoever can send it
};

struct Ingest {
  std::string session, agent, channel, account, event_id, payload_json;
  std::int64_t received_ms = 0;
  std::uint64_t epoch = 0;  ///< not 0: also claims the row for it, as its first attempt
  bool leave = false;       ///< of a member: for whoever has a place, see SharedStorePort
  bool here = false;        ///< of a member: a conflict unless this gateway gets it
};
struct Attempt {
  std::string session;
  std::uint64_t epoch = 0;
  std::vector<std::uint64_t> ids;
};
struct Finish {
  Disposition disposition = Disposition::answered;
  std::string session;
  std::uint64_t epoch = 0;
  std::vector<std::uint64_t> ids;
  std::vector<TranscriptEntry> transcript;
  std::vector<OutboxEntry> outbox;
  std::string reason;
  std::int64_t ts_ms = 0;
};
struct MarkOutbox {
  std::uint64_t id = 0;
  OutboxState state = OutboxState::stored;
  std::int64_t ts_ms = 0;
  std::string message_id, reason;
};
struct PutValue {
  std::string ns, key, value;
  std::uint64_t expect_version = UINT64_MAX;  ///< UINT64_MAX = whatever is there
  bool erase = false;
};
struct ChangeSession {
  bool erase = false;  ///< else reset: the history starts empty, the old one is archived
  std::string session;
  std::int64_t ts_ms = 0;
};
struct Sweep {
  std::uint32_t limit = 1000;
  std::int64_t before_ms = 0;
};
enum class Queue : std::uint8_t { inbox = 1, outbox = 2 };
/// The operator's decision about a dead letter, or a reply that is unknown or dead: put back under
/// a new id (Written::id), or dropped.
struct Resolve {
  Queue queue = Queue::inbox;
  bool drop = false;
  std::uint64_t id = 0;
  std::int64_t ts_ms = 0, expires_ms = 0;  ///< of a reply
};
/// At most `limit` of a session's oldest entries go, and with the last of them the session; a
/// conflict when it was used since.
struct Trim {
  std::uint32_t limit = 1000;
  std::string session;
  std::int64_t idle_before_ms = 0;
};
/// Of a member, to the others: worth nothing tomorrow. Several in one write reach them in order.
struct SendNotice {
  std::string to;  ///< an instance; empty = all others
  std::string topic, text;
};
/// Of a member: what only one may have. A conflict while another has it; Written::id = the fence.
struct ChangeLease {
  std::string name;
  bool release = false;
};
using Write = std::variant<Ingest, Attempt, Finish, MarkOutbox, PutValue, ChangeSession, Sweep,
                           Resolve, Trim, SendNotice, ChangeLease>;

struct Written {
  std::uint64_t id = 0;  ///< as plugin-api/include/openclaw/storage.h says for that write
  bool duplicate = false;
  bool gone = false;       ///< Trim: the session went with its last entries
  bool elsewhere = false;  ///< stored, and whoever collects it has it
  bool started = false;    ///< Finish: its first reply stands as started
};

struct InboxRow {
  std::uint64_t id = 0;
  std::uint32_t attempts = 0;
  std::string session, agent, payload_json, reason;
  std::int64_t received_ms = 0;
  std::uint64_t epoch = 0;
  std::string channel{};
  std::int64_t dead_ms = 0;  ///< dead letters: since when
};
struct OutboxRow {
  std::uint64_t id = 0;
  OutboxState state = OutboxState::stored;
  std::string reason;
  OutboxEntry entry;
  std::int64_t updated_ms = 0;
};
struct SessionRow {
  std::string session;
  std::uint64_t entries = 0, bytes = 0;  ///< of the current transcript
  std::int64_t updated_ms = 0;
};
struct StoredValue {
  std::string key, value;
  std::uint64_t version = 0;
};

/// Cheap to ask for, see oc_storage.stats.
struct StoreStats {
  std::uint64_t sessions = 0, used_bytes = 0;  ///< the texts of all transcripts, archived ones too
  std::optional<std::int64_t> now_ms{};        ///< the store's own calendar, when it has one
};

// ---- a store that several gateways share: plugin-api/include/openclaw/storage.h ----

struct Wanted {
  std::uint32_t messages = 0, replies = 0;  ///< at most so many
  std::uint32_t lanes = 0;                  ///< sessions of nobody's that it may take
  std::vector<std::string> outlets;         ///< the channels that it can send replies of others for
};
struct Notice {
  std::string from, topic, text;
};
struct Collected {
  std::vector<InboxRow> messages;
  std::vector<OutboxRow> replies;
  std::vector<Notice> notices;
  bool more = false;
};
struct Member {
  std::string instance, info_json, process;
  std::vector<std::string> leases;
  std::int64_t since_ms = 0, lease_left_ms = 0;
  std::uint64_t messages = 0, replies = 0;
};

/// [any thread] Calls may come from any loop; the callback comes on the calling loop.
class SharedStorePort {
 public:
  virtual ~SharedStorePort() = default;
  [[nodiscard]] virtual const std::string& instance() const = 0;  ///< this gateway's name
  /// Also ends the dead. After an error nothing is lost, and it is called again.
  virtual void collect(Wanted wanted, Done<Collected> done) = 0;
  /// Until there may be something to collect, at most so long: a hint.
  virtual void wait(runtime::Millis longest, Done<void> done) = 0;
  virtual void members(Done<std::vector<Member>> done) = 0;
  /// Until when this gateway's share is surely its own, unless a call extends it.
  [[nodiscard]] virtual runtime::TimePoint leased_until() const = 0;
};

/// [any thread] Calls may come from any loop; the callback comes on the calling loop.
class StorePort {
 public:
  virtual ~StorePort() = default;
  /// Durable when it succeeds. What arrives together is committed together, in order of arrival.
  /// Errors: again (queue full), storage (surely not written), unknown, conflict, not_found.
  virtual void write(Write write, Done<Written> done) = 0;
  virtual void history(std::string session, std::uint32_t max_entries, std::uint64_t max_bytes,
                       Done<History> done) = 0;
  virtual void inbox(bool dead, std::uint64_t after_id, std::uint32_t limit,
                     Done<std::vector<InboxRow>> done) = 0;
  virtual void outbox(bool dead, std::uint64_t after_id, std::uint32_t limit,
                      Done<std::vector<OutboxRow>> done) = 0;
  virtual void value(std::string ns, std::string key, Done<StoredValue> done) = 0;
  /// Those that were updated before `before_ms`, the longest idle first.
  virtual void idle_sessions(std::int64_t before_ms, std::uint32_t limit,
                             Done<std::vector<SessionRow>> done) = 0;
  virtual void stats(Done<StoreStats> done) = 0;
  /// Null when this gateway has the store to itself.
  virtual SharedStorePort* shared() { return nullptr; }
};

}  // namespace openclaw::pipeline
