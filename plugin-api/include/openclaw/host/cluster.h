/* "oc.cluster/1": what several gateways that serve the same channels have to agree upon. A gateway
 * that is alone has everything, and nobody to tell. */
#ifndef OPENCLAW_HOST_CLUSTER_H
#define OPENCLAW_HOST_CLUSTER_H

#include "openclaw/abi.h"

OC_EXTERN_C_BEGIN

/* held: 1 = from now on it is this gateway's, 0 = no longer. */
typedef void (*oc_lease_changed)(oc_inst*, void* user, uint32_t held) OC_NOEXCEPT;
typedef void (*oc_told)(oc_inst*, void* user, oc_str topic, oc_str text) OC_NOEXCEPT;

typedef struct oc_cluster {
  uint32_t size, reserved;
  /* [strand] Asks for what only one gateway may do at a time, as to poll an account: `changed` is
   * called on the strand, never inside, when it is this gateway's and when it is no longer, as
   * often as that changes. Names are the instance's own, of 1 to 256 bytes. One wish a name, until
   * release() or destroy(). OC_E_INVAL off the strand, for a name of another length, or without
   * `changed`. */
  oc_status (*want)(oc_host*, oc_str name, oc_lease_changed changed, void* user) OC_NOEXCEPT;
  void (*release)(oc_host*, oc_str name) OC_NOEXCEPT; /* [strand] `changed` is not called again */
  /* [any] Whether it is this gateway's at this moment, by the clock: to be asked right before each
   * thing that only its holder may do, as a gateway that was suspended is not called first. */
  uint32_t (*held)(oc_host*, oc_str name) OC_NOEXCEPT;
  /* [any] How many other gateways there were at the last look, which is taken every so often. What
   * is told while it is 0 reaches nobody; so may what is told just after another has joined. */
  uint32_t (*others)(oc_host*) OC_NOEXCEPT;
  /* [strand] Tells the same instance in every other gateway, in order, best effort: what is not
   * taken within seconds may be lost. OC_E_INVAL off the strand, for a topic longer than 256 bytes,
   * or a text longer than 1 MiB. OC_E_AGAIN: too much is under way. */
  oc_status (*tell)(oc_host*, oc_str topic, oc_str text) OC_NOEXCEPT;
  /* [strand] Who hears what they tell: one listener an instance; NULL ends it. OC_E_INVAL off the
   * strand. */
  oc_status (*listen)(oc_host*, oc_told told, void* user) OC_NOEXCEPT;
} oc_cluster;

OC_ASSERT(sizeof(oc_cluster) == 56);

OC_EXTERN_C_END
#endif
