/* "oc.storage/1": durable state in the gateway's own terms.
 *
 * Plain blocking calls on threads of the host [pool], one connection object a thread. One writer
 * connection applies batches, each in ONE transaction (group commit); any number of readers. Every
 * row here is opaque to the engine except for the named fields. Session keys, ids and JSON are
 * UTF-8. Times are Unix milliseconds. No slot may keep a pointer it was given.
 *
 * start, quiesce, cancel and stop of oc_plugin_api are not called on storage. */
#ifndef OPENCLAW_STORAGE_H
#define OPENCLAW_STORAGE_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

typedef struct oc_store_conn oc_store_conn;

#define OC_STORE_WRITER 1u /* at most one per instance; opening it locks, checks and migrates */
#define OC_STORE_READER 2u
#define OC_STORE_SNAPSHOT 3u /* a reader whose dump() sees one moment until it is closed */

/* ---- writes ---- */

#define OC_WRITE_INGEST 1u
#define OC_WRITE_ATTEMPT 2u
#define OC_WRITE_FINISH 3u
#define OC_WRITE_OUTBOX 4u
#define OC_WRITE_KV 5u
#define OC_WRITE_SESSION 6u
#define OC_WRITE_SWEEP 7u
#define OC_WRITE_RESOLVE 8u
#define OC_WRITE_TRIM 9u
#define OC_WRITE_LOAD 10u
#define OC_WRITE_NOTICE 11u /* these two of a member only, see below */
#define OC_WRITE_LEASE 12u

#define OC_INGEST_LEAVE 1u /* for a member: whoever has a place is to collect it */
#define OC_INGEST_HERE 2u  /* for a member: OC_E_CONFLICT unless it can be claimed here and now */

/* Accepts one inbound message. Result: id = the inbox id, growing in order of acceptance. When
 * (channel, account, event_id) is known already: status OC_OK, flag OC_RESULT_DUPLICATE, id = the
 * earlier row's or 0, nothing written. An empty event_id is never a duplicate. The key outlives the
 * row, until a sweep removes it. With an epoch the row is claimed at once, as an ATTEMPT of that
 * epoch in the same write would: attempts = 1. */
typedef struct oc_write_ingest {
  uint32_t size, flags; /* OC_INGEST_*, of a member; else 0 */
  oc_str session, agent, channel, account, event_id;
  oc_str payload_json;
  int64_t received_ms;
  uint64_t epoch; /* 0 = the row waits, attempts = 0 */
} oc_write_ingest;

/* Counts an attempt on inbox rows and claims them for `epoch`, before the agent runs. All of them
 * must exist, belong to `session` and not be claimed by a greater epoch, else OC_E_CONFLICT and
 * nothing changes for this write. Epochs begin at 1. */
typedef struct oc_write_attempt {
  uint32_t size, n_ids;
  oc_str session;
  uint64_t epoch;
  const uint64_t* ids;
} oc_write_attempt;

#define OC_DONE_ANSWERED 1u
#define OC_DONE_SILENT 2u /* by policy: NO_REPLY, a chat command without an answer */
#define OC_DONE_DEAD 3u   /* kept in the dead letters with `reason` */

#define OC_ROLE_USER 1u
#define OC_ROLE_ASSISTANT 2u
#define OC_ROLE_SYSTEM 3u

typedef struct oc_transcript_entry {
  uint32_t size, role; /* OC_ROLE_* */
  uint64_t id;         /* read: the entry's place in the session, growing; write: 0 */
  int64_t ts_ms;
  oc_str text;
  oc_str meta_json; /* or empty */
} oc_transcript_entry;

#define OC_OUTBOX_LEAVE 1u /* of a member: whoever can send it is to collect it */

typedef struct oc_outbox_entry {
  uint32_t size, flags; /* OC_OUTBOX_LEAVE; read: 0 */
  oc_str session, channel, account;
  oc_str idem_key; /* unique in the outbox */
  oc_str payload_json;
  int64_t created_ms, expires_ms; /* expires_ms 0 = never */
} oc_outbox_entry;

/* Ends a turn, all or nothing: inbox rows leave (or become dead letters), the transcript grows, the
 * outbox gets the reply. Every id must be claimed by `epoch`, else OC_E_CONFLICT: the caller was
 * fenced out, nothing is written. Without ids it only adds. Result: id = the first outbox entry's;
 * the others follow it. */
