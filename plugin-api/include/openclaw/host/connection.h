/* "oc.connection/1": outgoing WebSockets, and plain or TLS byte streams. Certificates are verified.
 * Reconnecting is the plugin's. */
#ifndef OPENCLAW_HOST_CONNECTION_H
#define OPENCLAW_HOST_CONNECTION_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

/* `url` says the protocol: ws://HOST[:PORT]/PATH and wss:// carry messages (RFC 6455, without
 * compression of its own); tcp://HOST:PORT and tls://HOST:PORT carry bytes. */
typedef struct oc_connect_request {
  uint32_t size, flags; /* 0; else OC_E_INVAL */
  oc_str url;           /* may hold "${secret:KEY}", as in http.h */
  const oc_kv* headers; /* WebSocket only: of the upgrade; values as in http.h */
  uint64_t n_headers;
  uint32_t connect_ms; /* name, connection, TLS and upgrade together; 0 = 10 s */
  /* Ended with OC_E_DEADLINE when nothing came for so long; 0 = never. A WebSocket's peer is pinged
   * at half of it, and its pong counts. */
  uint32_t idle_ms;
  uint64_t max_message; /* WebSocket: a longer one ends it with OC_E_TOOBIG; 0 = 4 MiB */
} oc_connect_request;

typedef struct oc_connection_callbacks {
  uint32_t size, reserved;
  void (*open)(oc_inst*, void* user, oc_op) OC_NOEXCEPT; /* it stands; send may follow */
  /* A message (binary says which kind), or a piece of the stream (binary = 1). */
  void (*data)(oc_inst*, void* user, oc_op, oc_str payload, uint32_t binary) OC_NOEXCEPT;
  /* Last call. No error: it had stood, and one side ended it in order; json {"code":1000,
   * "reason":"..."} is the peer's word: 1005 when it gave no code, 1006 when it left without one.
   * On error OC_EF_NOT_DONE: it never stood; OC_EF_MAYBE_DONE: it did. A refused upgrade is
   * OC_E_NET with detail_json {"status":401}. */
  oc_done_fn done;
} oc_connection_callbacks;

#define OC_SEND_BINARY 1u /* a binary message; byte streams do not care */
/* "${secret:KEY}" in the payload is filled in, and "${base64:...}", around secrets or not, encoded;
 * the same hosts are allowed as in http.h. Never set it for text that people wrote. */
#define OC_SEND_SECRETS 2u

typedef struct oc_connection {
  uint32_t size, reserved;
  /* Never calls back inside. host->cancel ends it at once; its done still comes. 0 = refused: too
   * many at once. */
  oc_op (*connect)(oc_host*, const oc_connect_request*, const oc_connection_callbacks*,
                   void* user) OC_NOEXCEPT;
  /* Copied, and sent in order. OC_E_AGAIN: 1 MiB waits already. OC_E_NOTFOUND: not open.
   * OC_E_AUTH: a secret that is not set, or not for this host. OC_E_INVAL: unknown flags, or not on
   * the instance's loop. */
  oc_status (*send)(oc_host*, oc_op, oc_str payload, uint32_t flags) OC_NOEXCEPT;
  /* Ends it in order, after what waits was sent: WebSocket with `code` and `reason` (at most 123
   * bytes). The peer has 5 s for its part; done follows. */
  oc_status (*close)(oc_host*, oc_op, uint32_t code, oc_str reason) OC_NOEXCEPT;
  /* Stops (1) or resumes (0) reading. */
  oc_status (*pause)(oc_host*, oc_op, uint32_t paused) OC_NOEXCEPT;
} oc_connection;

OC_ASSERT(offsetof(oc_connect_request, connect_ms) == 40 && sizeof(oc_connect_request) == 56);
OC_ASSERT(sizeof(oc_connection_callbacks) == 32 && sizeof(oc_connection) == 40);

OC_EXTERN_C_END
#endif
