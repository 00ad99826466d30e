/* What a batch of "oc.storage/1" holds, and what became of it. The writes that only members have
 * are in members.h, that of whole stores in records.h. */
#ifndef OPENCLAW_STORAGE_WRITES_H
#define OPENCLAW_STORAGE_WRITES_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

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
#define OC_WRITE_NOTICE 11u /* these two of a member only */
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
#define OC_OUTBOX_START 2u /* stored as STARTED: it is sent as soon as it is; see below */

typedef struct oc_outbox_entry {
  uint32_t size, flags; /* OC_OUTBOX_*; read: 0 */
  oc_str session, channel, account;
  oc_str idem_key; /* unique in the outbox */
  oc_str payload_json;
  int64_t created_ms, expires_ms; /* expires_ms 0 = never */
} oc_outbox_entry;

/* Ends a turn, all or nothing: inbox rows leave (or become dead letters), the transcript grows, the
 * outbox gets the reply. Every id must be claimed by `epoch`, else OC_E_CONFLICT: the caller was
 * fenced out, nothing is written. Without ids it only adds. Result: id = the first outbox entry's;
 * the others follow it. START counts for the first entry, and not beside LEAVE: it stands as
 * STARTED, and the flag OC_RESULT_STARTED says so. Where marking it as that would be a conflict,
 * see oc_write_outbox, it is STORED, without the flag. */
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
 * another member's or nobody's: that one is sent first, whoever answers the session meanwhile. A
 * row that is STORED or STARTED and not the member's own is OC_E_CONFLICT: it is not its to mark.
 */
typedef struct oc_write_outbox {
  uint32_t size, state; /* OC_OUTBOX_* */
  uint64_t id;
  int64_t ts_ms;
  oc_str message_id; /* the platform's, with SENT */
  oc_str reason;     /* with UNKNOWN and DEAD */
} oc_write_outbox;

#define OC_KV_ANY UINT64_MAX /* expect_version: whatever is there */
#define OC_KV_DELETE 1u

/* Sets or deletes ns/key. expect_version 0 = must not exist. Result: id = the new version, from 1
 * and greater than all that the key ever had, also before it was deleted; OC_E_CONFLICT when
 * another version is there. */
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
 * older than `before_ms`. Of a member it also ends nobody's replies that have expired by the
 * store's clock, as there may be no gateway that could send them: STORED ones become DEAD, STARTED
 * ones UNKNOWN, with a reason. Result: id = rows removed, and ended so. */
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

typedef struct oc_write {
  uint32_t size, kind; /* OC_WRITE_* */
  const void* body;    /* the struct of that kind */
} oc_write;

#define OC_RESULT_DUPLICATE 1u
#define OC_RESULT_GONE 2u
#define OC_RESULT_ELSEWHERE 4u /* stored; whoever collects it claims it */
#define OC_RESULT_STARTED 8u   /* FINISH: the first reply stands as STARTED */

/* Lent by the host: the engine fills every field but `size`. */
typedef struct oc_write_result {
  uint32_t size;
  oc_status status; /* OC_OK | OC_E_CONFLICT | OC_E_NOTFOUND | OC_E_INVAL */
  uint64_t id;
  uint32_t flags, reserved;
  oc_str reason; /* why not OC_OK, in words, or empty; lives until the connection's next call */
} oc_write_result;

/* Whether `status`, returned by apply, says that surely nothing of the batch happened. */
#define OC_APPLY_NOT_DONE(status) \
  ((status) == OC_E_IO || (status) == OC_E_AGAIN || (status) == OC_E_INVAL)

OC_ASSERT(sizeof(oc_write_ingest) == 120 && sizeof(oc_write_attempt) == 40);
OC_ASSERT(sizeof(oc_transcript_entry) == 56 && sizeof(oc_outbox_entry) == 104);
OC_ASSERT(sizeof(oc_write_finish) == 104 && sizeof(oc_write_outbox) == 56);
OC_ASSERT(sizeof(oc_write_kv) == 64 && sizeof(oc_write_session) == 32);
OC_ASSERT(sizeof(oc_write_sweep) == 16 && sizeof(oc_write_resolve) == 40);
OC_ASSERT(sizeof(oc_write_trim) == 32 && sizeof(oc_write) == 16);
OC_ASSERT(sizeof(oc_write_result) == 40);

OC_EXTERN_C_END
#endif
