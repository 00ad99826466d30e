/* What the reads of "oc.storage/1" visit. Rows are borrowed for the visitor's call; it returns 0 to
 * stop. A row holds no struct that may grow but by pointer. */
#ifndef OPENCLAW_STORAGE_ROWS_H
#define OPENCLAW_STORAGE_ROWS_H

#include "openclaw/storage/writes.h"

OC_EXTERN_C_BEGIN

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

typedef uint32_t (*oc_visit_entry)(void* ctx, const oc_transcript_entry*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_inbox)(void* ctx, const oc_inbox_row*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_outbox)(void* ctx, const oc_outbox_row*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_session)(void* ctx, const oc_session_row*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_kv)(void* ctx, const oc_kv_row*) OC_NOEXCEPT;
typedef void (*oc_put_text)(void* ctx, oc_str) OC_NOEXCEPT;

#define OC_LIST_LIVE 0u /* inbox: waiting or claimed; outbox: STORED and STARTED */
#define OC_LIST_DEAD 1u /* inbox: dead letters; outbox: UNKNOWN and DEAD */

OC_ASSERT(sizeof(oc_inbox_row) == 152 && sizeof(oc_outbox_row) == 48);
OC_ASSERT(sizeof(oc_session_row) == 48 && sizeof(oc_kv_row) == 48);

OC_EXTERN_C_END
#endif