typedef struct oc_write_finish {
  uint32_t size, disposition; /* OC_DONE_* */
  oc_str session;
  uint64_t epoch;
  const uint64_t* ids;
  const oc_transcript_entry* transcript;
  const oc_outbox_entry* outbox;
  uint32_t n_ids, n_transcript, transcript_stride, n_outbox, outbox_stride, reserved;
  oc_str reason; /* for dead letters */
  int64_t ts_ms;
} oc_write_finish;

#define OC_OUTBOX_STORED 1u
#define OC_OUTBOX_STARTED 2u /* persisted BEFORE the send */
#define OC_OUTBOX_SENT 3u
#define OC_OUTBOX_UNKNOWN 4u /* cut between started and the receipt */
#define OC_OUTBOX_DEAD 5u    /* refused for good, expired, or attempts used up */
#define OC_OUTBOX_LEFT 6u    /* written by a member only: STORED again, and nobody's */

/* Moves one outbox row. OC_E_NOTFOUND when it is gone. SENT rows may be dropped by the engine after
 * the commit, UNKNOWN and DEAD ones stay for the operator until swept. Of a member, STARTED is
 * OC_E_CONFLICT while an earlier row of its session, channel and account is STORED or STARTED and
 * another member's or nobody's: that one is sent first, whoever answers the session meanwhile. */
typedef struct oc_write_outbox {
  uint32_t size, state; /* OC_OUTBOX_* */
  uint64_t id;
  int64_t ts_ms;
  oc_str message_id; /* the platform's, with SENT */
  oc_str reason;     /* with UNKNOWN and DEAD */
} oc_write_outbox;

#define OC_KV_ANY UINT64_MAX /* expect_version: whatever is there */
#define OC_KV_DELETE 1u

/* Sets or deletes ns/key. expect_version 0 = must not exist. Result: id = the new version (from 1,
 * growing); OC_E_CONFLICT when another version is there. */
typedef struct oc_write_kv {
  uint32_t size, flags; /* OC_KV_DELETE */
  oc_str ns, key, value;
  uint64_t expect_version;
} oc_write_kv;

#define OC_SESSION_RESET                                                                           \
  1u                         /* history() starts empty again; the old transcript is kept, archived \
                              */
#define OC_SESSION_DELETE 2u /* the transcript is removed, archived parts too */

typedef struct oc_write_session {
  uint32_t size, action; /* OC_SESSION_* */
  oc_str session;
  int64_t ts_ms;
} oc_write_session;

/* Removes, in one bounded step of at most `limit` rows: dedupe keys, sent, unknown and dead rows
 * older than `before_ms`. Result: id = rows removed. */
typedef struct oc_write_sweep {
  uint32_t size, limit;
  int64_t before_ms;
} oc_write_sweep;

#define OC_QUEUE_INBOX 1u
#define OC_QUEUE_OUTBOX 2u

#define OC_RESOLVE_RETRY 1u
#define OC_RESOLVE_DROP 2u

/* The operator's decision about one row of OC_LIST_DEAD; OC_E_NOTFOUND when it is not there. DROP
 * removes it. RETRY puts it back: a message waits again (attempts 0, epoch 0, and its event stays
 * known), a reply is STORED again, with its idempotency key and a new expiry. It gets a new id,
 * behind all that wait, so that the order of ids stays the order of service; result: id = that one.
 */
typedef struct oc_write_resolve {
  uint32_t size, queue;      /* OC_QUEUE_* */
  uint32_t action, reserved; /* OC_RESOLVE_* */
  uint64_t id;
  int64_t ts_ms;      /* a reply's updated_ms */
  int64_t expires_ms; /* a reply's; 0 = never */
} oc_write_resolve;

/* Removes, in one bounded step, at most `limit` of a session's oldest entries, archived ones first,
 * and with the last of them the session. OC_E_CONFLICT when it was updated at `idle_before_ms` or
 * later, or a message of it waits or is claimed, OC_E_NOTFOUND when it is not there. Result: id =
 * entries removed, flag OC_RESULT_GONE when the session went with them. */
typedef struct oc_write_trim {
  uint32_t size, limit;
  oc_str session;
  int64_t idle_before_ms;
} oc_write_trim;

