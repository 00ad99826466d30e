/* "oc.http/1": outgoing HTTP. Redirects are not followed. TLS is verified. */
#ifndef OPENCLAW_HOST_HTTP_H
#define OPENCLAW_HOST_HTTP_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

#define OC_HTTP_PUBLIC_ONLY \
  1u /* refuse private and loopback addresses: for URLs that people sent */

/* Header values and the URL may hold "${secret:KEY}": the host fills them in, and refuses with
 * OC_E_AUTH unless the URL's host is allowed by the manifest (hosts, urlKeys). What stands in
 * "${base64:...}", secrets or not, is encoded: "Basic ${base64:me:${secret:password}}". */
typedef struct oc_http_request {
  uint32_t size, flags; /* OC_HTTP_*; one that the host does not know is OC_E_INVAL */
  oc_str method, url;
  const oc_kv* headers;
  uint64_t n_headers;
  oc_str body;                                           /* copied */
  oc_str proxy;                                          /* URL, or empty: from the environment */
  uint32_t connect_ms, first_byte_ms, idle_ms, total_ms; /* 0 = the host's default */
  uint64_t max_bytes; /* of the answer's body; 0 = the host's default, 32 MiB */
} oc_http_request;

typedef struct oc_http_callbacks {
  uint32_t size, reserved;
  /* Status and headers, once, before data. May be NULL. */
  void (*head)(oc_inst*, void* user, oc_op, uint32_t status, const oc_kv* headers,
               uint64_t n) OC_NOEXCEPT;
  /* A piece of the body. NULL: it is collected and given to done. */
  void (*data)(oc_inst*, void* user, oc_op, oc_str chunk) OC_NOEXCEPT;
  /* json {"status":200}; body as said above. A status of 400 or more is not an error. On error
   * OC_EF_NOT_DONE or OC_EF_MAYBE_DONE says whether the request may have reached the server. */
  oc_done_fn done;
} oc_http_callbacks;

typedef struct oc_http {
  uint32_t size, reserved;
  /* Never calls back inside. Cancel with host->cancel. 0 = refused: too many at once. */
  oc_op (*request)(oc_host*, const oc_http_request*, const oc_http_callbacks*,
                   void* user) OC_NOEXCEPT;
  /* Stops (1) or resumes (0) reading the answer. */
  oc_status (*pause)(oc_host*, oc_op, uint32_t paused) OC_NOEXCEPT;
} oc_http;

OC_ASSERT(offsetof(oc_http_request, body) == 56 && sizeof(oc_http_request) == 112);
OC_ASSERT(sizeof(oc_http_callbacks) == 32 && sizeof(oc_http) == 24);

OC_EXTERN_C_END
#endif
