/* "oc.state/1": durable key-value state of one instance. */
#ifndef OPENCLAW_HOST_STATE_H
#define OPENCLAW_HOST_STATE_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

#define OC_STATE_ANY UINT64_MAX

typedef struct oc_state {
  uint32_t size, reserved;
  /* json {"version":n}, body = the value. OC_E_NOTFOUND when absent. */
  oc_op (*get)(oc_host*, oc_str key, oc_done_fn, void* user) OC_NOEXCEPT;
  /* Durable at completion; json {"version":n}. expect_version: 0 = must not exist, OC_STATE_ANY =
   * whatever; otherwise OC_E_CONFLICT. At most 1 MiB a value. */
  oc_op (*put)(oc_host*, oc_str key, oc_str value, uint64_t expect_version, oc_done_fn,
               void* user) OC_NOEXCEPT;
  /* Durably gone at completion, whatever its version; what was not there is no error. */
  oc_op (*erase)(oc_host*, oc_str key, oc_done_fn, void* user) OC_NOEXCEPT;
} oc_state;

OC_ASSERT(sizeof(oc_state) == 32);

OC_EXTERN_C_END
#endif