/* ---- whole stores, for backup, restore and migration: every row as a record that no engine's own
 * format is in ---- */

/* The greatest number that was ever given: key = "inbox" or "outbox", id = that id; key = "epoch",
 * epoch = what max_epoch() says. */
#define OC_RECORD_COUNTER 1u
/* session; first = the place of its oldest entry that is not archived, next = that of the entry to
 * come; updated_ms. Before its entries. */
#define OC_RECORD_SESSION 2u
/* session; id = its place; number = OC_ROLE_*, at_ms = ts_ms, text, extra = meta_json. */
#define OC_RECORD_ENTRY 3u
/* ns, key, text = the value, id = its version. */
#define OC_RECORD_VALUE 4u
/* A platform event that is known: channel, account, key = event_id, id = its inbox row's, at_ms =
 * received_ms. */
#define OC_RECORD_EVENT 5u
/* A message that waits or is claimed: id, epoch, number = attempts, at_ms = received_ms, session,
 * agent, channel, account, key = event_id, text = payload_json. */
#define OC_RECORD_MESSAGE 6u
/* The same, a dead letter: updated_ms = dead_ms, extra = reason. */
#define OC_RECORD_DEAD 7u
/* A reply: id, number = OC_OUTBOX_* but SENT, at_ms = created_ms, updated_ms, expires_ms, session,
 * channel, account, key = idem_key, text = payload_json, extra = reason. */
#define OC_RECORD_REPLY 8u

/* What a kind does not name is 0 or empty. */
typedef struct oc_record {
  uint32_t size, kind; /* OC_RECORD_* */
  uint32_t number, reserved;
  uint64_t id, epoch, first, next;
  int64_t at_ms, updated_ms, expires_ms;
  oc_str session, agent, channel, account, ns, key, text, extra;
} oc_record;

/* Puts a record of dump() as it is there, in place of what has its key or id. Later numbers are
 * greater than its. It is for a store that no gateway uses meanwhile. */
typedef struct oc_write_load {
  uint32_t size, reserved;
  const oc_record* record;
} oc_write_load;

/* ---- writes of members, see open_member() ---- */

/* Tells other members something that is worth nothing tomorrow: it is theirs to collect, in order,
 * until they are gone. To nobody is no error. Of a member that does not collect at most 10,000
 * wait, and about 8 MiB of topics and texts: then the oldest go. One that is longer reaches nobody.
 */
typedef struct oc_write_notice {
  uint32_t size, reserved;
  oc_str to; /* a member's instance; empty = every other member */
  oc_str topic, text;
} oc_write_notice;

#define OC_LEASE_TAKE 1u
#define OC_LEASE_RELEASE 2u

/* Takes what only one member may have, or lets it go. TAKE: OC_E_CONFLICT while another member has
 * it; result: id = its fence, which grows with each new holder, and stays while the holder takes it
 * again. It lasts as long as the membership. RELEASE of what is not held is no error. */
typedef struct oc_write_lease {
  uint32_t size, action; /* OC_LEASE_* */
  oc_str name;
} oc_write_lease;

typedef struct oc_write {
  uint32_t size, kind; /* OC_WRITE_* */
  const void* body;    /* the struct of that kind */
} oc_write;

#define OC_RESULT_DUPLICATE 1u
#define OC_RESULT_GONE 2u
#define OC_RESULT_ELSEWHERE 4u /* stored; whoever collects it claims it */

/* Lent by the host: the engine fills every field but `size`. */
typedef struct oc_write_result {
  uint32_t size;
  oc_status status; /* OC_OK | OC_E_CONFLICT | OC_E_NOTFOUND | OC_E_INVAL */
  uint64_t id;
  uint32_t flags, reserved;
  oc_str reason; /* why not OC_OK, in words, or empty; lives until the connection's next call */
} oc_write_result;

/* ---- reads: rows are borrowed for the visitor's call; it returns 0 to stop. A row holds no struct
 * that may grow but by pointer. ---- */

typedef struct oc_inbox_row {
  uint32_t size, attempts;
  uint64_t id, epoch;
  oc_str session, agent, channel, account, event_id, payload_json;
  int64_t received_ms;
  oc_str reason;   /* dead letters */
  int64_t dead_ms; /* dead letters: since when; else 0 */
} oc_inbox_row;

