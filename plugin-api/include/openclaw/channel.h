/* "oc.channel/1": what the host asks of a channel. */
#ifndef OPENCLAW_CHANNEL_H
#define OPENCLAW_CHANNEL_H

#include "openclaw/message.h"

OC_EXTERN_C_BEGIN

#define OC_CHANNEL_PARTIALS 1u  /* wants partial() while an answer is being written */
#define OC_CHANNEL_TYPING 2u    /* wants typing() */
#define OC_CHANNEL_MEDIA 4u     /* has fetch(): its attachments can be read */
#define OC_CHANNEL_REACTIONS 8u /* has react() */

#define OC_IDEMPOTENT_FOR_EVER UINT64_MAX

#define OC_PARTIAL_BEGIN 1u /* a turn starts; text is empty */
#define OC_PARTIAL_TEXT 2u  /* text = what was added since the last call */
#define OC_PARTIAL_RESET 3u /* forget what was shown: another provider starts over */
#define OC_PARTIAL_END 4u   /* the turn is over; send() follows unless it failed or stays silent */

typedef struct oc_partial {
  uint32_t size, kind; /* OC_PARTIAL_* */
  oc_str chat_id, thread_id, turn_id, text;
  oc_str extra_json; /* of the message that is answered */
} oc_partial;

/* Whether the agent writes at an answer. */
typedef struct oc_typing {
  uint32_t size, on; /* 1: now, and again every 6 s while the agent works; 0: it ended */
  oc_str chat_id, thread_id;
  oc_str extra_json; /* of the message that is answered */
} oc_typing;

/* A reaction of the bot's own under a message of a person's. */
typedef struct oc_reaction {
  uint32_t size, on; /* 1: put it there, 0: take it away */
  oc_str chat_id, thread_id, message_id;
  oc_str emoji;      /* one emoji, as UTF-8 */
  oc_str extra_json; /* of that message */
} oc_reaction;

typedef struct oc_channel {
  uint32_t size, caps; /* OC_CHANNEL_* */
  /* How long after a message was first sent another send with the same idem_key has surely no
   * second effect, in milliseconds. 0: the platform takes no such key. OC_IDEMPOTENT_FOR_EVER: the
   * key is the message's own name there. Promise less than the platform keeps: whoever trusts it
   * longer answers a person twice. */
  uint64_t idempotent_ms;
  /* Delivers one message that fits the manifest's text limit. Complete with
   * json {"message_id": "..."} once the platform has accepted it. On failure the error's flags
   * decide what follows: OC_EF_NOT_DONE with OC_EF_RETRY: tried again; OC_EF_MAYBE_DONE: tried
   * again while idempotent_ms have not passed, else `unknown`; OC_E_REFUSED: dead at once;
   * OC_E_RATE: this chat is held for retry_after_ms. Without either flag OC_E_NET, OC_E_DEADLINE,
   * OC_E_CANCELLED, OC_E_IO, OC_E_PLUGIN and OC_E_UNKNOWN count as OC_EF_MAYBE_DONE, the others as
   * OC_EF_NOT_DONE.
   *
   * The host brings one message at a time for a chat_id and thread_id. While a send is open the
   * message counts as one that may have arrived, so do not keep one that cannot go now: complete
   * at once with OC_E_AGAIN, OC_EF_NOT_DONE | OC_EF_RETRY, and in retry_after_ms when it can. It is
   * stored as not sent, and brought again then, before newer ones of that chat; that is no failure
   * and uses up no attempt. */
  void (*send)(oc_inst*, oc_op, const oc_message*) OC_NOEXCEPT;
  /* Shows an answer in the making. Never more than one waits per turn: what the model writes in
   * between is joined. Nothing is promised about it: send() carries the whole text. May be NULL. */
  void (*partial)(oc_inst*, const oc_partial*) OC_NOEXCEPT;
  /* Nothing is promised about it. May be NULL. */
  void (*typing)(oc_inst*, const oc_typing*) OC_NOEXCEPT;
  /* Brings what an attachment that was submitted refers to: `ref`, `mime`, `name` and `bytes` are
   * as the channel gave them, maybe days ago. Complete with the bytes as body, and json
   * {"mime":"..."} where the platform now says more of their type, else empty. OC_E_TOOBIG: more
   * than max_bytes, which no byte beyond is to be read of. OC_E_NOTFOUND: the platform has it no
   * more. OC_E_AGAIN, OC_E_RATE, OC_E_NET with OC_EF_RETRY, OC_EF_NOT_DONE or retry_after_ms: asked
   * for again, at most twice, within the minute that a turn has for its files. cancel() when the
   * turn has ended: what it may hold stays reserved until this completes. A URL that a person wrote
   * is fetched with OC_HTTP_PUBLIC_ONLY. May be NULL. */
  void (*fetch)(oc_inst*, oc_op, const oc_attachment*, uint64_t max_bytes) OC_NOEXCEPT;
  /* Acknowledges a message that was accepted, or takes that back. Nothing is promised about it. May
   * be NULL. */
  void (*react)(oc_inst*, const oc_reaction*) OC_NOEXCEPT;
} oc_channel;

OC_ASSERT(sizeof(oc_partial) == 88 && sizeof(oc_typing) == 56 && sizeof(oc_reaction) == 88);
OC_ASSERT(sizeof(oc_channel) == 56);

OC_EXTERN_C_END
#endif
