/* Several gateways that use a store as one, see open_member() of "oc.storage/1". */
#ifndef OPENCLAW_STORAGE_MEMBERS_H
#define OPENCLAW_STORAGE_MEMBERS_H

#include "openclaw/storage/rows.h"

OC_EXTERN_C_BEGIN

/* ---- what only members write ---- */

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

/* ---- what only they are given ---- */

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

typedef uint32_t (*oc_visit_member)(void* ctx, const oc_member_row*) OC_NOEXCEPT;
typedef uint32_t (*oc_visit_notice)(void* ctx, const oc_notice*) OC_NOEXCEPT;

/* ---- who they are ---- */

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

OC_ASSERT(sizeof(oc_write_notice) == 56 && sizeof(oc_write_lease) == 24);
OC_ASSERT(sizeof(oc_member_row) == 104 && sizeof(oc_notice) == 56);
OC_ASSERT(sizeof(oc_member) == 40 && sizeof(oc_collect) == 64);

OC_EXTERN_C_END
#endif
