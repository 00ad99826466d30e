/* "oc.route/1": HTTP requests and WebSockets that reach the plugin through the gateway's own port.
 *
 * The host owns the port, TLS, limits and the strict checks. Paths below /channels/INSTANCE/ are
 * the plugin's own; others must be named by the manifest's routes. For instance "telegram" that
 * prefix is /channels/telegram/, for the account "work" /channels/telegram/work/. */
#ifndef OPENCLAW_HOST_ROUTE_H
#define OPENCLAW_HOST_ROUTE_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

typedef struct oc_route_request {
  uint32_t size, reserved;
  oc_str method, path, query; /* query undecoded, without '?' */
  const oc_kv* headers;
  uint64_t n_headers;
  oc_str body; /* the received bytes, whole */
  oc_str client_ip;
} oc_route_request;

typedef struct oc_ws_events {
  uint32_t size, reserved;
  /* A client connected; Host and Origin were checked. `ws` names it until closed. */
  void (*open)(oc_inst*, void* user, oc_op ws, const oc_route_request*) OC_NOEXCEPT;
  void (*message)(oc_inst*, void* user, oc_op ws, oc_str payload, uint32_t binary) OC_NOEXCEPT;
  void (*closed)(oc_inst*, void* user, oc_op ws, uint32_t code) OC_NOEXCEPT; /* last call */
} oc_ws_events;

typedef struct oc_route {
  uint32_t size, reserved;
  /* `request` must be answered with reply, once, within 30 s, else the host answers 504. */
  oc_status (*add)(oc_host*, oc_str method, oc_str path,
                   void (*request)(oc_inst*, void* user, oc_op, const oc_route_request*)
                       OC_NOEXCEPT,
                   void* user) OC_NOEXCEPT;
  oc_status (*reply)(oc_host*, oc_op, uint32_t status, const oc_kv* headers, uint64_t n,
                     oc_buf body) OC_NOEXCEPT;
  /* Accepts WebSockets at `path` from the gateway's own origin and `origins`. A client is read no
   * further while 256 KiB of it wait for `message`, and closed (1013) when 64 MiB of all do. */
  oc_status (*add_ws)(oc_host*, oc_str path, const oc_str* origins, uint64_t n_origins,
                      const oc_ws_events*, void* user) OC_NOEXCEPT;
  /* OC_E_NOTFOUND once closed. The host closes a reader that falls 4 MiB behind. */
  oc_status (*ws_send)(oc_host*, oc_op ws, oc_str payload, uint32_t binary) OC_NOEXCEPT;
  oc_status (*ws_close)(oc_host*, oc_op ws, uint32_t code, oc_str reason) OC_NOEXCEPT;
} oc_route;

OC_ASSERT(sizeof(oc_route_request) == 104 && sizeof(oc_ws_events) == 32 && sizeof(oc_route) == 48);

OC_EXTERN_C_END
#endif
