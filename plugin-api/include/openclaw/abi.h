/* What every other header stands on: version, status codes, strings, buffers, errors.
 *
 * OpenClaw plugin ABI 1.0-draft. C11, standard headers only; UTF-8; LP64, little-endian. */
/* clang-format off */
/* VERSION  The major is part of the entry symbol's name. A plugin built for 1.x loads in every host
 *          1.y with y >= x. When y < x it loads if its minor_needed <= y; newer slots are absent
 *          and the plugin must do without.
 * GROWTH   A released struct, slot, value or meaning never changes. Fields are appended, or an
 *          extension "name/2" is added. Test with OC_HAS and OC_COVERS. Arrays of growing structs
 *          carry a stride. A struct that is lent to be filled says in `size` how much there is: fill
 *          what it covers, and leave `size` alone. No enum types, bool, long, bit-fields, varargs,
 *          FILE*, time_t or errno cross.
 *          "Reserved" marks what no host of 1.0 does yet and a later 1.x may: fill it truthfully.
 * MEMORY   Arguments are borrowed until the call returns. An oc_buf moves to the receiver, who calls
 *          its release() once. Nobody frees the other side's memory.
 * THREADS  [load]   the loader's thread, alone.
 *          [strand] one call at a time per instance, on any OS thread; must not block.
 *          [any]    safe from any thread.
 *          [pool]   a storage worker's thread: may block until the deadline.
 *          What is not marked is [strand].
 * ASYNC    An oc_op is an id with a generation, never a pointer. Each is completed exactly once and
 *          never inside the call that issued it. cancel() is advice: the completion still comes.
 *          Nothing is delivered after destroy().
 * ERRORS   Nothing throws or unwinds across the boundary: slots are noexcept in C++.
 */
/* clang-format on */
#ifndef OPENCLAW_ABI_H
#define OPENCLAW_ABI_H

#include <stddef.h>
#include <stdint.h>

#define OC_ABI_MAJOR 1
#define OC_ABI_MINOR 0

#ifdef __cplusplus
#define OC_NOEXCEPT noexcept
#define OC_ASSERT(c) static_assert(c, #c)
#define OC_EXTERN_C_BEGIN extern "C" {
#define OC_EXTERN_C_END }
#else
#define OC_NOEXCEPT
#define OC_ASSERT(c) _Static_assert(c, #c)
#define OC_EXTERN_C_BEGIN
#define OC_EXTERN_C_END
#endif

#define OC_EXPORT __attribute__((visibility("default")))

/* True when the other side's struct `p` is there and new enough to hold field `f`. */
#define OC_COVERS(p, T, f) ((p) && (p)->size >= offsetof(T, f) + sizeof(((T*)0)->f))
/* The same for a slot, which must be filled too. */
#define OC_HAS(p, T, f) (OC_COVERS(p, T, f) && (p)->f)

OC_EXTERN_C_BEGIN

typedef int32_t oc_status;
typedef uint64_t oc_op;         /* 0 = refused, or none */
typedef struct oc_host oc_host; /* the host's, one per instance */
typedef struct oc_inst oc_inst; /* the plugin's */

/* Borrowed bytes, UTF-8 where they are text. No NUL is promised. {NULL, 0} is empty. */
typedef struct oc_str {
  const char* ptr;
  uint64_t len;
} oc_str;

/* Owned bytes that move to the receiver. release may be NULL (static data). */
typedef struct oc_buf {
  const void* ptr;
  uint64_t len;
  void (*release)(void* ctx) OC_NOEXCEPT; /* [any] */
  void* ctx;
} oc_buf;

/* A name and its value: an HTTP header, a label. */
typedef struct oc_kv {
  oc_str key, value;
} oc_kv;

#define OC_OK 0
#define OC_E_INVAL (-1)     /* the caller's input is wrong */
#define OC_E_NOSYS (-2)     /* slot or extension absent */
#define OC_E_AGAIN (-3)     /* back-pressure: a queue or limit is full */
#define OC_E_CANCELLED (-4) /* cancel() took effect */
#define OC_E_DEADLINE (-5)  /* took too long */
#define OC_E_NET (-6)       /* refused, reset, unresolvable */
#define OC_E_AUTH (-7)      /* credentials refused: the operator must act */
#define OC_E_RATE (-8)      /* limited by the other side; see retry_after_ms */
#define OC_E_CONFLICT (-9)  /* version or epoch mismatch: fenced out */
#define OC_E_RESTART (-10)  /* reserved: a change of the configuration needs stop and start */
#define OC_E_PLUGIN \
  (-11) /* made by the host: the plugin crashed, was fenced or broke its contract */
#define OC_E_NOTFOUND (-12) /* no such row, chat, key */
#define OC_E_TOOBIG (-13)   /* over a size cap */
#define OC_E_IO (-14)       /* disk or store failed; the write surely did not happen */
#define OC_E_UNKNOWN (-15)  /* a commit failed in a way that may still have happened */
#define OC_E_REFUSED (-16)  /* refused for good (403 blocked by the user): never retry */

#define OC_EF_RETRY 1u      /* the same request may succeed later */
#define OC_EF_NOT_DONE 2u   /* surely had no effect: safe to resend */
#define OC_EF_MAYBE_DONE 4u /* unknown: resend only with the same idempotency key */
#define OC_EF_LENGTH 8u     /* provider: the context is too long; compact, do not fail over */
#define OC_EF_BILLING 16u   /* provider: out of credit; disable for hours, not seconds */

/* `msg` is one sentence for the operator, without secrets. */
typedef struct oc_error {
  uint32_t size;
  oc_status code;
  uint32_t flags;          /* OC_EF_* */
  uint32_t retry_after_ms; /* 0 = not said */
  oc_str msg;
  oc_str detail_json; /* e.g. {"status":429}; may be empty */
} oc_error;

/* Completion of an op: `error` is NULL on success. `json` and `body` are as the slot documents;
 * `body` moves to the callee. */
typedef void (*oc_done_fn)(oc_inst*, void* user, oc_op, const oc_error* error, oc_str json,
                           oc_buf body) OC_NOEXCEPT;

OC_ASSERT(sizeof(void*) == 8 && sizeof(oc_str) == 16 && sizeof(oc_buf) == 32);
OC_ASSERT(sizeof(oc_kv) == 32 && offsetof(oc_error, msg) == 16 && sizeof(oc_error) == 48);

OC_EXTERN_C_END
#endif
