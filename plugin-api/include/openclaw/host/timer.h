/* "oc.timer/1": monotonic timers. */
#ifndef OPENCLAW_HOST_TIMER_H
#define OPENCLAW_HOST_TIMER_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

typedef struct oc_timer {
  uint32_t size, reserved;
  /* Completes after `ms`, or with OC_E_CANCELLED after host->cancel, unless it was due already. */
  oc_op (*after)(oc_host*, uint64_t ms, oc_done_fn, void* user) OC_NOEXCEPT;
  int64_t (*now_ms)(oc_host*) OC_NOEXCEPT;  /* [any] monotonic milliseconds */
  int64_t (*unix_ms)(oc_host*) OC_NOEXCEPT; /* [any] wall clock, for time stamps only */
} oc_timer;

OC_ASSERT(sizeof(oc_timer) == 32);

OC_EXTERN_C_END
#endif