typedef struct oc_outbox_row {
  uint32_t size, state; /* OC_OUTBOX_* */
  uint64_t id;
  int64_t updated_ms;
  oc_str reason;
  const oc_outbox_entry* entry;
} oc_outbox_row;

typedef struct oc_session_row {
  uint32_t size, reserved;
  oc_str session;
  uint64_t entries, bytes; /* of the current, not archived, transcript */
  int64_t updated_ms;
} oc_session_row;

typedef struct oc_kv_row {
  uint32_t size, reserved;
  oc_str key, value;
  uint64_t version;
} oc_kv_row;

/* A gateway that lives. */
typedef struct oc_member_row {
  uint32_t size, reserved;
  oc_str instance, info_json;
  oc_str process;     /* where it runs, for people: "host, pid 17" */
  oc_str leases_json; /* ["name", ...]: those that it has */
  int64_t since_ms;   /* when it joined, by the store's clock */
  int64_t lease_left_ms;
  uint64_t messages, replies; /* that it has */
} oc_member_row;

typedef struct oc_notice {
  uint32_t size, reserved;
  oc_str from; /* the sender's instance */
  oc_str topic, text;
} oc_notice;

typedef uint32_t (*oc_visit_entry)(void* ctx, const oc_transcript_entry*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_inbox)(void* ctx, const oc_inbox_row*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_outbox)(void* ctx, const oc_outbox_row*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_session)(void* ctx, const oc_session_row*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_kv)(void* ctx, const oc_kv_row*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_record)(void* ctx, const oc_record*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_member)(void* ctx, const oc_member_row*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_notice)(void* ctx, const oc_notice*) OC_NOEXCEPT;
typedef void (*oc_put_text)(void* ctx, oc_str) OC_NOEXCEPT;

#define OC_LIST_LIVE 0u /* inbox: waiting or claimed; outbox: STORED and STARTED */
#define OC_LIST_DEAD 1u /* inbox: dead letters; outbox: UNKNOWN and DEAD */

/* Whether `status`, returned by apply, says that surely nothing of the batch happened. */
#define OC_APPLY_NOT_DONE(status) \
  ((status) == OC_E_IO || (status) == OC_E_AGAIN || (status) == OC_E_INVAL)

#define OC_STORAGE_SHARED 1u /* caps: the slots of members are there */

/* A gateway among others that use the store at once. */
typedef struct oc_member {
  uint32_t size;
  uint32_t lease_ms; /* from a renew() or apply() on, at least 300 */
  oc_str instance;   /* unique among those that live: 1 to 255 bytes, none of them NUL */
  oc_str info_json;  /* what others are to know of it, at most 4 KiB */
} oc_member;

/* What a member has room for, and what the rows are visited with; a visitor's answer is ignored,
 * as the rows are the member's by then. */
typedef struct oc_collect {
  uint32_t size, max_messages; /* of its own lanes, and of those that it takes */
  uint32_t max_replies, n_outlets;
  const oc_str* outlets; /* the channels that it can send replies of others for */
  void* ctx;
  oc_visit_inbox message;
  oc_visit_outbox reply;
  oc_visit_notice notice;
  uint32_t max_lanes, reserved; /* nobody's lanes that it may take */
} oc_collect;

/* Every slot is [pool]; `deadline_ms` is how long it may take from now. A call that is still inside
 * long after that is given up: the host ends the gateway without it. On a status other than OC_OK
 * `error` is filled; its strings live until the connection's next call. */
