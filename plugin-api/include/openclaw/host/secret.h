/* "oc.secret/1": proofs with secrets that the plugin never sees. */
#ifndef OPENCLAW_HOST_SECRET_H
#define OPENCLAW_HOST_SECRET_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

typedef struct oc_secret {
  uint32_t size, reserved;
  /* [any] 1 when the secret KEY is set and `presented` equals it (constant time), else 0. */
  int32_t (*equals)(oc_host*, oc_str key, oc_str presented) OC_NOEXCEPT;
  /* [any] HMAC-SHA256 of `data` under the secret KEY, into out[32]. OC_E_NOTFOUND when not set. */
  oc_status (*hmac_sha256)(oc_host*, oc_str key, oc_str data, uint8_t* out) OC_NOEXCEPT;
} oc_secret;

OC_ASSERT(sizeof(oc_secret) == 24);

OC_EXTERN_C_END
#endif
