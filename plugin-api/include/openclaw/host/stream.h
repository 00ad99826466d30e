/* "oc.stream/1": partial results of an op that is still open. */
#ifndef OPENCLAW_HOST_STREAM_H
#define OPENCLAW_HOST_STREAM_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

typedef struct oc_stream {
  uint32_t size, reserved;
  /* `kind` and `data` are as the slot documents (provider.h: OC_CHAT_*). OC_E_CANCELLED: nobody
   * listens any more, end the op. OC_E_INVAL: unknown op. */
  oc_status (*emit)(oc_host*, oc_op, uint32_t kind, oc_str data) OC_NOEXCEPT;
} oc_stream;

OC_ASSERT(sizeof(oc_stream) == 16);

OC_EXTERN_C_END
#endif
