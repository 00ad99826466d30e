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
#include "openclaw/storage/members.h"
#include "openclaw/storage/records.h"
#include "openclaw/storage/rows.h"
#include "openclaw/storage/writes.h"

OC_EXTERN_C_BEGIN

typedef struct oc_store_conn oc_store_conn;

#define OC_STORE_WRITER 1u /* at most one per instance; opening it locks, checks and migrates */
#define OC_STORE_READER 2u
#define OC_STORE_SNAPSHOT 3u /* a reader whose dump() sees one moment until it is closed */

/* Every slot is [pool]; `deadline_ms` is how long it may take from now. A call that is still inside
 * long after that is given up: the host ends the gateway without it. On a status other than OC_OK
 * `error` is filled; its strings live until the connection's next call.
 *
 * open, open_member and close have no deadline, and the gateway waits for them: bound them in the
 * engine. Opening a WRITER, a SNAPSHOT or a member may take 30 s without progress, to reach a
 * server or to see a lease end, and longer only while the store is checked, migrated or built; a
 * READER 15 s, as another writes meanwhile. close() may take 2 s to let go of what open() took hold
 * of: what it cannot release ends as after a crash. */
typedef struct oc_storage {
  uint32_t size, caps; /* OC_STORAGE_* */
  oc_status (*open)(oc_inst*, uint32_t role, oc_store_conn**, oc_error* error) OC_NOEXCEPT;
  void (*close)(oc_store_conn*) OC_NOEXCEPT;
  /* [writer] One transaction for the whole batch. OC_OK: committed durably, each write as its
   * result says (a CONFLICT changes nothing but does not undo its neighbours). OC_E_IO, OC_E_AGAIN
   * and OC_E_INVAL (OC_APPLY_NOT_DONE): surely nothing of it happened, and a later batch may work.
   * OC_E_UNKNOWN: the commit's outcome is not known, or this connection can write no more, so that
   * only a restart helps: also when the store went back to an earlier state, in which a part of
   * what was acknowledged is missing. Every other status counts as OC_E_UNKNOWN, after which the
   * host writes nothing more and ends the gateway: its next start reads what is true. So claim no
   * more than is certain: a connection that broke during COMMIT is OC_E_UNKNOWN. The strides are in
   * bytes, from one write or result to the next. */
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
   * texts of all transcripts, archived ones too. "nowMs" is the clock of the store's server; an
   * engine that has none of its own leaves it out. */
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
   * a member beyond the bounds of oc_member. What opens the whole store finds members whose leases
   * ran out: unless their processes are gone for sure, it gives them the time of a lease to renew,
   * as the store may have been away. */
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

OC_ASSERT(sizeof(oc_storage) == 152);

OC_EXTERN_C_END
#endif
