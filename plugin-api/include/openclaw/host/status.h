/* "oc.status/1": how an instance is doing, from positive evidence. */
#ifndef OPENCLAW_HOST_STATUS_H
#define OPENCLAW_HOST_STATUS_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

#define OC_STATE_CONNECTING 1u
#define OC_STATE_CONNECTED 2u
#define OC_STATE_DEGRADED 3u /* works in part, or keeps trying; `reason` says what to do */
#define OC_STATE_FAILED 4u   /* will not recover without the operator; `reason` names the key */
/* Of several gateways: another has the connection, so nothing can be sent or received here. */
#define OC_STATE_STANDBY 5u

#define OC_EVIDENCE_RECEIVED                                                                 \
  1u                        /* an inbound path surely works: a poll completed, an event came \
                             */
#define OC_EVIDENCE_SENT 2u /* the platform accepted a send */
#define OC_EVIDENCE_RECEIVE_LOST 3u
#define OC_EVIDENCE_SEND_LOST 4u

typedef struct oc_status_service {
  uint32_t size, reserved;
  void (*set)(oc_host*, uint32_t state, oc_str reason) OC_NOEXCEPT; /* [any] OC_STATE_* */
  void (*evidence)(oc_host*, uint32_t kind) OC_NOEXCEPT;            /* [any] OC_EVIDENCE_* */
} oc_status_service;

OC_ASSERT(sizeof(oc_status_service) == 24);

OC_EXTERN_C_END
#endif
