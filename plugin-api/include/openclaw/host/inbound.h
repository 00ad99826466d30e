/* "oc.inbound/1": the way of a message into the gateway. */
#ifndef OPENCLAW_HOST_INBOUND_H
#define OPENCLAW_HOST_INBOUND_H

#include "openclaw/message.h"

OC_EXTERN_C_BEGIN

typedef struct oc_inbound {
  uint32_t size, reserved;
  /* Completes when the message's fate is durable: only now acknowledge upstream. json
   * {"outcome":"accepted" | "duplicate" | "refused", "session":"..."}; refused = by access policy,
   * and final too. On error do not acknowledge, submit again later, with the same event_id: under
   * OC_EF_MAYBE_DONE it may be stored already, and only its event_id shows that.
   * OC_E_AGAIN: the queue is full. OC_E_INVAL: this message can never be accepted. */
  oc_op (*submit)(oc_host*, const oc_message*, oc_done_fn, void* user) OC_NOEXCEPT;
  /* The conversation a chat has, as its transcript: json [{"id":1,"role":"user","text":"...",
   * "ts":0,"meta":{}}], oldest first, at most `limit` entries. Without a conversation: []. The
   * sender is checked as submit does; OC_E_AUTH when they may not speak. */
  oc_op (*history)(oc_host*, const oc_message* chat, uint32_t limit, oc_done_fn,
                   void* user) OC_NOEXCEPT;
  /* Ends the chat's running turn, as /stop does: json {"stopped":n}. */
  oc_op (*stop)(oc_host*, const oc_message* chat, oc_done_fn, void* user) OC_NOEXCEPT;
} oc_inbound;

OC_ASSERT(sizeof(oc_inbound) == 32);

OC_EXTERN_C_END
#endif
