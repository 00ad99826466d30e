/* Whole stores, for backup, restore and migration: every row as a record that no engine's own
 * format is in. */
#ifndef OPENCLAW_STORAGE_RECORDS_H
#define OPENCLAW_STORAGE_RECORDS_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

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

typedef uint32_t (*oc_visit_record)(void* ctx, const oc_record*) OC_NOEXCEPT;

OC_ASSERT(sizeof(oc_record) == 200 && sizeof(oc_write_load) == 16);

OC_EXTERN_C_END
#endif
