/* "oc.log/1": lines in the gateway's log, marked with the instance's name. */
#ifndef OPENCLAW_HOST_LOG_H
#define OPENCLAW_HOST_LOG_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

#define OC_LOG_DEBUG 1u
#define OC_LOG_INFO 2u
#define OC_LOG_WARN 3u  /* says what the operator should do */
#define OC_LOG_ERROR 4u /* likewise */

typedef struct oc_log {
  uint32_t size, reserved;
  /* [any] 1 when a line of this level would be written: ask before formatting. */
  int32_t (*enabled)(oc_host*, uint32_t level) OC_NOEXCEPT;
  /* [any] `event` is a short fixed name ("poll.conflict"), `fields_json` a flat JSON object or
   * empty. No message bodies, no secrets. */
  void (*write)(oc_host*, uint32_t level, oc_str event, oc_str fields_json) OC_NOEXCEPT;
} oc_log;

OC_ASSERT(sizeof(oc_log) == 24);

OC_EXTERN_C_END
#endif