typedef struct oc_storage {
  uint32_t size, caps; /* OC_STORAGE_* */
  oc_status (*open)(oc_inst*, uint32_t role, oc_store_conn**, oc_error* error) OC_NOEXCEPT;
  void (*close)(oc_store_conn*) OC_NOEXCEPT;
  /* [writer] One transaction for the whole batch. OC_OK: committed durably, each write as its
   * result says (a CONFLICT changes nothing but does not undo its neighbours). OC_E_IO, OC_E_AGAIN
   * and OC_E_INVAL (OC_APPLY_NOT_DONE): surely nothing of it happened, and a later batch may work.
   * OC_E_UNKNOWN: the commit's outcome is not known, or this connection can write no more, so that
   * only a restart helps. Every other status counts as OC_E_UNKNOWN, after which the host writes
   * nothing more and ends the gateway: its next start reads what is true. So claim no more than is
   * certain: a connection that broke during COMMIT is OC_E_UNKNOWN. The strides are in bytes, from
   * one write or result to the next. */
  oc_status (*apply)(oc_store_conn*, const oc_write* writes, oc_write_result* results, uint64_t n,
                     uint32_t write_stride, uint32_t result_stride, uint32_t deadline_ms,
                     oc_error* error) OC_NOEXCEPT;
  /* The session's newest entries, at most max_entries and max_bytes of text, oldest first. */
  oc_status (*history)(oc_store_conn*, oc_str session, uint32_t max_entries, uint64_t max_bytes,
                       uint32_t deadline_ms, oc_visit_entry, void* ctx, oc_error*) OC_NOEXCEPT;
  /* Rows with id > after_id in order of id, at most `limit`. */
  oc_status (*inbox)(oc_store_conn*, uint32_t list, uint64_t after_id, uint32_t limit,
                     uint32_t deadline_ms, oc_visit_inbox, void* ctx, oc_error*) OC_NOEXCEPT;
  oc_status (*outbox)(oc_store_conn*, uint32_t list, uint64_t after_id, uint32_t limit,
                      uint32_t deadline_ms, oc_visit_outbox, void* ctx, oc_error*) OC_NOEXCEPT;
  /* Keys > after_key that begin with `prefix`, in byte order. */
  oc_status (*kv)(oc_store_conn*, oc_str ns, oc_str prefix, oc_str after_key, uint32_t limit,
                  uint32_t deadline_ms, oc_visit_kv, void* ctx, oc_error*) OC_NOEXCEPT;
  oc_status (*kv_get)(oc_store_conn*, oc_str ns, oc_str key, uint32_t deadline_ms, oc_visit_kv,
                      void* ctx, oc_error*) OC_NOEXCEPT; /* OC_E_NOTFOUND when absent */
  /* Sessions whose key is > after and begins with `prefix`, in byte order. */
  oc_status (*sessions)(oc_store_conn*, oc_str prefix, oc_str after, uint32_t limit,
                        uint32_t deadline_ms, oc_visit_session, void* ctx, oc_error*) OC_NOEXCEPT;
  /* JSON {"inbox":n,"outbox":n,"deadInbox":n,"deadOutbox":n,"unknownOutbox":n,"maxEpoch":n,
   * "bytes":n,"usedBytes":n,"sessions":n, ...}, cheap. deadOutbox counts UNKNOWN and DEAD,
   * unknownOutbox those of them that are UNKNOWN. bytes is what the store takes, usedBytes the
   * texts of all transcripts, archived ones too. */
  oc_status (*stats)(oc_store_conn*, uint32_t deadline_ms, oc_put_text, void* ctx,
                     oc_error*) OC_NOEXCEPT;
  /* The greatest epoch of any INGEST, ATTEMPT or FINISH that was ever committed, also when its rows
   * are gone; 0 = none. The host begins above it, so a lower answer would unfence old writes. */
  oc_status (*max_epoch)(oc_store_conn*, uint32_t deadline_ms, uint64_t* epoch,
                         oc_error*) OC_NOEXCEPT;
  /* Sessions that were updated before `before_ms`, the longest idle first. */
  oc_status (*idle_sessions)(oc_store_conn*, int64_t before_ms, uint32_t limit,
                             uint32_t deadline_ms, oc_visit_session, void* ctx,
                             oc_error*) OC_NOEXCEPT;
  /* [writer] Keeps what open() took hold of, as a lease. *next_ms: how soon it is to be called
   * again; 0 = never, there is nothing to keep. OC_E_UNKNOWN: it is lost, and the right to write
   * with it; the host ends the gateway. After any other failure it is called again in a second. */
  oc_status (*renew)(oc_store_conn*, uint32_t deadline_ms, uint32_t* next_ms,
                     oc_error*) OC_NOEXCEPT;
  /* Some of the store's records, in the order of OC_RECORD_*, each session before its entries and
   * those by place. `after` is empty at first, then what the call before put; empty: that was all.
   * It ends with the record that takes it past `max_bytes`, or before that, so that a call is
   * short. On a SNAPSHOT connection all calls see the store at one moment, however much is written
   * meanwhile; an engine that has no snapshots refuses to open one while a gateway uses the store.
   */
  oc_status (*dump)(oc_store_conn*, oc_str after, uint64_t max_bytes, uint32_t deadline_ms,
                    oc_visit_record, oc_put_text put_next, void* ctx, oc_error*) OC_NOEXCEPT;

  /* ---- OC_STORAGE_SHARED: several gateways as one; not called without it ----
   *
   * A lane is a session's messages that wait or are claimed. A message is either some member's or
   * nobody's; a lane is the member's that has a message of it, or a reply of it that is STORED or
   * STARTED, so that answers do not overtake each other. INGEST gives a message to the member
   * that writes it, unless the lane is another's, or messages of it are nobody's (they come first),
   * or LEAVE is set: then it is nobody's, flag OC_RESULT_ELSEWHERE, and its epoch is ignored. So is
   * every one (HERE: a conflict) while it is not known what a collect() brought, as that comes
   * first. A RETRY of a RESOLVE is nobody's too. ATTEMPT and FINISH take only what is the member's.
   * A reply is the member's that wrote it, unless LEAVE is set.
   *
   * A member whose lease ran out is dead to the others: what it had is nobody's again, and whatever
   * it still writes is OC_E_UNKNOWN and changes nothing. */

  /* A WRITER connection of a member, any number a store, one an instance. OC_E_AGAIN while a living
   * gateway has that name, or a WRITER the store; open(WRITER) while a member lives. OC_E_INVAL for
   * a member beyond the bounds of oc_member. */
  oc_status (*open_member)(oc_inst*, const oc_member*, oc_store_conn**, oc_error*) OC_NOEXCEPT;
  /* [member] Ends the dead, then makes nobody's messages and replies the member's and visits them:
   * whole lanes of nobody or of its own from their oldest message on, the lane that waits longest
   * first, in order of id a lane, with epoch 0 and the attempts they had; replies for its outlets,
   * in order of id; and all notices. A member that was itself away for longer than its lease ends
   * nobody until it was back for as long: the store was away then, and they had no chance. *more:
   * 1 = something is left to collect. On OC_E_UNKNOWN it is uncertain what it has: as in apply().
   * After another failure nothing is lost, and it is called again. */
  oc_status (*collect)(oc_store_conn*, const oc_collect*, uint32_t deadline_ms, uint32_t* more,
                       oc_error*) OC_NOEXCEPT;
  /* Waits until there may be something to collect for `instance`, at most max_ms: a hint, which may
   * come for nothing, and stay away. It has a connection to itself. */
  oc_status (*wait)(oc_store_conn*, oc_str instance, uint32_t max_ms, oc_error*) OC_NOEXCEPT;
  /* Those that live, by instance in byte order. */
  oc_status (*members)(oc_store_conn*, uint32_t deadline_ms, oc_visit_member, void* ctx,
                       oc_error*) OC_NOEXCEPT;
} oc_storage;

