/* The host's core table: extensions by id, completing operations, getting onto the strand. */
#ifndef OPENCLAW_HOST_CORE_H
#define OPENCLAW_HOST_CORE_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

typedef struct oc_host_api {
  uint32_t size;
  uint16_t major, minor;
  oc_str name, version; /* "openclaw", "0.1.0" */
  /* [any] A service by id, "oc.http/1"; NULL = absent, do without. Same pointer for life. */
  const void* (*ext)(oc_host*, oc_str id)OC_NOEXCEPT;
  /* [any] Ends an op that the host gave to the plugin. `json` and `body` are as the slot says. A
   * second completion, or one of an unknown op, is logged and ignored (OC_E_INVAL). */
  oc_status (*complete)(oc_host*, oc_op, const oc_error* error, oc_str json,
                        oc_buf body) OC_NOEXCEPT;
  /* [any] Advice to end an op that the plugin got from the host; its completion still comes. */
  oc_status (*cancel)(oc_host*, oc_op) OC_NOEXCEPT;
  /* [any] Runs fn on the strand, for plugins with threads of their own. When it never will, since
   * the instance was shut out or is gone, drop is called in its place: on any thread, maybe after
   * destroy, to free what `arg` is. It may be NULL. Neither is called after a failure of post. */
  oc_status (*post)(oc_host*, void (*fn)(oc_inst*, void* arg) OC_NOEXCEPT,
                    void (*drop)(void* arg) OC_NOEXCEPT, void* arg) OC_NOEXCEPT;
  int32_t (*on_strand)(oc_host*) OC_NOEXCEPT; /* [any] 1 when the caller is on the strand */
} oc_host_api;

OC_ASSERT(sizeof(oc_host_api) == 80);

OC_EXTERN_C_END
#endif