OC_ASSERT(sizeof(oc_write_ingest) == 120 && sizeof(oc_write_attempt) == 40);
OC_ASSERT(sizeof(oc_transcript_entry) == 56 && sizeof(oc_outbox_entry) == 104);
OC_ASSERT(sizeof(oc_write_finish) == 104 && sizeof(oc_write_outbox) == 56);
OC_ASSERT(sizeof(oc_write_kv) == 64 && sizeof(oc_write_session) == 32);
OC_ASSERT(sizeof(oc_write_sweep) == 16 && sizeof(oc_write_resolve) == 40);
OC_ASSERT(sizeof(oc_write_trim) == 32);
OC_ASSERT(sizeof(oc_record) == 200 && sizeof(oc_write_load) == 16);
OC_ASSERT(sizeof(oc_write) == 16 && sizeof(oc_write_result) == 40);
OC_ASSERT(sizeof(oc_inbox_row) == 152 && sizeof(oc_outbox_row) == 48);
OC_ASSERT(sizeof(oc_session_row) == 48 && sizeof(oc_kv_row) == 48 && sizeof(oc_storage) == 152);
OC_ASSERT(sizeof(oc_write_notice) == 56 && sizeof(oc_write_lease) == 24);
OC_ASSERT(sizeof(oc_member_row) == 104 && sizeof(oc_notice) == 56);
OC_ASSERT(sizeof(oc_member) == 40 && sizeof(oc_collect) == 64);

OC_EXTERN_C_END
#endif
